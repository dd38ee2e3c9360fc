public import Contracts

/// Reads one university.
public struct GetUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.get",
        .get("/universities/{id}"),
        access: .everyone,
        "Read a university",
        errors: [.notFound]
    )
    public let id: UniversityID
    public typealias Reply = University
}
