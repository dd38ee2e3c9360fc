import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Gateway

@Suite("How many calls may be under way")
struct AdaptiveLimitTests {
    private static let millisecond: Int64 = 1_000_000

    private static func caller(_ number: Int) -> RateKey {
        RateKey(address: IPAddress(high: UInt64(number + 1), low: 0))
    }

    /// Makes calls one after the other, each of another of the callers, and ends each after so long.
    private static func run(
        _ limit: inout AdaptiveLimit,
        calls: Int,
        of callers: Int = 40,
        taking time: Int64,
        now: inout Int64
    ) {
        for number in 0..<calls {
            limit.begin()
            now += 10 * millisecond
            _ = limit.end(after: time, by: caller(number % callers), now: now)
        }
    }

    @Test("It shrinks while calls take much longer than usual, never below its floor, and comes back")
    func adaptation() {
        var now: Int64 = 0
        var limit = AdaptiveLimit(10...100, now: now)
        Self.run(&limit, calls: 100, taking: 5 * Self.millisecond, now: &now)
        #expect(limit.limit == 100)
        Self.run(&limit, calls: 100, taking: 2_000 * Self.millisecond, now: &now)
        #expect(limit.limit < 50)
        Self.run(&limit, calls: 2_000, taking: 2_000 * Self.millisecond, now: &now)
        #expect(limit.limit == 10)
        Self.run(&limit, calls: 2_000, taking: 5 * Self.millisecond, now: &now)
        #expect(limit.limit == 100)
    }

    @Test("Slow calls of a few callers shrink no limit that callers share, but a limit of their own")
    func fewCallers() {
        var now: Int64 = 0
        var shared = AdaptiveLimit(10...100, now: now)
        var own = AdaptiveLimit(10...100, isOfOneCaller: true, now: now)
        for time in [5 * Self.millisecond, 2_000 * Self.millisecond] {
            Self.run(&shared, calls: 500, of: 24, taking: time, now: &now)
            Self.run(&own, calls: 500, of: 1, taking: time, now: &now)
        }
        #expect(shared.limit == 100 && own.limit < 50)
    }

    @Test("A shared limit keeps its size while most callers of the last ten seconds were quick")
    func quickCallersBefore() {
        var now: Int64 = 0
        var limit = AdaptiveLimit(4...100, now: now)
        func finish(_ callers: Range<Int>, taking time: Int64) {
            for number in callers {
                limit.begin()
                now += 10 * Self.millisecond
                _ = limit.end(after: time, by: Self.caller(number), now: now)
            }
        }
        finish(0..<100, taking: 5 * Self.millisecond)
        // Later windows see slow callers alone, who are fewer than those that were quick before.
        for _ in 0..<15 { finish(100..<140, taking: 2_000 * Self.millisecond) }
        #expect(limit.limit == 100)
        // The quick ones have been away for longer.
        for _ in 0..<15 { finish(100..<140, taking: 2_000 * Self.millisecond) }
        #expect(limit.limit < 50)
    }

    @Test("It follows the callers of the moment, however many others called in the ten seconds before")
    func manyCallers() {
        var now: Int64 = 0
        var limit = AdaptiveLimit(10...100, now: now)
        let parts: [(callers: Range<Int>, milliseconds: Int64)] = [(0..<1_000, 5), (1_000..<1_750, 2_000)]
        for part in parts {
            for number in part.callers {
                limit.begin()
                now += 4 * Self.millisecond
                _ = limit.end(after: part.milliseconds * Self.millisecond, by: Self.caller(number), now: now)
            }
        }
        #expect(limit.limit < 50)
    }

    @Test("Whatever happens, it stays in its range and counts right", arguments: Seed.batch(100))
    func bounds(seed: Seed) {
        var random = seed.generator
        let most = Int.random(in: 1...300, using: &random)
        var limit = AdaptiveLimit(max(1, most / 8)...most, now: 0)
        var now: Int64 = 0
        var expected = 0
        for _ in 0..<500 {
            now += Int64.random(in: 0...100, using: &random) * Self.millisecond
            if expected == 0 || Bool.random(using: &random) {
                limit.begin()
                expected += 1
            } else {
                let time = Int64.random(in: 0...3_000, using: &random) * Self.millisecond
                _ = limit.end(after: time, by: Self.caller(.random(in: 0..<20, using: &random)), now: now)
                expected -= 1
            }
            #expect(limit.range.contains(limit.limit) && limit.inFlight == expected, "\(seed)")
        }
    }

    @Test("Signing in matters more than sending, and sending more than listing, unless a contract says otherwise")
    func priorities() {
        #expect(RenewThing.contract.priority == .high)
        #expect(CreateThing.contract.priority == .normal)
        #expect(GetThing.contract.priority == .low)
    }
}

extension GatewaySuites {
    @Suite("Too many calls at once", .timeLimit(.minutes(10)))
    struct LoadSheddingTests {
        private static func hold(
            _ count: Int,
            at gateway: TestGateway,
            in group: inout ThrowingTaskGroup<Int, any Error>
        ) {
            for _ in 0..<count {
                group.addTask { try await gateway.request("GET /api/v1/things/1/hold").status }
            }
        }

