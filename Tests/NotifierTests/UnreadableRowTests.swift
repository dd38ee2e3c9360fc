import Contracts
import NotifierContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Notifier

@Suite("Rows of notifier that can't be read")
struct UnreadableRowTests {
    @Test("An inbox leaves them out")
    func lists() async throws {
        try await withNotifier { notifier in
            let user = notifier.user()
            try await notifier.tell(user.id, times: 4)
            let spoiled = try await notifier.inbox(user).items[1].id
            try await notifier.superuser { database in
                let walk = SpoiledRows(of: notifier.walked, superuser: database)
                let faults = try await walk.faults([
                    SpoiledList(
                        ListNotifications(),
                        as: user,
                        spoil: "UPDATE notifier.notifications SET created_at = '20000-01-01' WHERE id = \(spoiled)"
                    )
                ])
                #expect(faults == [])
            }
        }
    }
}
