import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// All records on people that the service keeps; nothing joins a person and an anonymous response.
let personalDataLists = [
    PersonalDataList(
        "responses",
        by: "submitted_at DESC, id DESC",
        record: { try StoredResponse(row: $0).response }
    ) { user in
        "SELECT \(raw: StoredResponse.columns) FROM form_responses WHERE user_id = \(user)"
    },
    PersonalDataList(
        "profileUpdates",
        by: "created_at DESC, id DESC",
        record: { try StoredProfileUpdate(row: $0).update }
    ) { user in
        "SELECT \(raw: StoredProfileUpdate.columns) FROM profile_updates WHERE user_id = \(user)"
    },
    PersonalDataList("forms", by: "created_at DESC, id DESC", record: { try AuthoredForm($0) }) { user in
        "SELECT id, entity_type, entity_id, created_at FROM forms WHERE created_by = \(user)"
    },
]

/// The fact that a person created a form; its content belongs to the form's present owner.
private struct AuthoredForm: ContractObject {
    let id: FormID
    let entityType: FormEntityType
    let entityId: FormEntityID?
    let createdAt: Timestamp

    init(_ row: PostgresRow) throws {
        id = try row["id"]
        entityType = try row["entity_type"]
        entityId = try row["entity_id"]
        createdAt = try row["created_at"]
    }
}
