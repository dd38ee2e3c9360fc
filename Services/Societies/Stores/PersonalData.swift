import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// All records on people that the service keeps.
let personalDataLists = [
    PersonalDataList("memberships", by: "joined_at DESC, id DESC", record: { try HeldMembership($0) }) { user in
        "SELECT id, society_id, role, joined_at, left_at FROM members WHERE user_id = \(user)"
    },
    PersonalDataList("registrations", by: "created_at DESC, id DESC", record: Registration.init(row:)) { user in
        """
        SELECT \(raw: RegistrationStore.columns) FROM registrations
        WHERE user_id = \(user) AND \(raw: RegistrationStore.isSubmitted)
        """
    },
]

/// A membership as its member sees it, one that has ended included.
private struct HeldMembership: ContractObject {
    let societyId: SocietyID
    let role: MemberRole
    let joinedAt: Timestamp
    let leftAt: Timestamp?

    init(_ row: PostgresRow) throws {
        societyId = try row["society_id"]
        role = try row["role"]
        joinedAt = try row["joined_at"]
        leftAt = try row["left_at"]
    }
}
