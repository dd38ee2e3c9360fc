import AuthContracts
import Contracts
import NIOCore
import NotifierContracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Live connections of strangers", .timeLimit(.minutes(10)))
    struct LiveLimitTests {
        private static let admission = RealtimeAdmission(
            userId: "42",
            sessionId: nil,
            expiresAt: nil,
            subscriptions: []
        )
        private static let connect = "{\"id\":1,\"connect\":{\"token\":\"good\"}}"

        @Test(
            "Violations of RFC 6455 get their close code, and the connection ends",
            arguments: WebSocketReaderTests.faults.indices
        )
        func faults(index: Int) async throws {
            let (name, bytes, code) = WebSocketReaderTests.faults[index]
            try await withGateway { gateway in
                try await gateway.live { client in
                    try await client.send(raw: bytes)
                    #expect(try await client.next() == .close(code: Int(code), reason: ""), "\(name)")
                }
            }
        }

        @Test("The reason for a refusal arrives even if the client keeps sending before it reads")
        func linger() async throws {
            try await withGateway { gateway in
                try await gateway.live { client in
                    // One frame of 4 MiB, of which only the head is read.
                    let length = 4 << 20
                    var frame: [UInt8] =
                        [0x81, 0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
                    frame += [UInt8](repeating: 0, count: 4 + length)
                    try await client.send(raw: frame)
                    #expect(try await client.next() == .close(code: 1009, reason: ""))
                    try await client.send(raw: [UInt8](repeating: 0, count: 100_000))
                }
            }
        }

        @Test("Data after the close frame is read for a while, within a bound")
        func endlessRest() async throws {
            var limits = Edge.Limits()
            limits.live.discardedBytes = 1 << 20
            try await withGateway(limits: limits) { gateway in
                try await gateway.live { client in
                    try await client.send(raw: ClientFrame(first: 0x83).bytes)
                    #expect(try await client.next() == .close(code: 1002, reason: ""))
                    await #expect(throws: (any Error).self) {
                        for _ in 0..<400 { try await client.send(raw: [UInt8](repeating: 0, count: 65_536)) }
                    }
                }
            }
        }

        @Test("A client's close is answered with its code, and ends the connection")
        func close() async throws {
            try await withGateway { gateway in
                for (payload, code) in [([UInt8](), 1000), ([0x0F, 0xA0], 4000), ([0x03, 0xE9, 97], 1001)] {
                    try await gateway.live { client in
                        try await client.send(raw: ClientFrame(first: 0x88, payload: payload).bytes)
                        #expect(try await client.next() == .close(code: code, reason: ""))
                        #expect(try await client.isClosed())
                    }
                }
            }
        }

        @Test("A message in fragments, with pings in between, and with a line break at its end is read")
        func fragments() async throws {
            try await withGateway { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                try await gateway.live { client in
                    let text = Array((Self.connect + "\n").utf8)
                    try await client.send(raw: ClientFrame(first: 0x01, payload: Array(text[..<10])).bytes)
                    try await client.send(raw: ClientFrame(first: 0x89, payload: [1]).bytes)
                    try await client.send(raw: ClientFrame(first: 0x80, payload: Array(text[10...])).bytes)
                    guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                    #expect(reply["connect"] != nil)
                    // One line break ends a message; an empty line is a message without a command.
                    try await client.send("{\"id\":2,\"ping\":{}}\n\n")
                    guard case .json = try await client.next() else { throw RawConnection.Closed() }
                    #expect(try await client.next() == .close(code: 3501, reason: "bad request"))
                }
            }
        }

        @Test(
            "After a fatal answer with commands waiting the connection ends with the client's close, not seconds later"
        )
        func fatalWithBacklog() async throws {
            try await withGateway { gateway in
                await gateway.admissions.hold()
                try await gateway.live { client in
                    let commands = (2...20).map { "{\"id\":\($0),\"ping\":{}}" }
                    try await client.send(
                        (["{\"id\":1,\"connect\":{\"token\":\"garbage\"}}"] + commands).joined(separator: "\n")
                    )
                    try await until { await gateway.admissions.asked.isEmpty ? nil : () }
                    try await client.send("{\"id\":21,\"ping\":{}}")
                    await gateway.admissions.release()
                    #expect(try await client.next() == .close(code: 3500, reason: "invalid token"))
                    let start = ContinuousClock.now
                    try await client.send(raw: ClientFrame(first: 0x88, payload: [0x0D, 0xAC]).bytes)
                    #expect(try await client.isClosed())
                    #expect(.now - start < .seconds(3))
                }
            }
        }

        @Test("A client that sends more frames, commands or bytes than it needs is told to retry later")
        func floods() async throws {
            let pings = (2...200).map { "{\"id\":\($0),\"ping\":{}}" }.joined(separator: "\n")
            let floods: [(WritableKeyPath<RealtimeConnection.Limits, Int>, [UInt8])] = [
                (\.frameBurst, (0..<200).flatMap { _ in ClientFrame(first: 0x8A).bytes }),
                (
                    \.frameBurst,
                    ClientFrame(first: 0x01).bytes + (0..<200).flatMap { _ in ClientFrame(first: 0x00).bytes }
                ),
                (\.commandBurst, ClientFrame(first: 0x81, payload: Array(pings.utf8)).bytes),
                (
                    \.byteBurst,
                    (0..<10).flatMap { _ in ClientFrame(first: 0x89, payload: [UInt8](repeating: 1, count: 120)).bytes }
                ),
            ]
            for (limit, bytes) in floods {
                var limits = Edge.Limits()
                limits.live[keyPath: limit] = limit == \.byteBurst ? 1_000 : 100
                limits.live.framesPerSecond = 1
                limits.live.commandsPerSecond = 1
                limits.live.bytesPerSecond = 1
                try await withGateway(limits: limits) { gateway in
                    await gateway.admissions.admit("good", as: Self.admission)
                    try await gateway.live { client in
                        try await client.send(Self.connect)
                        _ = try await client.next()
                        try await client.send(raw: bytes)
                        var message = try await client.next()
                        while case .json = message { message = try await client.next() }
                        #expect(message == .close(code: 3013, reason: "too many requests"))
                    }
                }
            }
        }

        @Test("A token that is refreshed again and again is not checked each time")
        func refreshes() async throws {
            var limits = Edge.Limits()
            limits.live.commandBurst = 50
            limits.live.commandsPerSecond = 1
            try await withGateway(limits: limits) { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                try await gateway.live { client in
                    let refreshes = (2...30).map { "{\"id\":\($0),\"refresh\":{\"token\":\"good\"}}" }
                    try await client.send(([Self.connect] + refreshes).joined(separator: "\n"))
                    var message = try await client.next()
                    while case .json = message { message = try await client.next() }
                    #expect(message == .close(code: 3013, reason: "too many requests"))
                    #expect(await gateway.admissions.asked.count < 8)
                }
            }
        }

        @Test("Connections without a token are limited per source until they are closed, and showing one makes room")
        func pending() async throws {
            var limits = Edge.Limits()
            limits.pendingLivePerSource = 2
            try await withGateway(limits: limits) { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                try await gateway.live { first in
                    try await gateway.live { second in
                        try await gateway.connect { connection in
                            let refusal = try await LiveClient(connection).open()
                            #expect(refusal.status == 429 && refusal.errorCode == "RATE_LIMITED")
                            #expect(refusal.headers["retry-after"] == "1")
                        }
                        try await second.send(Self.connect)
                        guard case .json = try await second.next() else { throw RawConnection.Closed() }
                        try await gateway.live { third in
                            try await third.send("nonsense")
                            #expect(try await third.next() == .close(code: 3501, reason: "bad request"))
                            try await gateway.connect { connection in
                                let status = try await LiveClient(connection).open().status
                                #expect(status == 429)
                            }
                        }
                        try await until { gateway.edge.pendingLive.taken == 1 ? () : nil }
                        try await gateway.live { _ in }
                    }
                    #expect(gateway.edge.pendingLive.taken >= 1)
                    _ = first
                }
                try await until { gateway.edge.pendingLive.taken == 0 ? () : nil }
            }
        }

        @Test("Live connections leave room for requests")
        func room() async throws {
            var limits = Edge.Limits()
            limits.liveConnections = 1
            try await withGateway(limits: limits) { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                try await gateway.live { client in
                    try await Self.expectAdmission(of: client, with: "good")
                    try await gateway.connect { connection in
                        let refusal = try await LiveClient(connection).open()
                        #expect(refusal.status == 503 && refusal.errorCode == "SERVICE_UNAVAILABLE")
                        #expect(refusal.headers["retry-after"] == "5")
                    }
                    #expect(try await gateway.request("GET /api/v1/things/1").status == 200)
                }
                try await until { gateway.edge.admittedLive.taken == 0 ? () : nil }
                try await gateway.live { _ in }
            }
        }

        @Test("Requests keep a third of all connections", arguments: [3, 12, 23, 24, 3_000])
        func share(maximum: Int) async throws {
            try await withGateway(["MAX_CONNECTIONS": "\(maximum)"]) { gateway in
                #expect(gateway.edge.limits.liveConnections == maximum * 2 / 3)
            }
        }

        @Test("Connections without a token take at most half of the places that are free")
        func strangers() async throws {
            var limits = Edge.Limits()
            limits.liveConnections = 4
            try await withGateway(limits: limits) { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                try await gateway.connect { first in
                    #expect(try await Self.open(first, from: 1).status == 101)
                    // The same source would take more than it leaves.
                    try await gateway.connect { other in
                        let status = try await Self.open(other, from: 1).status
                        #expect(status == 429)
                    }
                    try await gateway.connect { second in
                        let (person, status) = try await Self.open(second, from: 2)
                        #expect(status == 101)
                        try await gateway.connect { other in
                            let status = try await Self.open(other, from: 3).status
                            #expect(status == 503)
                        }
                        // Strangers keep nobody from authenticating.
                        try await Self.expectAdmission(of: person, with: "good")
                        #expect(gateway.edge.pendingLive.taken == 1 && gateway.edge.admittedLive.taken == 1)
                    }
                }
            }
        }

        private static func open(
            _ connection: RawConnection,
            from host: Int
        ) async throws -> (client: LiveClient, status: Int) {
            let client = LiveClient(connection)
            return (client, try await client.open([("X-Forwarded-For", "192.0.2.\(host)")]).status)
        }

        @Test("A connection that has not authenticated in time is closed, even while the notifier is asked")
        func authenticationTimeout() async throws {
            var limits = Edge.Limits()
            limits.live.authenticationTimeout = .milliseconds(100)
            try await withGateway(limits: limits) { gateway in
                try await gateway.live { client in
                    let end = try await client.next()
                    #expect(end == .close(code: 3502, reason: "stale"))
                }
                await gateway.admissions.hold()
                try await gateway.live { client in
                    try await client.send(Self.connect)
                    let end = try await client.next()
                    #expect(end == .close(code: 3502, reason: "stale"))
                }
                await gateway.admissions.release()
                try await until { gateway.edge.pendingLive.taken == 0 ? () : nil }
            }
        }

        private static func answer(to client: LiveClient, with token: String) async throws -> LiveClient.Message {
            try await client.send("{\"id\":1,\"connect\":{\"token\":\"\(token)\"}}")
            return try await client.next()
        }

        private static func expectAdmission(of client: LiveClient, with token: String) async throws {
            let answer = try await answer(to: client, with: token)
            guard case .json = answer else { return _ = Issue.record("Refused: \(answer)") }
        }

        @Test("Live connections are limited per person, across tokens, until one of them closes")
        func perPerson() async throws {
            var limits = Edge.Limits()
            limits.livePerPerson = 2
            try await withGateway(limits: limits) { gateway in
                for (token, person) in [("good", "42"), ("also", "42"), ("other", UserID().description)] {
                    await gateway.admissions.admit(
                        token,
                        as: RealtimeAdmission(userId: person, sessionId: nil, expiresAt: nil, subscriptions: [])
                    )
                }
                try await gateway.live { first in
                    try await Self.expectAdmission(of: first, with: "good")
                    try await gateway.live { second in
                        try await Self.expectAdmission(of: second, with: "also")
                        try await gateway.live { third in
                            let refusal = try await Self.answer(to: third, with: "good")
                            #expect(refusal == .close(code: 3506, reason: "connection limit"))
                        }
                        try await gateway.live { try await Self.expectAdmission(of: $0, with: "other") }
                    }
                    try await until { gateway.edge.admittedLive.taken == 1 ? () : nil }
                    try await gateway.live { try await Self.expectAdmission(of: $0, with: "also") }
                }
                try await until { gateway.edge.admittedLive.taken == 0 ? () : nil }
            }
        }

        @Test("Unfinished messages take their source's share of memory, and no more")
        func unfinished() async throws {
            var limits = Edge.Limits()
            limits.bodyMemoryPerSource = 100_000
            try await withGateway(limits: limits) { gateway in
                let half = Array(
                    ClientFrame(first: 0x81, payload: [UInt8](repeating: 97, count: 65_536)).bytes.prefix(60_000)
                )
                try await gateway.live { first in
                    try await first.send(raw: half)
                    try await until { gateway.edge.bodies.taken >= 59_000 ? () : nil }
                    try await gateway.live { second in
                        try await second.send(raw: half)
                        #expect(try await second.next() == .close(code: 3013, reason: "too many requests"))
                    }
                }
                try await until { gateway.edge.bodies.taken == 0 ? () : nil }
            }
        }

        @Test("While one client floods with frames, another's calls stay quick")
        func others() async throws {
            try await withGateway(["EVENT_LOOPS": "1"]) { gateway in
                await gateway.admissions.admit("good", as: Self.admission)
                let pings = (2...2_000).map { "{\"id\":\($0),\"ping\":{}}" }.joined(separator: "\n")
                try await Quickness.isKept {
                    let response = try await gateway.request("GET /api/v1/things/1")
                    #expect(response.status == 200)
                } during: {
                    try await gateway.live { client in
                        try await client.send(Self.connect)
                        _ = try await client.next()
                        try await client.send(pings)
                        while case .json = try await client.next() {}
                    }
                }
            }
        }
    }
}
