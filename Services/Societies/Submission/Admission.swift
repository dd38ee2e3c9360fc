import Contracts
import ServiceKit
import SocietiesContracts

/// What follows from a registration, in the transaction that changes it and holds the society's row.
struct Admission {
    let transaction: ServiceTransaction
    let society: Society
    let settings: RegistrationSettings?

    /// Makes the applicant a member, if there is a place.
    ///
    /// - Throws: `SOCIETY_FULL`; whoever is a member already takes no other place.
    func admit(_ registration: Registration) async throws {
        let members = MemberStore(sql: transaction)
        let isNew = try await members.insert(registration.userId, as: .member, by: registration.id, in: society)
        if isNew { try await settings?.requirePlace(admitted: members.countAdmitted(in: society.id) - 1) }
        try await emit(
            RegistrationApproved(
                societyId: society.id,
                societyName: society.name,
                universityId: society.universityId,
                registrationId: registration.id,
                userId: registration.userId,
                decidedBy: registration.decidedBy
            )
        )
        guard isNew else { return }
        try await emit(
            MemberJoined(
                societyId: society.id,
                societyName: society.name,
                universityId: society.universityId,
                userId: registration.userId
            )
        )
    }

    /// Tells the officers that somebody waits.
    func announce(_ registration: Registration) async throws {
        try await emit(
            RegistrationSubmitted(
                societyId: society.id,
                societyName: society.name,
                universityId: society.universityId,
                registrationId: registration.id,
                userId: registration.userId,
                officerIds: MemberStore(sql: transaction).officers(of: society.id)
            )
        )
    }

    /// Tells the applicant no.
    func decline(_ registration: Registration, by officer: UserID) async throws {
        try await emit(
            RegistrationRejected(
                societyId: society.id,
                societyName: society.name,
                universityId: society.universityId,
                registrationId: registration.id,
                userId: registration.userId,
                decidedBy: officer,
                reason: registration.reason
            )
        )
    }

    private func emit(_ event: some ServiceEvent) async throws {
        try await transaction.emit(event, tenant: society.universityId)
    }
}
