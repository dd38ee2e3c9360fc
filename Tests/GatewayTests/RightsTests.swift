import AuthContracts
import Contracts
import NotifierContracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    /// For the gateway, a right ends with a session (an API key is one, under its own id) or at a given time.
    @Suite("Rights end with their reason, within two seconds and everywhere", .timeLimit(.minutes(10)))
    struct RightsTests {
        enum Reason: CaseIterable {
            /// Signing out of one session, announced by auth at once.
            case sessionEnded
            /// The same with the event lost, learnt by polling.
            case sessionEndedUnheard
            /// Signing out everywhere, a new password, a deactivated or deleted account: all sessions and keys at once.
            case everythingEnded
            case keyDeleted
            case keyDeletedUnheard
            case keyExpired

            var isKey: Bool { self == .keyDeleted || self == .keyDeletedUnheard || self == .keyExpired }
        }

        /// A credential, its session and its token for live connections.
        private struct Holder {
            let header: (String, String)
            let session: SessionID
            let token: String
        }

        @Test("Calls, answers in parts, live connections and new ones", arguments: Reason.allCases)
        func ends(reason: Reason) async throws {
            try await withGateway { gateway in
                let user = UserID()
                var holders: [Holder] = []
                for index in 0..<(reason == .everythingEnded ? 4 : 1) {
                    holders.append(
                        try await Self.holder(gateway, user, isKey: reason.isKey || index == 3, reason, "live-\(index)")
                    )
                }
                let other = try await Self.holder(gateway, user, isKey: false, .sessionEnded, "other")
                for holder in holders + [other] {
                    #expect(try await gateway.request("GET /api/v1/things/favourite", [holder.header]).status == 200)
                }
                let first = holders[0]
                try await gateway.connect { export in
                    try await export.send(TestGateway.text("GET /api/v1/things.csv?parts=40", [first.header]))
                    #expect(try await export.response().status == 200)
                    try await gateway.connect { connection in
                        let live = LiveClient(connection)
                        #expect(try await live.open().status == 101)
                        try await live.send("{\"id\":1,\"connect\":{\"token\":\"\(first.token)\"}}")
                        guard case .json(let reply) = try await live.next() else { throw RawConnection.Closed() }
                        #expect(reply["connect"] != nil)
                        try await Self.end(holders, by: reason, gateway)
                        for holder in holders {
                            try await until(.seconds(reason == .keyExpired ? 4 : 2)) {
                                let status = try await gateway.request("GET /api/v1/things/favourite", [holder.header])
                                    .status
                                return status == 401 ? () : nil
                            }
                        }
                        guard reason != .keyExpired else { return }  // its live token has an end of its own
                        #expect(try await live.next() == .close(code: 3500, reason: "invalid token"))
                        await #expect(throws: (any Error).self) { while try await !export.chunk().isEmpty {} }
                        for holder in holders {
                            try await gateway.live { again in
                                try await again.send("{\"id\":1,\"connect\":{\"token\":\"\(holder.token)\"}}")
                                #expect(try await again.next() == .close(code: 3500, reason: "invalid token"))
                            }
                        }
                    }
                }
                #expect(try await gateway.request("GET /api/v1/things/favourite", [other.header]).status == 200)
            }
        }

        private static func holder(
            _ gateway: TestGateway,
            _ user: UserID,
            isKey: Bool,
            _ reason: Reason,
            _ token: String
        ) async throws -> Holder {
            let holder: Holder
            if isKey {
                let expiry = reason == .keyExpired ? Timestamp.now() + .seconds(3) : nil
                let key = gateway.keys.addAPIKey(of: user, expiresAt: expiry)
                holder = Holder(header: ("X-API-Key", key.text), session: key.id.cast(), token: token)
            } else {
                let session = SessionID()
                holder = Holder(
                    header: bearer(try await gateway.token(user: user, session: session)),
                    session: session,
                    token: token
                )
            }
            let admission = RealtimeAdmission(
                userId: "\(user)",
                sessionId: holder.session,
                expiresAt: nil,
                subscriptions: []
            )
            await gateway.admissions.admit(token, as: admission)
            return holder
        }

        private static func end(_ holders: [Holder], by reason: Reason, _ gateway: TestGateway) async throws {
            for holder in holders {
                switch reason {
                case .sessionEnded, .everythingEnded, .keyDeleted:
                    gateway.auth.publish(SessionRevoked(sessionId: holder.session, userId: UserID()))
                case .sessionEndedUnheard: gateway.keys.end(holder.session)
                case .keyDeletedUnheard: gateway.keys.endAPIKey(holder.session.cast())
                case .keyExpired: break
                }
            }
        }
    }
}
