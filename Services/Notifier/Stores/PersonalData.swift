import Contracts
import NotifierContracts
import Postgres
import ServiceKit

/// All records on people that the service keeps; what was published on their channels is in the inbox as well.
let personalDataLists = [
    PersonalDataList("notifications", by: "position DESC", record: InboxNotification.init(row:)) { user in
        "SELECT \(raw: NotificationStore.columns), position FROM notifications WHERE user_id = \(user)"
    }
]
