import Contracts
import TestKit
import Testing

@testable import Gateway

@Suite("Budgets")
struct RateLimiterTests {
    private static let second: Int64 = 1_000_000_000

    @Test(
        "The whole budget may come at once; then after exactly the stated wait one call succeeds",
        arguments: Seed.batch(200)
    )
    func truthful(seed: Seed) throws {
        var random = seed.generator
        let budget = RateBudget(
            limit: .random(in: 1...50, using: &random),
            period: .seconds(.random(in: 1...120, using: &random))
        )
        let counts = LocalCounts()
        let call = RateCall(key: RateKey(user: UserID()), rate: .read)
        var now = Int64.random(in: 0...1_000_000_000_000, using: &random)
        for used in 1...budget.limit {
            let decision = counts.count(call, budget, now: now)
            #expect(decision.isAllowed && decision.limit == budget.limit && decision.remaining == budget.limit - used)
        }
        for _ in 0..<20 {
            let refused = counts.count(call, budget, now: now)
            let wait = try #require(refused.retryAfterSeconds)
            #expect(wait >= 1 && refused.remaining == 0)
            now += Int64(wait) * Self.second
            #expect(counts.count(call, budget, now: now).isAllowed)
            // Waiting in whole seconds may give more than one call; use them up.
            while counts.count(call, budget, now: now).isAllowed {}
        }
        // After the stated reset all of it is there again.
        now += Int64(counts.count(call, budget, now: now).resetSeconds) * Self.second
        for _ in 1...budget.limit { #expect(counts.count(call, budget, now: now).isAllowed) }
    }

    @Test("Over any time no more calls pass than the budget and what grows back", arguments: Seed.batch(100))
    func bounded(seed: Seed) {
        var random = seed.generator
        let budget = RateBudget(
            limit: .random(in: 1...20, using: &random),
            period: .seconds(.random(in: 1...10, using: &random))
        )
        let counts = LocalCounts()
        let call = RateCall(key: RateKey(user: UserID()), rate: .write)
        var now: Int64 = 0
        var passed = 0
        for _ in 0..<500 {
            now += Int64.random(in: 0...budget.nanoseconds / 10, using: &random)
            if counts.count(call, budget, now: now).isAllowed { passed += 1 }
        }
        let interval = Double(budget.nanoseconds) / Double(budget.limit)
        #expect(Double(passed) <= Double(budget.limit) + Double(now) / interval + 1)
    }

    @Test("An IPv6 subscriber counts by the /64, and classes, users and addresses apart")
    func keys() throws {
        let counts = LocalCounts()
        func isAllowed(_ key: RateKey, _ rate: RateClass = .read, cost: Int = 1) -> Bool {
            let budget = RateBudget(limit: 1, period: .seconds(60))
            return counts.count(RateCall(key: key, rate: rate, cost: cost), budget, now: 0).isAllowed
        }
        func address(_ text: String) throws -> RateKey { RateKey(address: try #require(IPAddress(text))) }
        #expect(try isAllowed(address("2001:db8::1")))
        #expect(try !isAllowed(address("2001:db8::ffff:1")))
        #expect(try isAllowed(address("2001:db8:0:1::1")))
        #expect(try isAllowed(address("2001:db8::1"), .write))
        #expect(try isAllowed(address("10.0.0.1")))
        #expect(try isAllowed(address("10.0.0.2")))
        #expect(isAllowed(RateKey(user: UserID()), cost: 0))
    }

    @Test("All addresses of an IPv6 network, a /48, have no more than a few subscribers' budgets together")
    func networks() throws {
        let budget = try #require(RateBudget("10/60"))
        let budgets = RateBudgets(users: [:], apiKeys: [:], addresses: [.auth: budget])
        func allowed(_ kind: (IPAddress) -> RateKey) -> Int {
            let counts = LocalCounts()
            return (0..<65_536).count { subnet in
                let key = kind(IPAddress(high: 0x2001_0DB8_0001_0000 | UInt64(subnet), low: 1))
                return [key, key.network].compactMap { $0 }.allSatisfy { key in
                    let call = RateCall(key: key, rate: .auth)
                    return counts.count(call, budgets[call], now: 0).isAllowed
                }
            }
        }
        #expect(allowed { RateKey(address: $0) } == 80)
        #expect(allowed { RateKey(wrongTokensFrom: $0) } == 80)
        #expect(RateKey(address: try #require(IPAddress("10.0.0.1"))).network == nil)
        let finest = try #require(RateBudget("1000000/1"))
        #expect(finest.times(8) == finest)
    }

    @Test("The table is bounded whoever comes")
    func memory() {
        let counts = LocalCounts()
        let budget = RateBudget(limit: 1, period: .seconds(60))
        for index in 0..<140_000 {
            let key = RateKey(address: IPAddress(high: UInt64(index), low: 0))
            _ = counts.count(RateCall(key: key, rate: .read), budget, now: 0)
        }
        #expect(counts.keyCount <= LocalCounts.maximumKeys)
    }

    @Test("A budget is calls per seconds, and no finer than a call per microsecond")
    func budgets() {
        #expect(RateBudget("600/60") == RateBudget(limit: 600, period: .seconds(60)))
        for text in ["", "600", "0/60", "600/0", "-1/60", "1000001/1", "1/86401", "a/b", "1/2/3"] {
            #expect(RateBudget(text) == nil, "\(text)")
        }
    }
}

extension GatewaySuites {
    @Suite("Budgets over HTTP", .timeLimit(.minutes(10)))
    struct RateLimitTests {
        @Test("Over HTTP a /48 is stopped, and its neighbour is not")
        func networksOverHTTP() async throws {
            try await withGateway(["RATE_ADDRESS_READ": "2/60"]) { gateway in
                func statuses(_ network: String, _ subnets: Range<Int>) async throws -> Set<Int> {
                    var statuses: Set<Int> = []
                    for subnet in subnets {
                        let address = "\(network):\(String(subnet, radix: 16))::1"
                        let header = ("X-Forwarded-For", address)
                        statuses.insert(try await gateway.request("GET /api/v1/nothing", [header]).status)
                    }
                    return statuses
                }
                let first = try await statuses("2001:db8:1", 0..<16)
                let more = try await statuses("2001:db8:1", 100..<110)
                let neighbour = try await statuses("2001:db8:2", 0..<4)
                #expect(first == [404] && more == [429] && neighbour == [404])
            }
        }

        @Test("Every answer tells the budget; beyond it 429 says how long to wait, for this user alone")
        func perUser() async throws {
            try await withGateway(["RATE_USER_READ": "3/60"]) { gateway in
                let token = bearer(try await gateway.token())
                for remaining in [2, 1, 0] {
                    let response = try await gateway.request("GET /api/v1/things/favourite", [token])
                    #expect(response.status == 200)
                    #expect(
                        response.headers["ratelimit-limit"] == "3"
                            && response.headers["ratelimit-remaining"] == "\(remaining)"
                    )
                    #expect(response.headers["ratelimit-reset"] != nil)
                }
                let refused = try await gateway.request("GET /api/v1/things/favourite", [token])
                #expect(refused.status == 429 && refused.errorCode == "RATE_LIMITED")
                let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
                #expect((1...20).contains(wait))
                #expect(refused.headers["ratelimit-remaining"] == "0")
                #expect(
                    try await gateway.request("GET /api/v1/things/favourite", [bearer(gateway.token())]).status == 200
                )
            }
        }

        @Test("A lecture hall behind one address is limited by person, not by the address")
        func sharedAddress() async throws {
            try await withGateway(["RATE_ADDRESS_READ": "5/60", "RATE_ADDRESS_WRITE": "5/60"]) { gateway in
                // A neighbour has used up what all share who are not signed in.
                for index in 0..<7 {
                    let response = try await gateway.request("GET /api/v1/nothing")
                    #expect(response.status == (index < 5 ? 404 : 429) && response.headers["ratelimit-limit"] == "5")
                }
                // 300 students, each of whom looks and then sends something.
                for _ in 0..<300 {
                    let student = bearer(try await gateway.token())
                    let seen = try await gateway.request("GET /api/v1/things/favourite", [student])
                    let sent = try await gateway.request("POST /api/v1/things", [student], body: "{}")
                    #expect(seen.status == 200 && sent.status == 201)
                }
                // Guessing tokens costs the address as much again; then none is checked that was not known before.
                let known = bearer(try await gateway.token())
                #expect(try await gateway.request("GET /api/v1/things/favourite", [known]).status == 200)
                for index in 0..<7 {
                    let response = try await gateway.request("GET /api/v1/things/1", [bearer("guess")])
                    #expect(response.status == (index < 5 ? 200 : 429) && response.headers["ratelimit-limit"] == "5")
                    #expect(response.headers["ratelimit-remaining"] == "\(max(0, 4 - index))")
                }
                let unknown = bearer(try await gateway.token())
                #expect(try await gateway.request("GET /api/v1/things/favourite", [unknown]).status == 429)
                #expect(try await gateway.request("GET /api/v1/things/favourite", [known]).status == 200)
            }
        }

        @Test("Who calls directly cannot claim another address; a trusted proxy can")
        func claimedAddress() async throws {
            for (proxies, statuses) in [("10.0.0.0/8", [404, 429]), ("127.0.0.1", [404, 404])] {
                try await withGateway(["RATE_ADDRESS_READ": "1/60", "TRUSTED_PROXIES": proxies]) { gateway in
                    for (index, status) in statuses.enumerated() {
                        let response = try await gateway.request(
                            "GET /api/v1/nothing",
                            [("X-Forwarded-For", "203.0.113.\(index)")]
                        )
                        #expect(response.status == status)
                    }
                }
            }
        }

        @Test("After exactly the stated wait the call succeeds", arguments: Seed.batch(3))
        func truthfulOverHTTP(seed: Seed) async throws {
            var random = seed.generator
            let limit = Int.random(in: 1...4, using: &random)
            try await withGateway(["RATE_USER_READ": "\(limit)/\(limit)"]) { gateway in
                let token = bearer(try await gateway.token())
                var refused = try await gateway.request("GET /api/v1/things/favourite", [token])
                while refused.status == 200 {
                    refused = try await gateway.request("GET /api/v1/things/favourite", [token])
                }
                let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
                let isTrue = try await isAdmitted(after: wait) {
                    try await gateway.request("GET /api/v1/things/favourite", [token]).status == 200
                }
                #expect(isTrue, "\(seed)")
            }
        }

        @Test("Every answer below /api tells the budget, refusals of all kinds included")
        func everywhere() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                let requests: [(String, [(String, String)], String?)] = [
                    ("GET /api/v1/things/1", [], nil), ("GET /api/v1/nothing", [], nil),
                    ("GET /api/v1/things/..", [], nil),
                    ("PUT /api/v1/things/1", [], "{}"), ("GET /api/health", [], nil),
                    ("GET /api/v1/openapi.json", [], nil),
                    ("GET /api/v1/things/favourite", [], nil), ("GET /api/v1/things/1", [bearer("guess")], nil),
                    ("POST /api/v1/things", [token], String(repeating: "x", count: 2_000)),
                    ("POST /api/v1/things", [("Origin", "https://evil.example")], "{}"),
                    ("GET /api/v1/things/1", [("Origin", "a"), ("Origin", "b")], nil),
                    ("GET /api/v1/things/1/wait", [], nil), ("GET /api/v1/things/1?fail=refuse", [], nil),
                    ("OPTIONS /api/v1/things/1", [], nil),
                ]
                for (line, headers, body) in requests {
                    let response = try await gateway.request(line, headers, body: body)
                    let figures = ["limit", "remaining", "reset"].compactMap {
                        response.headers["ratelimit-\($0)"].flatMap { Int($0) }
                    }
                    #expect(figures.count == 3 && figures[0] > figures[1], "\(line) \(response.status) \(figures)")
                }
            }
        }

        @Test("Opening live connections counts against the address in a class of its own")
        func liveConnections() async throws {
            try await withGateway(["RATE_ADDRESS_REALTIME": "2/60"]) { gateway in
                for _ in 0..<2 { try await gateway.live { _ in } }
                let refused = try await gateway.connect { try await LiveClient($0).open() }
                #expect(refused.status == 429)
                let wait = refused.headers["retry-after"].flatMap { Int($0) }
                #expect((1...30).contains(wait ?? 0), "\(wait ?? 0)")
                #expect(try await gateway.request("GET /api/v1/things/1").status == 200)
            }
        }
    }
}
