import Contracts
import Mesh
import Postgres
import SocietiesContracts
import TestKit
import Testing
import Tokens

@testable import Notifier
@testable import NotifierContracts
@testable import ServiceKit

/// Runs a test against the service, beside those whose events it reads.
func withNotifier(
    among neighbours: [LabService] = [.societies],
    environment: [String: String] = [:],
    _ body: (ServiceLab) async throws -> Void
) async throws {
    let key = ["REALTIME_TOKEN_KEY": String(repeating: "ab", count: 32)]
    let notifier = LabService(NotifierDaemon.daemon, environment: key.merging(environment) { $1 })
    try await withServiceLab(notifier, among: neighbours, body)
}

extension ServiceLab {
    static let society = SocietyID()
    static let tokens = RealtimeTokens(key: [UInt8](repeating: 0xab, count: 32))

    /// A person, seen from another university.
    func user(_ id: UserID, at university: UniversityID) -> RequestContext.User {
        RequestContext.User(id: id, tenant: university, session: SessionID(), role: "student", permissions: [])
    }

    func submitted(by user: UserID = UserID(), to officers: [UserID]) -> RegistrationSubmitted {
        RegistrationSubmitted(
            societyId: Self.society,
            societyName: Name(unchecked: "Chess Society"),
            universityId: university,
            registrationId: RegistrationID(),
            userId: user,
            officerIds: officers
        )
    }

    func approved(_ user: UserID, by officer: UserID? = UserID()) -> RegistrationApproved {
        RegistrationApproved(
            societyId: Self.society,
            societyName: Name(unchecked: "Chess Society"),
            universityId: university,
            registrationId: RegistrationID(),
            userId: user,
            decidedBy: officer
        )
    }

    /// Lets societies emit an event, and brings it here.
    func hear(_ event: some ServiceEvent) async throws {
        try await emit(event)
        try await deliverEvents()
    }

    /// Takes in an event as the consumer does, also one that was taken in before.
    ///
    /// It has its notice, unless it is of the release before.
    func take(
        _ event: some ServiceEvent,
        id: EventID = EventID(),
        withNotice: Bool = true,
        in database: ServiceDatabase? = nil
    ) async throws {
        let context = RequestContext.system("societies", timeLeft: .seconds(180), logger: .silent)
        try await (database ?? self.database).transaction(context, scope: .platform) { transaction in
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
        try await call(request, as: user)
    }

    func unread(_ user: RequestContext.User) async throws -> Int { try await call(CountUnread(), as: user).count }

    func connect(_ token: String, _ positions: [String: StreamPosition] = [:]) async throws -> RealtimeAdmission {
        try await call(ConnectRealtime(token: #require(Text(token)), positions: positions))
    }

    func token(_ user: RequestContext.User) async throws -> RealtimeToken {
        try await call(IssueRealtimeToken(), as: user)
    }

    /// `true` while events are set aside to be taken in by themselves.
    var hasEventsAside: Bool {
        get async throws {
            try await !query("SELECT FROM notifier.parked_events LIMIT 1").isEmpty
        }
    }

    /// The publications that gateways are told of, in order.
    func publications() async throws -> [RealtimePublished] {
        try await query("SELECT data FROM notifier.outbox WHERE type = \(RealtimePublished.type) ORDER BY id").map {
            let data: RawJSON = try $0["data"]
            return try RealtimePublished(jsonBytes: data.bytes)
        }
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
        let name = Swift.type(of: event).type
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
