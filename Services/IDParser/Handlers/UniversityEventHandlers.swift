import AcademicContracts
import Contracts
import ServiceKit

/// Learns what a university is called now.
struct UniversityChangedHandler: EventHandler {
    func handle(
        _ event: UniversityChanged,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws {
        try await UniversityStore(sql: transaction).note(event.university)
    }
}

/// Lets a university's patterns go with it.
struct UniversityDeletedHandler: EventHandler {
    func handle(
        _ event: UniversityDeleted,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws {
        try await UniversityStore(sql: transaction).markDeleted(event.universityId)
        try await IDPatternStore(sql: transaction).deleteAll(of: event.universityId)
    }
}
