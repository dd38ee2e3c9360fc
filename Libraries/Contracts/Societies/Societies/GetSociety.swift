public import Contracts

/// Reads one society, if the caller may know that it exists.
public struct GetSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.get",
        .get("/societies/{id}"),
        access: .everyone,
        "Read a society",
        errors: [.notFound]
    )
    public let id: SocietyID
    public typealias Reply = Society
}
