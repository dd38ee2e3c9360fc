public import Contracts
import HTTPTypes

/// Opens an account and signs it in.
///
/// Recorded although the reply contains secrets: a client that lost the reply can retry for it, but only with the same
/// password, which is part of the body that a retry must match.
public struct Register: ServiceOperation {
    public static let contract = Contract(
        "auth.register",
        .post("/auth/register"),
        access: .everyone,
        "Open an account and sign it in",
        success: .created,
        errors: [.emailTaken],
        rate: .auth
    )
    public let email: EmailAddress
    public let password: NewPassword
    public let name: Name
    /// By default the university whose mail domain the address has, if there is one.
    public let universityId: UniversityID?
    public typealias Reply = SignedInReply

    public init(email: EmailAddress, password: NewPassword, name: Name, universityId: UniversityID? = nil) {
        self.email = email
        self.password = password
        self.name = name
        self.universityId = universityId
    }
}
