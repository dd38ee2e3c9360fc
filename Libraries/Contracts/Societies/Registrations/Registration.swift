public import Contracts

/// A person's request to become a member, and what became of it.
public struct Registration: ContractObject, ReplyWithHeaders, Equatable {
    public let id: RegistrationID
    public let societyId: SocietyID
    public let userId: UserID
    /// In lists the person's name, unless the accounts cannot be asked or the account is gone; else `nil`.
    public let name: String?
    public let status: RegistrationStatus
    public let formId: FormID
    /// The answers; the forms service deletes them once the registration is rejected or withdrawn.
    public let responseId: FormResponseID
    /// Why it was rejected, in the officer's words.
    public let reason: Text<1, 1_000>?
    public let decidedBy: UserID?
    public let decidedAt: Timestamp?
    public let createdAt: Timestamp

    public init(
        id: RegistrationID,
        societyId: SocietyID,
        userId: UserID,
        name: String?,
        status: RegistrationStatus,
        formId: FormID,
        responseId: FormResponseID,
        reason: Text<1, 1_000>?,
        decidedBy: UserID?,
        decidedAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.societyId = societyId
        self.userId = userId
        self.name = name
        self.status = status
        self.formId = formId
        self.responseId = responseId
        self.reason = reason
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.createdAt = createdAt
    }

    public var etag: String { Self.etag(of: id, status) }
    public var headers: [(String, String)] { [("etag", etag)] }

    /// The tag of a registration, which changes only with its status; a `nil` status means that it is being submitted.
    public static func etag(of id: RegistrationID, _ status: RegistrationStatus?) -> String {
        "\"\(id)-\(status?.rawValue ?? "submitting")\""
    }
}

/// A registration that was made just now.
public struct CreatedRegistration: ReplyWithHeaders, Equatable {
    public let registration: Registration

    public init(_ registration: Registration) { self.registration = registration }

    /// The applicant's own address of it.
    public var headers: [(String, String)] {
        registration.headers + [("location", Route.path(of: "/societies/\(registration.societyId)/registrations/mine"))]
    }

    public static var isVersioned: Bool { Registration.isVersioned }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { registration.body(trimmedTo: fields) }
    public static func read(body: [UInt8]) throws -> CreatedRegistration {
        CreatedRegistration(try Registration.read(body: body))
    }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        Registration.bodySchema(&components)
    }
}

/// What became of a registration.
public enum RegistrationStatus: String, ChoiceValue {
    case pending
    case approved
    case rejected
    /// By the applicant, before it was decided.
    case withdrawn
}
