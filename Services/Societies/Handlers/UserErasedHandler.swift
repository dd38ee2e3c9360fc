import AuthContracts
import Contracts
import ServiceKit
import SocietiesContracts

/// Ends the memberships of a person who deleted their account, and withdraws their registrations.
///
/// A moderator appoints another president where this leaves none.
struct UserErasedHandler: EventHandler {
    func handle(_ event: UserErased, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        let (societies, members) = (SocietyStore(sql: transaction), MemberStore(sql: transaction))
        for id in try await members.societies(of: event.userId) {
            try await societies.lock(id)
            // Found again, since the person may have been removed before the lock was free.
            guard try await members.find(event.userId, in: id) != nil else { continue }
            let society = try await societies.get(id)
            try await members.end(event.userId, in: id)
            try await transaction.emit(
                MemberLeft(
                    societyId: id,
                    societyName: society.name,
                    universityId: society.universityId,
                    userId: event.userId,
                    removedBy: event.userId
                ),
                tenant: society.universityId
            )
        }
        try await RegistrationStore(sql: transaction).erase(of: event.userId)
    }
}
