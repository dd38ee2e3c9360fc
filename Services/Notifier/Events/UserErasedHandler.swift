import AuthContracts
import Contracts
import ServiceKit

/// Empties the inbox and the live channel of a person who deleted their account, and lets nothing more into them.
struct UserErasedHandler: EventHandler {
    func handle(_ event: UserErased, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        try await ChannelStore(sql: transaction).erase(ChannelStream.personal(event.userId))
        try await NotificationStore(sql: transaction, user: event.userId).erase()
    }
}
