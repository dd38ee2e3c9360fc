import AuthContracts
import Contracts
import NotifierContracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Live connections", .timeLimit(.minutes(10)))
    struct RealtimeTests {
        private static func admission(
            _ channel: String,
            offset: Int64,
            session: SessionID? = nil,
            expiresAt: Timestamp? = nil,
            recovered: [RealtimePublication]? = nil
        ) -> RealtimeAdmission {
            RealtimeAdmission(
                userId: "42",
                sessionId: session,
                expiresAt: expiresAt,
                subscriptions: [
                    RealtimeSubscription(
                        channel: channel,
                        epoch: "x",
                        offset: offset,
                        wasRecovering: recovered != nil,
                        recovered: recovered != nil,
                        publications: recovered ?? []
                    )
                ]
            )
        }

        private static func publication(_ channel: String, _ offset: Int64) -> RealtimePublished {
            RealtimePublished(
                channel: channel,
                offset: offset,
                epoch: "x",
                data: RawJSON(bytes: Array("{\"n\":\(offset)}".utf8))
            )
        }

        private static func push(_ channel: String, _ offset: Int64) -> LiveClient.Message {
            .json([
                "push": [
                    "channel": .string(channel), "pub": ["data": ["n": .integer(offset)], "offset": .integer(offset)],
                ]
            ])
        }

        @Test("A client connects with its token and receives what is published on its channel, in order")
        func publications() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 3))
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\",\"name\":\"test\"}}")
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(reply["id"] == 1 && reply["connect"]?["ping"] == 25 && reply["connect"]?["pong"] == true)
                    #expect(
                        reply["connect"]?["client"]?.stringValue?.count == 36 && reply["connect"]?["expires"] == nil
                    )
                    let subscription: JSONValue = ["recoverable": true, "positioned": true, "epoch": "x", "offset": 3]
                    #expect(reply["connect"]?["subs"]?["user:#42"] == subscription)
                    for offset in 4...30 {
                        gateway.notifier.publish(Self.publication("user:#7", Int64(offset)))
                        gateway.notifier.publish(Self.publication("user:#42", Int64(offset)))
                    }
                    for offset in 4...30 { #expect(try await client.next() == Self.push("user:#42", Int64(offset))) }
                }
            }
        }

        @Test("What the fast path loses is pulled from the outbox and delivered once, in order")
        func lostMessages() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0))
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    _ = try await client.next()
                    for offset in 1...100 {
                        gateway.notifier.publish(
                            Self.publication("user:#42", Int64(offset)),
                            isLost: offset % 3 == 0 || offset == 100
                        )
                    }
                    for offset in 1...100 { #expect(try await client.next() == Self.push("user:#42", Int64(offset))) }
                }
            }
        }

        @Test("What is published while the notifier is asked arrives exactly once")
        func publicationsDuringConnect() async throws {
            try await withGateway { gateway in
                // The notifier read the stream at 2, and answers after 3, 4 and 5 were published.
                let recovered = (1...2).map {
                    RealtimePublication(offset: $0, data: RawJSON(bytes: Array("{\"n\":\($0)}".utf8)))
                }
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 2, recovered: recovered))
                await gateway.admissions.hold()
                try await gateway.live { client in
                    try await client.send(
                        "{\"id\":1,\"connect\":{\"token\":\"good\",\"subs\":{\"user:#42\":{\"recover\":true,\"epoch\":\"x\"}}}}"
                    )
                    try await until { await gateway.admissions.asked.isEmpty ? nil : () }
                    #expect(
                        await gateway.admissions.asked.first?.positions == [
                            "user:#42": StreamPosition(offset: 0, epoch: "x")
                        ]
                    )
                    for offset in 2...5 { gateway.notifier.publish(Self.publication("user:#42", Int64(offset))) }
                    try await until { gateway.edge.realtime.publishedCount >= 4 ? () : nil }
                    await gateway.admissions.release()
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    let subscription = reply["connect"]?["subs"]?["user:#42"]
                    #expect(subscription?["recovered"] == true && subscription?["was_recovering"] == true)
                    #expect(subscription?["publications"]?.arrayValue?.count == 2 && subscription?["offset"] == nil)
                    for offset in 3...5 { #expect(try await client.next() == Self.push("user:#42", Int64(offset))) }
                    gateway.notifier.publish(Self.publication("user:#42", 6))
                    #expect(try await client.next() == Self.push("user:#42", 6))
                }
            }
        }

        @Test("A hole in a stream closes with 3010, so that the client recovers")
        func holes() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 1))
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    _ = try await client.next()
                    gateway.notifier.publish(Self.publication("user:#42", 3))
                    #expect(try await client.next() == .close(code: 3010, reason: "insufficient state"))
                }
            }
        }

        @Test("An expired token is error 109, any other fault closes with 3500, none at all with 3501")
        func tokens() async throws {
            try await withGateway { gateway in
                try await gateway.live { client in
                    try await client.send("{\"id\":7,\"connect\":{\"token\":\"expired\"}}")
                    #expect(
                        try await client.next()
                            == .json(["id": 7, "error": ["code": 109, "message": "token expired"]])
                    )
                }
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"garbage\"}}")
                    #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                }
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{}}")
                    #expect(try await client.next() == .close(code: 3501, reason: "bad request"))
                }
            }
        }

        @Test(
            "What breaks the protocol closes with 3501",
            arguments: [
                "", "nonsense", "[]", "{\"id\":1}", "{\"id\":0,\"connect\":{\"token\":\"good\"}}", "{\"connect\":{}}",
                "{}",
                "{\"id\":1,\"connect\":[]}", "{\"id\":1,\"subscribe\":{\"channel\":\"a\"}}",
                "{\"id\":-1,\"connect\":{}}",
            ]
        )
        func protocolFaults(text: String) async throws {
            try await withGateway { gateway in
                try await gateway.live { client in
                    try await client.send(text)
                    #expect(try await client.next() == .close(code: 3501, reason: "bad request"))
                }
            }
        }

        @Test("Commands are answered in order, also those that came with connect in one frame")
        func commands() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0))
                try await gateway.live { client in
                    let commands = [
                        "{\"id\":1,\"connect\":{\"token\":\"good\"}}",
                        "{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}",
                        "{\"id\":3,\"subscribe\":{\"channel\":\"user:#42\"}}",
                        "{\"id\":4,\"history\":{\"channel\":\"news\"}}",
                        "{\"id\":5,\"rpc\":{\"method\":\"x\"}}",
                        "{\"id\":6,\"publish\":{\"channel\":\"news\",\"data\":{}}}",
                        "{\"id\":7,\"unsubscribe\":{\"channel\":\"news\"}}",
                    ]
                    try await client.send(commands.joined(separator: "\n"))
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(reply["id"] == 1 && reply["connect"] != nil)
                    for (id, code) in [(2, 103), (3, 105), (4, 108), (5, 104), (6, 103)] {
                        guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                        #expect(reply["id"] == .integer(id) && reply["error"]?["code"] == .integer(code))
                    }
                    #expect(try await client.next() == .json(["id": 7, "unsubscribe": [:]]))
                    try await client.send("{\"id\":8,\"connect\":{\"token\":\"good\"}}")
                    #expect(try await client.next() == .close(code: 3501, reason: "bad request"))
                }
            }
        }

        @Test("The end of a session closes its live connections within two seconds")
        func revocation() async throws {
            try await withGateway { gateway in
                for isAnnounced in [true, false] {
                    let session = SessionID()
                    await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0, session: session))
                    try await gateway.live { client in
                        try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                        _ = try await client.next()
                        let start = ContinuousClock.now
                        if isAnnounced {
                            gateway.auth.publish(SessionRevoked(sessionId: session, userId: UserID()))
                        } else {
                            gateway.keys.end(session)
                        }
                        #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                        #expect(.now - start < .seconds(2))
                    }
                    // A connection of the ended session is not admitted again.
                    try await gateway.live { client in
                        try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                        #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                    }
                }
            }
        }

        @Test("A token that runs out is told, and refreshed for the same user only")
        func refresh() async throws {
            try await withGateway { gateway in
                let soon = Timestamp.now() + .seconds(90)
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0, expiresAt: soon))
                await gateway.admissions.admit(
                    "other",
                    as: RealtimeAdmission(userId: "7", sessionId: nil, expiresAt: nil, subscriptions: [])
                )
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(
                        reply["connect"]?["expires"] == true
                            && (80...90).contains(reply["connect"]?["ttl"]?.intValue ?? 0)
                    )
                    try await client.send("{\"id\":2,\"refresh\":{\"token\":\"good\"}}")
                    guard case .json(let refreshed) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(refreshed["refresh"]?["expires"] == true)
                    try await client.send("{\"id\":3,\"refresh\":{\"token\":\"other\"}}")
                    #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                }
            }
        }

        @Test("A token whose session has ended refreshes nothing, whoever it belongs to")
        func refreshAfterEnd() async throws {
            try await withGateway { gateway in
                let ended = SessionID()
                let admission = Self.admission("user:#42", offset: 0, session: SessionID())
                await gateway.admissions.admit("good", as: admission)
                await gateway.admissions.admit("next", as: Self.admission("user:#42", offset: 0, session: ended))
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    _ = try await client.next()
                    gateway.keys.end(ended)
                    try await until { gateway.edge.admission.authenticator.hasEnded(ended) ? () : nil }
                    try await client.send("{\"id\":2,\"refresh\":{\"token\":\"next\"}}")
                    #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                }
            }
        }

        @Test("A foreign page may not open a live connection; Protobuf and plain requests are told so")
        func handshakes() async throws {
            try await withGateway { gateway in
                for (headers, status) in [
                    ([("Origin", "https://evil.example")], 403), ([("Origin", "https://app.uni.example")], 101),
                    ([], 101),
                    ([("Sec-WebSocket-Protocol", "centrifuge-json")], 101),
                    ([("Sec-WebSocket-Protocol", "centrifuge-protobuf")], 400),
                ] {
                    try await gateway.connect { connection in
                        let response = try await LiveClient(connection).open(headers)
                        #expect(response.status == status, "\(headers)")
                        if status == 101 {
                            #expect(response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                        }
                    }
                }
                #expect(gateway.has(#"rovierr_gateway_requests_total{operation="",status="1xx"} 3"#))
                let plain = try await gateway.request("GET /connection/websocket")
                #expect(plain.status == 426 && plain.headers["upgrade"] == "websocket")
            }
        }

        @Test("A connection that has served requests before can become a live one")
        func upgradeAfterRequests() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0))
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("GET /health/live"))
                    #expect(try await connection.response().status == 200)
                    let client = LiveClient(connection)
                    #expect(try await client.open().status == 101)
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(reply["connect"] != nil)
                }
            }
        }

        @Test("A frame over 64 KiB closes with 1009")
        func largeFrames() async throws {
            try await withGateway { gateway in
                try await gateway.live { client in
                    try await client.send(String(repeating: "x", count: 70_000))
                    #expect(try await client.next() == .close(code: 1_009, reason: ""))
                }
            }
        }

        @Test("At shutdown clients are told to come again")
        func shutdown() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission("user:#42", offset: 0))
                try await gateway.live { client in
                    try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                    _ = try await client.next()
                    gateway.shutDown()
                    #expect(try await client.next() == .close(code: 3001, reason: "shutdown"))
                }
            }
        }
    }
}
