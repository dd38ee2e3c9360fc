import Contracts
import NotifierContracts
import Postgres
import TestKit
import Testing
import Tokens

@testable import Notifier
@testable import ServiceKit

@Suite("Live connections", .timeLimit(.minutes(10)))
struct RealtimeTests {
    @Test(
        "A token's lifetime is at most as long as its session's revocation is remembered",
        arguments: [("3600", 0), ("3601", 1)]
    )
    func longestLifetime(seconds: String, faults: Int) {
        let key = String(repeating: "ab", count: 32)
        let settings = Settings(environment: ["REALTIME_TOKEN_KEY": key, "REALTIME_TOKEN_TTL": seconds])
        _ = NotifierDaemon.Configuration(settings)
        #expect(settings.faults.count == faults)
    }

    @Test("A token opens the personal channel of whom it was issued to, for as long as it says")
    func admission() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let token = try await notifier.token(student)
            let admission = try await notifier.connect(token.token)
            #expect(admission.userId == student.id.description)
            #expect(admission.sessionId == student.session)
            #expect(admission.expiresAt == token.expiresAt)
            let subscription = try #require(admission.subscriptions.first)
            #expect(subscription.channel == "user:#\(student.id)")
            #expect(subscription.offset == 0)
            #expect(!subscription.epoch.isEmpty)
            #expect(!subscription.wasRecovering)
            // The empty stream is there already: what comes is of the same epoch.
            try await notifier.tell(student.id)
            #expect(try await notifier.publications().map(\.epoch) == [subscription.epoch])
        }
    }

    @Test("An account without a university connects too")
    func withoutUniversity() async throws {
        try await withNotifier { notifier in
            let newcomer = RequestContext.User(
                id: UserID(),
                tenant: nil,
                session: SessionID(),
                role: "student",
                permissions: []
            )
            let admission = try await notifier.connect(notifier.token(newcomer).token)
            #expect(admission.subscriptions.map(\.channel) == ["user:#\(newcomer.id)"])
            #expect(try await notifier.inbox(newcomer).items.isEmpty)
        }
    }

    @Test("An expired token is told from one that was never right")
    func refusals() async throws {
        try await withNotifier { notifier in
            let past = Timestamp.now().secondsSince1970 - 1
            func token(_ subject: String, with tokens: RealtimeTokens, expiresAt: Int? = nil) async throws -> String {
                let claims = RealtimeClaims(subject: subject, session: nil, issuedAt: nil, expiresAt: expiresAt)
                return try await tokens.issue(claims)
            }
            let user = UserID().description
            let expired = try await token(user, with: ServiceLab.tokens, expiresAt: past)
            #expect(try await refusal { try await notifier.connect(expired) } == .realtimeTokenExpired)
            let foreign = try await token(user, with: RealtimeTokens(key: [UInt8](repeating: 7, count: 32)))
            let nobody = try await token("", with: ServiceLab.tokens)
            for wrong in ["x", "a.b.c", foreign, nobody, expired + "x"] {
                #expect(try await refusal { try await notifier.connect(wrong) } == .realtimeTokenInvalid)
            }
        }
    }

    @Test("A client gets exactly what it missed, from any position of this stream")
    func recovery() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id, times: 4)
            let published = try await notifier.publications()
            let epoch = try #require(published.first).epoch
            for offset in 0...4 {
                let subscription = try await notifier.recovered(
                    student,
                    StreamPosition(offset: Int64(offset), epoch: epoch)
                )
                #expect(subscription.wasRecovering)
                #expect(subscription.recovered)
                #expect(subscription.offset == 4)
                #expect(subscription.publications.map(\.offset) == Array(Int64(offset + 1)..<5))
                let missed = try subscription.publications.map { try JSONParser.parse($0.data.bytes) }
                #expect(try missed == published.dropFirst(offset).map { try JSONParser.parse($0.data.bytes) })
            }
            for position in [StreamPosition(offset: 2, epoch: "another"), StreamPosition(offset: 5, epoch: epoch)] {
                let subscription = try await notifier.recovered(student, position)
                #expect(subscription.wasRecovering)
                #expect(!subscription.recovered)
                #expect(subscription.publications.isEmpty)
                #expect(subscription.offset == 4)
                #expect(subscription.epoch == epoch)
            }
        }
    }

    @Test("Nobody recovers more than is kept, nor from somebody else's channel")
    func limits() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let channels = ChannelStore(sql: notifier.database.scoped(to: .platform))
            let channel = ChannelStream.personal(student.id)
            for number in 0..<302 {
                let data = RawJSON(bytes: JSONValue.integer(number).bytes)
                _ = try await channels.publish(
                    [NewPublication(channel: channel, data: data)],
                    tenant: notifier.university
                )
            }
            let epoch = try #require(try await channels.stream(of: channel, after: nil)).epoch
            let within = try await notifier.recovered(student, StreamPosition(offset: 2, epoch: epoch))
            #expect(within.recovered)
            #expect(within.publications.map(\.offset) == Array(3...302))
            let beyond = try await notifier.recovered(student, StreamPosition(offset: 1, epoch: epoch))
            #expect(!beyond.recovered)
            let other = notifier.user()
            let admission = try await notifier.connect(
                notifier.token(other).token,
                [channel: StreamPosition(offset: 300, epoch: epoch)]
            )
            #expect(admission.subscriptions.map(\.channel) == ["user:#\(other.id)"])
            #expect(admission.subscriptions.allSatisfy { $0.publications.isEmpty })
        }
    }

    @Test("Publications older than thirty days are gone, and the stream goes on")
    func retention() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id, times: 2)
            try await notifier.execute(
                "UPDATE notifier.publications SET created_at = now() - interval '31 days' WHERE stream_offset = 1"
            )
            let epoch = try #require(try await notifier.publications().first).epoch
            // Not handed out from the first moment, removed when the sweep comes.
            #expect(try await !notifier.recovered(student, StreamPosition(offset: 0, epoch: epoch)).recovered)
            let retention = Retention(
                of: notifierTables,
                in: notifier.database.database,
                metrics: Metrics(),
                logger: .silent
            )
            _ = await retention.round()
            #expect(try await notifier.recovered(student, StreamPosition(offset: 1, epoch: epoch)).recovered)
            try await notifier.tell(student.id)
            #expect(try await notifier.publications().map(\.offset) == [1, 2, 3])
        }
    }
}

extension ServiceLab {
    fileprivate func recovered(
        _ user: RequestContext.User,
        _ position: StreamPosition
    ) async throws -> RealtimeSubscription {
        let admission = try await connect(token(user).token, [ChannelStream.personal(user.id): position])
        return try #require(admission.subscriptions.first)
    }
}
