import Contracts
import TestKit
import Testing

@testable import Gateway

@Suite("Budgets")
struct RateLimiterTests {
    private static let second: Int64 = 1_000_000_000

    private static func limiter(_ budget: RateBudget) -> RateLimiter {
        let budgets = Dictionary(uniqueKeysWithValues: RateClass.allCases.map { ($0, budget) })
        return RateLimiter(users: budgets, addresses: budgets)
    }

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
        let limiter = Self.limiter(budget)
        let key = RateKey(user: UserID())
        var now = Int64.random(in: 0...1_000_000_000_000, using: &random)
        for used in 1...budget.limit {
            let decision = limiter.count(key, .read, now: now)
            #expect(decision.isAllowed && decision.limit == budget.limit && decision.remaining == budget.limit - used)
        }
        for _ in 0..<20 {
            let refused = limiter.count(key, .read, now: now)
            let wait = try #require(refused.retryAfterSeconds)
            #expect(wait >= 1 && refused.remaining == 0)
            now += Int64(wait) * Self.second
            #expect(limiter.count(key, .read, now: now).isAllowed)
            // Waiting in whole seconds may give more than one call; use them up.
            while limiter.count(key, .read, now: now).isAllowed {}
        }
    }

    @Test("Over any time no more calls pass than the budget and what grows back", arguments: Seed.batch(100))
    func bounded(seed: Seed) {
        var random = seed.generator
        let budget = RateBudget(
            limit: .random(in: 1...20, using: &random),
            period: .seconds(.random(in: 1...10, using: &random))
        )
        let limiter = Self.limiter(budget)
        let key = RateKey(user: UserID())
        var now: Int64 = 0
        var passed = 0
        for _ in 0..<500 {
            now += Int64.random(in: 0...budget.nanoseconds / 10, using: &random)
            if limiter.count(key, .write, now: now).isAllowed { passed += 1 }
        }
        let interval = Double(budget.nanoseconds) / Double(budget.limit)
        #expect(Double(passed) <= Double(budget.limit) + Double(now) / interval + 1)
    }

    @Test("An IPv6 subscriber counts by the /64, and classes, users and addresses apart")
    func keys() throws {
        let limiter = Self.limiter(RateBudget(limit: 1, period: .seconds(60)))
        let first = RateKey(address: try #require(IPAddress("2001:db8::1")))
        #expect(limiter.count(first, .read, now: 0).isAllowed)
        #expect(!limiter.count(RateKey(address: try #require(IPAddress("2001:db8::ffff:1"))), .read, now: 0).isAllowed)
        #expect(limiter.count(RateKey(address: try #require(IPAddress("2001:db8:0:1::1"))), .read, now: 0).isAllowed)
        #expect(limiter.count(first, .write, now: 0).isAllowed)
        #expect(limiter.count(RateKey(address: try #require(IPAddress("10.0.0.1"))), .read, now: 0).isAllowed)
        #expect(limiter.count(RateKey(address: try #require(IPAddress("10.0.0.2"))), .read, now: 0).isAllowed)
        #expect(limiter.count(RateKey(user: UserID()), .read, now: 0, cost: 0).isAllowed)
    }

    @Test("The table is bounded whoever comes")
    func memory() {
        let limiter = Self.limiter(RateBudget(limit: 1, period: .seconds(60)))
        for index in 0..<140_000 {
            _ = limiter.count(RateKey(address: IPAddress(high: UInt64(index), low: 0)), .read, now: 0)
        }
        #expect(limiter.keyCount <= RateLimiter.maximumKeys)
    }
}

extension GatewaySuites {
    @Suite("Budgets over HTTP", .timeLimit(.minutes(1)))
    struct RateLimitTests {
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
            try await withGateway(["RATE_ADDRESS_READ": "5/60"]) { gateway in
                for _ in 0..<30 {
                    let response = try await gateway.request("GET /api/v1/things/favourite", [bearer(gateway.token())])
                    #expect(response.status == 200)
                }
                for index in 0..<7 {
                    let response = try await gateway.request("GET /api/v1/nothing")
                    #expect(response.status == (index < 5 ? 404 : 429) && response.headers["ratelimit-limit"] == "5")
                }
                // Guessing tokens costs the address, too.
                #expect(try await gateway.request("GET /api/v1/things/1", [bearer("guess")]).status == 429)
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
    }
}