        private static func waitUntilHeld(_ count: Int, _ gateway: TestGateway) async throws {
            try await until(.seconds(5)) {
                gateway.has("rovierr_gateway_calls_in_flight \(count)") ? () : nil
            }
        }

        @Test("A slow operation takes no more than its own room")
        func perOperation() async throws {
            try await withGateway(["OPERATION_CONCURRENCY": "4"]) { gateway in
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    Self.hold(4, at: gateway, in: &group)
                    try await Self.waitUntilHeld(4, gateway)
                    let refused = try await gateway.request("GET /api/v1/things/1/hold")
                    #expect(refused.status == 503 && refused.errorCode == "SERVICE_UNAVAILABLE")
                    #expect(refused.headers["retry-after"] == "5" && refused.headers["ratelimit-remaining"] != nil)
                    #expect(try await gateway.request("GET /api/v1/things/1").status == 200)
                    gateway.gate.open()
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [200, 200, 200, 200])
                #expect(try await gateway.request("GET /api/v1/things/1/hold").status == 200)
            }
        }

        @Test("One caller's slow calls leave room for others, whatever credentials it shows")
        func perCaller() async throws {
            try await withGateway(["OPERATION_CONCURRENCY": "16"]) { gateway in
                let user = UserID()
                let tokens = [
                    bearer(try await gateway.token(user: user)), bearer(try await gateway.token(user: user)),
                ]
                let other = bearer(try await gateway.token())
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<8 {
                        let token = tokens[number % 2]
                        group.addTask { try await gateway.request("GET /api/v1/things/1/hold", [token]).status }
                    }
                    try await Self.waitUntilHeld(8, gateway)
                    for token in tokens {
                        let refused = try await gateway.request("GET /api/v1/things/1/hold", [token])
                        #expect(refused.status == 503 && refused.headers["retry-after"] == "5")
                        #expect(try await gateway.request("GET /api/v1/things/1", [token]).status == 200)
                    }
                    // Two others get in, one of them without a token, and then both again.
                    for count in [10, 12] {
                        group.addTask { try await gateway.request("GET /api/v1/things/1/hold", [other]).status }
                        group.addTask { try await gateway.request("GET /api/v1/things/1/hold").status }
                        try await Self.waitUntilHeld(count, gateway)
                    }
                    gateway.gate.open()
                    for try await status in group { #expect(status == 200) }
                    #expect(try await gateway.request("GET /api/v1/things/1/hold", [tokens[0]]).status == 200)
                }
            }
        }

        @Test("One caller leaves as much as it takes of what the mesh carries of an operation")
        func perService() async throws {
            try await withGateway { gateway in
                let one = bearer(try await gateway.token())
                let other = bearer(try await gateway.token())
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<64 {
                        group.addTask { try await gateway.request("GET /api/v1/things/1/hold", [one]).status }
                    }
                    try await Self.waitUntilHeld(64, gateway)
                    #expect(try await gateway.request("GET /api/v1/things/1/hold", [one]).status == 503)
                    group.addTask { try await gateway.request("GET /api/v1/things/1/hold", [other]).status }
                    try await Self.waitUntilHeld(65, gateway)
                    gateway.gate.open()
                    for try await status in group { #expect(status == 200) }
                }
            }
        }

        @Test("An export that has begun gets to its end, however little room there is")
        func underway() async throws {
            try await withGateway(["MAX_IN_FLIGHT": "10"]) { gateway in
                let token = bearer(try await gateway.token())
                try await gateway.connect { export in
                    try await withThrowingTaskGroup(of: Int.self) { group in
                        Self.hold(6, at: gateway, in: &group)
                        try await Self.waitUntilHeld(6, gateway)
                        try await export.send(TestGateway.text("GET /api/v1/things.csv?parts=40"))
                        #expect(try await export.response().status == 200)
                        // The seventh closes the room for what matters least.
                        group.addTask {
                            try await gateway.request("POST /api/v1/things?hold=1", [token], body: "{}").status
                        }
                        try await until { gateway.lab.requests(of: CreateThing.self).isEmpty ? nil : () }
                        for _ in 0..<40 { #expect(try await export.chunk().count == 1 << 20) }
                        #expect(try await export.chunk().isEmpty)
                        #expect(try await gateway.request("GET /api/v1/things/1").status == 503)
                        gateway.gate.open()
                        for try await status in group { #expect([200, 201].contains(status)) }
                    }
                }
            }
        }

        @Test("When room gets scarce, listing is refused first, then sending, and signing in last")
        func byPriority() async throws {
            try await withGateway(["MAX_IN_FLIGHT": "10"]) { gateway in
                let token = bearer(try await gateway.token())
                // 7 of 10 are taken by what matters least.
                try await withThrowingTaskGroup(of: Int.self) { group in
                    Self.hold(7, at: gateway, in: &group)
                    try await Self.waitUntilHeld(7, gateway)
                    async let list = gateway.request("GET /api/v1/things/1").status
                    async let send = gateway.request("POST /api/v1/things", [token], body: "{}").status
                    async let signIn = gateway.request("POST /api/v1/things/renew", body: "{}").status
                    #expect(try await [list, send, signIn] == [503, 201, 200])
                    #expect(gateway.has("rovierr_gateway_shed_total{priority=\"low\"} 1"))
                    gateway.gate.open()
                    for try await status in group { #expect(status == 200) }
                }
            }
        }
    }
}
