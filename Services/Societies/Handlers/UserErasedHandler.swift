import AuthContracts
import Contracts
import ServiceKit
import SocietiesContracts

/// Withdraws the registrations of a person who deleted their account, and ends their memberships.
///
/// A president is followed by the officer of longest standing. A society without officers that loses its president gets
/// another one by a moderator.
struct UserErasedHandler: EventHandler {
    func handle(_ event: UserErased, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        let (societies, members) = (SocietyStore(sql: transaction), MemberStore(sql: transaction))
        // Locked first, so that nobody approves a registration between its withdrawal and the look for memberships.
        let locked = try await societies.lockAll(of: event.userId)
        try await RegistrationStore(sql: transaction).erase(of: event.userId)
        for id in locked {
            guard let member = try await members.find(event.userId, in: id) else { continue }
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
            guard member.role == .president, let next = try await members.successor(in: id) else { continue }
            _ = try await members.setRole(.president, of: next, in: id)
            try await transaction.announce(.president, of: next, in: society, by: event.userId)
        }
    }
}
