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
    PersonalDataList("forms", by: "created_at DESC, id DESC", record: { try $0["document"] as RawJSON }) { user in
        "SELECT id, created_at, document FROM forms WHERE created_by = \(user)"
    },
]
