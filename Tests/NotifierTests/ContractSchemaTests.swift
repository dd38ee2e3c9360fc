import Contracts
import NotifierContracts
import TestKit
import Testing

@Suite("Schemas of the notifier")
struct ContractSchemaTests {
    private static let types: [any ContractObject.Type] = [
        ListNotifications.self, ReadNotification.self, ReadAllNotifications.self, CountUnread.self,
        InboxNotification.self, UnreadCount.self, IssueRealtimeToken.self, RealtimeToken.self, ConnectRealtime.self,
        RealtimeAdmission.self, RealtimePublished.self,
    ]

    // **Feature: rovierr-platform-foundation, Property 2: Database to API Schema Consistency**
    @Test("What a published schema accepts, decoding accepts, and what it refuses, decoding refuses")
    func agreement() throws {
        // What no schema tells: a cursor's inside, and whether there is such a day.
        let agreement = SchemaAgreement(Self.types, beyondSchema: ["cursor", "createdAt", "readAt", "expiresAt"])
        let outcomes = try Seed.batch(4).map { try agreement.disagreements(100, seed: $0) }
        for disagreement in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(disagreement)") }
        // Neither verdict comes for free.
        #expect(outcomes.map(\.accepted).reduce(0, +) > 800)
        #expect(outcomes.map(\.refused).reduce(0, +) > 800)
    }
}
