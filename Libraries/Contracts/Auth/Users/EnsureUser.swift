public import Contracts

/// Opens an account unless the address has one, which is left as it is: asked again, it answers the same.
public struct EnsureUser: ServiceOperation {
    public static let contract = Contract(
        "auth.users.ensure",
        access: .services,
        "Open an account unless there is one"
    )
    public let email: EmailAddress
    public let password: NewPassword
    public let name: Name
    public let role: Role
    public let universityId: UniversityID?
    public typealias Reply = User

    public init(email: EmailAddress, password: NewPassword, name: Name, role: Role, universityId: UniversityID? = nil) {
        self.email = email
        self.password = password
        self.name = name
        self.role = role
        self.universityId = universityId
    }
}
