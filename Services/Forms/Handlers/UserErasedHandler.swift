import AuthContracts
import Contracts
import FormsContracts
import ServiceKit

/// Deletes the responses and profile updates of a person who deleted their account; their places are free again.
///
/// Forms that the person made stay, under an id that names nobody.
struct UserErasedHandler: EventHandler {
    func handle(_ event: UserErased, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        try await ResponseStore(sql: transaction).erase(of: event.userId)
        try await ProfileUpdateStore(sql: transaction).erase(of: event.userId)
        try await ParticipantStore(sql: transaction).erase(of: event.userId)
    }
}
