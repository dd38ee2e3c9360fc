public import Contracts

/// Finds a university by exactly one of its names, for other services.
public struct ResolveUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.resolve",
        access: .services,
        callers: ["auth", "id-parser"],
        "Find a university by id, code or mail domain",
        errors: [.notFound]
    )
    public let id: UniversityID?
    /// In any case.
    public let code: Code?
    /// An address's domain; a university with this one, or the closest that it is part of, is found.
    public let mailDomain: MailDomain?
    public typealias Reply = UniversityReference

    public init(id: UniversityID? = nil, code: Code? = nil, mailDomain: MailDomain? = nil) {
        self.id = id
        self.code = code
        self.mailDomain = mailDomain
    }

    public func validate(_ reader: ContractReader) {
        let given = [id != nil, code != nil, mailDomain != nil].count { $0 }
        if given != 1 { reader.fail(.required, "Give exactly one of id, code and mailDomain.") }
    }
}

/// A university as other services know it.
public struct UniversityReference: ContractObject, OperationReply, Equatable {
    public let id: UniversityID
    public let code: Code
    public let name: Name
    public let timeZone: TimeZoneName
    /// Rises with every change, so that an older reference never replaces a newer one.
    public let revision: Int

    public init(id: UniversityID, code: Code, name: Name, timeZone: TimeZoneName, revision: Int) {
        self.id = id
        self.code = code
        self.name = name
        self.timeZone = timeZone
        self.revision = revision
    }
}
