public import Contracts

/// A person's profile.
public struct Profile: VersionedByRevision, Equatable {
    public let fields: ProfileFields
    /// `true` if the student number fits one of the university's patterns; `nil` without a number.
    public let studentIdVerified: Bool?
    /// Rises by one with every change; 0 before the first.
    public let revision: Int
    /// `nil` before the first change.
    public let updatedAt: Timestamp?

    public init(fields: ProfileFields, studentIdVerified: Bool?, revision: Int, updatedAt: Timestamp?) {
        self.fields = fields
        self.studentIdVerified = studentIdVerified
        self.revision = revision
        self.updatedAt = updatedAt
    }
}

/// Reads the caller's profile.
public struct GetProfile: ServiceOperation {
    public static let contract = Contract(
        "auth.profile.get",
        .get("/profile"),
        access: .user,
        "Read the caller's profile"
    )
    public typealias Reply = Profile
}

/// Replaces the caller's profile; fields that are left out are forgotten.
public struct ReplaceProfile: ServiceOperation {
    public static let contract = Contract(
        "auth.profile.replace",
        .put("/profile"),
        access: .user,
        "Replace the caller's profile",
        errors: [.preconditionFailed]
    )
    public let fields: ProfileFields
    public typealias Reply = Profile
}
