import Contracts
import Logging
import Mesh
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

    /// Takes in an event as the consumer does, with its notice unless the event is of the release before.
    func take(_ event: some ServiceEvent, id: EventID = EventID(), withNotice: Bool = true) async throws {
        let context = RequestContext.system("societies", timeLeft: .seconds(180), logger: .silent)
        try await database.transaction(context, scope: .platform) { transaction in
            try await take(event, id: id, withNotice: withNotice, in: transaction)
        }
    }

    func take(
        _ event: some ServiceEvent,
        id: EventID = EventID(),
        withNotice: Bool = true,
        in transaction: ServiceTransaction
    ) async throws {
        let event = MeshEvent(event, id: id, tenant: university, withNotice: withNotice)
        let selection = EventSelection(NotifierDaemon.bareFacts, known: societiesAPI.events, notices: Delivery())
        guard case .handle(let taker) = selection.choice(for: event, subscribed: []) else { return }
        try await taker.apply(event, in: transaction)
    }

    /// Tells a person of as many approvals.
    func tell(_ user: UserID, times: Int = 1) async throws {
        for _ in 0..<times { try await take(approved(user)) }
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

extension MeshEvent {
    /// An event as its producer publishes it.
    init(
        _ event: some ServiceEvent,
        id: EventID = EventID(),
        tenant: UniversityID,
        withNotice: Bool = true,
        position: Int64 = 0
    ) {
        let name = type(of: event).type
        let notice = event.notice?.pages(of: FactReference(id: id, type: name)).first
        self.init(
            id: id.description,
            source: "societies",
            type: name,
            time: Timestamp.now().description,
            tenantID: tenant.description,
            aggregate: event.aggregate,
            position: position,
            epoch: "first",
            data: event.jsonBytes,
            notice: withNotice ? notice?.jsonBytes ?? [] : []
        )
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
