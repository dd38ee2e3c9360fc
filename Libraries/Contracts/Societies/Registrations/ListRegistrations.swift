public import Contracts

/// Lists who asked for membership; for the society's officers.
public struct ListRegistrations: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.list",
        .get("/societies/{id}/registrations"),
        access: .user,
        "List a society's registrations",
        errors: [.forbidden, .notFound]
    )
    public let id: SocietyID
    public let page: PageRequest
    /// Oldest first when it is missing.
    public let sort: Sort<RegistrationSort>?
    public let status: RegistrationStatus?
    public typealias Reply = Page<Registration>

    public init(
        id: SocietyID,
        page: PageRequest = PageRequest(),
        sort: Sort<RegistrationSort>? = nil,
        status: RegistrationStatus? = nil
    ) {
        self.id = id
        self.page = page
        self.sort = sort
        self.status = status
    }
}

/// The fields by which a list of registrations can be sorted.
public enum RegistrationSort: String, ChoiceValue {
    case createdAt
}
