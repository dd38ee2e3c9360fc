public import Contracts
import HTTPTypes

/// Asks for membership: submits the society's form and registers the caller, both or neither.
///
/// What the form refuses is refused here: wrong answers under `answers.<question id>`.
public struct RegisterForSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.create",
        .post("/societies/{id}/registrations"),
        access: .user,
        "Register for a society with answers to its form",
        success: .created,
        errors: [
            .notFound, .alreadyMember, .alreadyRegistered, .registrationNotOpen, .registrationClosed, .societyFull,
            .quotaExceeded,
        ],
        priority: .high,
        bodyLimit: 1_048_576
    )
    public let id: SocietyID
    /// By question id; the form knows what each must be.
    public let answers: [String: JSONValue]
    /// The questions whose answers shall change the caller's profile.
    public let updateProfile: [QuestionID]?
    public typealias Reply = Created<Registration>

    public init(id: SocietyID, answers: [String: JSONValue], updateProfile: [QuestionID]? = nil) {
        self.id = id
        self.answers = answers
        self.updateProfile = updateProfile
    }
}
