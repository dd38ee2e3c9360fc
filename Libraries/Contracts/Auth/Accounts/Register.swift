public import Contracts
import HTTPTypes

/// Opens an account and signs it in.
///
/// It is recorded although it gives out secrets: a client that lost the reply gets it again, and only with the same
/// password, which is part of the body that the record is held against.
public struct Register: ServiceOperation {
    public static let contract = Contract(
        "auth.register",
        .post("/auth/register"),
        access: .everyone,
        "Opens an account and signs it in",
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
