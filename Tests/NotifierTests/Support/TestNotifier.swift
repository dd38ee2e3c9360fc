import Contracts
import Logging
import Postgres
import SocietiesContracts
import TestKit
import Testing
import Tokens

@testable import Notifier
@testable import NotifierContracts
@testable import ServiceKit

/// The service's handlers over a database of their own.
struct TestNotifier: Sendable {
    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let tokens = RealtimeTokens(key: (0..<32).map { _ in .random(in: .min ... .max) })
    let university = UniversityID()
    let society = SocietyID()

    func user(_ id: UserID = UserID(), at university: UniversityID? = nil) -> RequestContext.User {
        RequestContext.User(
            id: id,
            tenant: university ?? self.university,
            session: SessionID(),
            role: "student",
            permissions: []
        )
    }

    func context(_ user: RequestContext.User?) -> RequestContext {
        RequestContext(requestID: "test", caller: "gateway", user: user, timeLeft: .seconds(180), logger: .silent)
    }

    func approved(_ user: UserID, by officer: UserID? = UserID()) -> RegistrationApproved {
        RegistrationApproved(
            societyId: society,
            societyName: Name(unchecked: "Chess Society"),
            universityId: university,
            registrationId: RegistrationID(),
            userId: user,
            decidedBy: officer
        )
    }

    /// Takes in an event as the consumer does.
    func take<Handler: EventHandler>(
        _ event: Handler.Event,
        id: EventID = EventID(),
        with handler: Handler
    ) async throws {
        let metadata = EventMetadata(id: id, time: .now(), tenant: university)
        let context = RequestContext.system("societies", timeLeft: .seconds(180), logger: .silent)
        try await database.transaction(context, scope: .platform) { transaction in
            try await handler.handle(event, metadata: metadata, in: transaction)
        }
    }

    /// Tells a person of as many approvals.
    func tell(_ user: UserID, times: Int = 1) async throws {
        for _ in 0..<times { try await take(approved(user), with: RegistrationApprovedHandler()) }
    }

    func inbox(
        _ user: RequestContext.User,
        _ request: ListNotifications = ListNotifications()
    ) async throws -> Page<InboxNotification> {
        try await ListNotificationsHandler(database: database).handle(request, context: context(user))
    }

    func unread(_ user: RequestContext.User) async throws -> Int {
        try await CountUnreadHandler(database: database).handle(CountUnread(), context: context(user)).count
    }

    func connect(_ token: String, _ positions: [String: StreamPosition] = [:]) async throws -> RealtimeAdmission {
        try await ConnectRealtimeHandler(database: database, tokens: tokens)
            .handle(ConnectRealtime(token: try #require(Text(token)), positions: positions), context: context(nil))
    }

    func token(_ user: RequestContext.User) async throws -> RealtimeToken {
        try await IssueRealtimeTokenHandler(database: database, tokens: tokens, lifetime: .seconds(900))
            .handle(IssueRealtimeToken(), context: context(user))
    }

    /// `true` while events are set aside to be taken in by themselves.
    var hasEventsAside: Bool {
        get async throws {
            let sql: SQL = "SELECT EXISTS (SELECT FROM parked_events) AS has_any"
            return try await database.database.one(sql, scope: .none)["has_any"]
        }
    }

    /// What gateways are told, in the order in which they are.
    func publications() async throws -> [RealtimePublished] {
        try await database.database.query(
            "SELECT data FROM outbox WHERE type = \(RealtimePublished.type) ORDER BY id",
            scope: .none
        ).map { row in
            let data: RawJSON = try row["data"]
            return try RealtimePublished(jsonBytes: data.bytes)
        }
    }

    func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.superuserConfiguration, body)
    }
}

/// Runs a test against a service of its own.
func withNotifier(_ body: (TestNotifier) async throws -> Void) async throws {
    let service = TestService("notifier", migrations: serviceKitMigrations + notifierMigrations)
    try await withTestDatabase(services: [service]) { testDatabase in
        try await withDatabase(testDatabase.configuration(for: "notifier")) { database in
            try await body(TestNotifier(testDatabase: testDatabase, database: ServiceDatabase(database)))
        }
    }
}
