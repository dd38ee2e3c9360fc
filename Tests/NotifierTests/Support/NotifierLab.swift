import Contracts
import Postgres
import SocietiesContracts
import TestKit
import Testing
import Tokens

@testable import Notifier
@testable import NotifierContracts
@testable import ServiceKit

/// Runs a test against the service, beside the one whose events it reads.
func withNotifier(_ body: (ServiceLab) async throws -> Void) async throws {
    let notifier = LabService(
        NotifierDaemon.daemon,
        environment: ["REALTIME_TOKEN_KEY": String(repeating: "ab", count: 32)]
    )
    try await withServiceLab(notifier, among: [.societies], body)
}

extension ServiceLab {
    static let society = SocietyID()
    static let tokens = RealtimeTokens(key: [UInt8](repeating: 0xab, count: 32))

    /// A person, seen from another university.
    func user(_ id: UserID, at university: UniversityID) -> RequestContext.User {
        RequestContext.User(id: id, tenant: university, session: SessionID(), role: "student", permissions: [])
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
    func take<Handler: EventHandler>(
        _ event: Handler.Event,
        id: EventID = EventID(),
        with handler: Handler,
        in database: ServiceDatabase? = nil
    ) async throws {
        let metadata = EventMetadata(id: id, time: .now(), tenant: university)
        let context = RequestContext.system("societies", timeLeft: .seconds(180), logger: .silent)
        try await (database ?? self.database).transaction(context, scope: .platform) { transaction in
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
        try await call(request, as: user)
    }

    func unread(_ user: RequestContext.User) async throws -> Int { try await call(CountUnread(), as: user).count }

    func connect(_ token: String, _ positions: [String: StreamPosition] = [:]) async throws -> RealtimeAdmission {
        try await call(ConnectRealtime(token: #require(Text(token)), positions: positions))
    }

    func token(_ user: RequestContext.User) async throws -> RealtimeToken {
        try await call(IssueRealtimeToken(), as: user)
    }

    /// What gateways are told, in the order in which they are.
    func publications() async throws -> [RealtimePublished] {
        try await query("SELECT data FROM notifier.outbox WHERE type = \(RealtimePublished.type) ORDER BY id").map {
            let data: RawJSON = try $0["data"]
            return try RealtimePublished(jsonBytes: data.bytes)
        }
    }
}
