import Contracts
import Logging
import NotifierContracts
import Redis
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Gateway

@Suite("Where Redis is")
struct RedisConfigurationTests {
    @Test("An address names host, port, user, password and database")
    func addresses() throws {
        let plain = try #require(RedisConfiguration(url: "redis://cache.uni.example"))
        #expect(plain.host == "cache.uni.example" && plain.port == 6_379 && plain.database == 0)
        #expect(plain.user == nil && plain.password == nil)
        let full = try #require(RedisConfiguration(url: "redis://gate:p%40ss%3A@[::1]:7000/3"))
        #expect(full.host == "::1" && full.port == 7_000 && full.database == 3)
        #expect(full.user == "gate" && full.password == "p@ss:")
        #expect(RedisConfiguration(url: "redis://:secret@a")?.password == "secret")
        for url in [
            "", "redis://", "rediss://a", "http://a", "redis://a:0", "redis://a:b", "redis://a/x", "redis://u@a",
            "redis://u:%4@a", "redis://[::1", "redis://a:1:2",
        ] {
            #expect(RedisConfiguration(url: url) == nil, "\(url)")
        }
    }
}

/// Redis and the counts that gateways share in it.
private struct SharedFixture {
    let redis: RedisServer
    let metrics = Metrics()
    let counts: SharedCounts

    init(folder: String) async throws {
        redis = try await RedisServer(folder: folder)
        var configuration = try #require(RedisConfiguration(url: redis.url))
        configuration.timeout = .seconds(10)  // what is tested is what Redis decides, on however busy a machine
        counts = SharedCounts(
            configuration,
            metrics: metrics,
            logger: Logger(label: "limits") { _ in SwiftLogNoOpLogHandler() }
        )
        try await waitUntilAvailable()
    }

    func waitUntilAvailable() async throws {
        try await until(.seconds(20)) { counts.isAvailable ? () : nil }
    }

    func count(_ call: RateCall, _ budget: RateBudget) async -> RateDecision? {
        await withCheckedContinuation { continuation in
            counts.count(call, budget) { continuation.resume(returning: $0) }
        }
    }
}

extension GatewaySuites {
    @Suite("Budgets that replicas share", .timeLimit(.minutes(10)))
    struct SharedLimitTests {
        @Test("The shared count and the one in memory decide alike, and what is stated comes true")
        func truthful() async throws {
            try await withTemporaryFolder { folder in
                let fixture = try await SharedFixture(folder: folder)
                for seed in Seed.batch(100) {
                    var random = seed.generator
                    let budget = RateBudget(
                        limit: .random(in: 1...20, using: &random),
                        period: .seconds(.random(in: 60...3_600, using: &random))
                    )
                    let call = RateCall(key: RateKey(user: UserID()), rate: .write)
                    var looking = call
                    looking.cost = 0
                    let memory = LocalCounts()
                    for _ in 0...budget.limit + 1 {
                        let shared = try #require(await fixture.count(call, budget), "\(seed)")
                        let local = memory.count(call, budget, now: 0)
                        #expect(shared.isAllowed == local.isAllowed && shared.remaining == local.remaining, "\(seed)")
                        // Redis' clock has gone on a little meanwhile.
                        #expect(abs(shared.resetSeconds - local.resetSeconds) <= 1, "\(seed)")
                        #expect(
                            abs((shared.retryAfterSeconds ?? 0) - (local.retryAfterSeconds ?? 0)) <= 1,
                            "\(seed)"
                        )
                    }
                    let looked = try #require(await fixture.count(looking, budget))
                    #expect(!looked.isAllowed && looked.remaining == 0, "\(seed)")
                }
                // Nothing stays for longer than it says something.
                #expect(try await fixture.redis.command(["EVAL", Self.immortalKeys, "0"]) == "0")
                // And the stated wait is true by Redis' own clock.
                let budget = RateBudget(limit: 2, period: .seconds(2))
                let call = RateCall(key: RateKey(user: UserID()), rate: .read)
                var refused = await fixture.count(call, budget)
                while refused?.isAllowed == true { refused = await fixture.count(call, budget) }
                let wait = try #require(refused?.retryAfterSeconds)
                let isTrue = try await isAdmitted(after: wait) { await fixture.count(call, budget)?.isAllowed == true }
                #expect(isTrue)
            }
        }

        private static let immortalKeys = """
            local count = 0
            for _, key in ipairs(redis.call('KEYS', '*')) do
                if redis.call('PTTL', key) < 0 then count = count + 1 end
            end
            return count
            """

        @Test("A thousand calls at once are counted one by one")
        func atomic() async throws {
            try await withTemporaryFolder { folder in
                let fixture = try await SharedFixture(folder: folder)
                let budget = RateBudget(limit: 100, period: .seconds(3_600))
                let call = RateCall(key: RateKey(user: UserID()), rate: .read)
                let allowed = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<1_000 { group.addTask { await fixture.count(call, budget)?.isAllowed == true } }
                    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(allowed == 100)
            }
        }

        @Test("Nobody is locked out after Redis' clock was set back by an hour")
        func clockSetBack() async throws {
            try await withTemporaryFolder { folder in
                let fixture = try await SharedFixture(folder: folder)
                let budget = RateBudget(limit: 5, period: .seconds(60))
                let call = RateCall(key: RateKey(user: UserID()), rate: .read)
                for left in (0..<5).reversed() { #expect(await fixture.count(call, budget)?.remaining == left) }
                #expect(await fixture.count(call, budget)?.isAllowed == false)
                // What it has stored is then an hour further away.
                #expect(try await fixture.redis.command(["EVAL", Self.postponingKeys, "0"]) == "1")
                #expect(await fixture.count(call, budget)?.remaining == 4)
            }
        }

        private static let postponingKeys = """
            local keys = redis.call('KEYS', '*')
            for _, key in ipairs(keys) do
                redis.call('SET', key, string.format('%.0f', redis.call('GET', key) + 3600000000), 'KEEPTTL')
            end
            return #keys
            """

        @Test("A server that forgot the script gets it again")
        func forgottenScript() async throws {
            try await withTemporaryFolder { folder in
                let fixture = try await SharedFixture(folder: folder)
                let budget = RateBudget(limit: 5, period: .seconds(3_600))
                let call = RateCall(key: RateKey(user: UserID()), rate: .read)
                #expect(await fixture.count(call, budget)?.remaining == 4)
                try await fixture.redis.command(["SCRIPT", "FLUSH"])
                #expect(await fixture.count(call, budget)?.remaining == 3)
            }
        }

        @Test("Two gateways share one quota, count for themselves while Redis is away, and share again once it is back")
        func twoGateways() async throws {
            try await withTemporaryFolder { folder in
                let redis = try await RedisServer(folder: folder)
                let environment = ["REDIS_URL": redis.url, "RATE_USER_READ": "10/3600"]
                try await withGateway(environment) { first in
                    try await withGateway(environment) { second in
                        for gateway in [first, second] {
                            try await until { gateway.isSharingLimits ? () : nil }
                        }
                        // Where Redis takes too long on a busy machine, a gateway has counted for itself meanwhile.
                        let user = try await until { () -> UserID? in
                            let user = UserID()
                            return try await Self.passed(user, first, second) == 10 ? user : nil
                        }
                        redis.stop()
                        // Each has a count of its own now, and nobody gets an error.
                        #expect(try await Self.passed(user, first, second) == 20)
                        for gateway in [first, second] {
                            #expect(!gateway.isSharingLimits)
                            #expect(gateway.metrics.text().contains("rovierr_gateway_shared_limits_fallbacks_total"))
                        }
                        try await redis.start()
                        for gateway in [first, second] {
                            try await until { gateway.isSharingLimits ? () : nil }
                        }
                        try await until { try await Self.passed(UserID(), first, second) == 10 ? () : nil }
                        // One that does not answer costs a call its short time limit, once.
                        redis.pause()
                        let begin = ContinuousClock.now
                        #expect(try await Self.passed(UserID(), first, second) == 20)
                        #expect(ContinuousClock.now - begin < .seconds(5))
                        redis.resume()
                    }
                }
            }
        }

        @Test("A live connection opens, and hears, although its budget has to be asked for")
        func liveConnections() async throws {
            try await withTemporaryFolder { folder in
                let redis = try await RedisServer(folder: folder)
                try await withGateway(["REDIS_URL": redis.url]) { gateway in
                    try await until { gateway.isSharingLimits ? () : nil }
                    let admission = RealtimeAdmission(userId: "42", sessionId: nil, expiresAt: nil, subscriptions: [])
                    await gateway.admissions.admit("good", as: admission)
                    try await gateway.live { client in
                        try await client.send("{\"id\":1,\"connect\":{\"token\":\"good\"}}")
                        guard case .json(let reply) = try await client.next() else { throw RawConnection.Closed() }
                        #expect(reply["connect"]?["client"] != nil)
                    }
                }
            }
        }

        @Test("Redis that was never there is told of once, and what is wrong with it", arguments: [true, false])
        func awayAtStart(hasWrongPassword: Bool) async throws {
            try await withTemporaryFolder { folder in
                let redis = try await RedisServer(folder: folder)
                if hasWrongPassword {
                    try await redis.command(["CONFIG", "SET", "requirepass", "right"])
                } else {
                    redis.stop()
                }
                let url = redis.url.replacing("redis://", with: "redis://:wrong@")
                let configuration = try #require(RedisConfiguration(url: hasWrongPassword ? url : redis.url))
                let lines = Mutex<[String]>([])
                let logger = Logger(label: "limits") { _ in
                    JSONLogHandler(service: "gateway", instance: "1", level: .info) { line in
                        lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
                    }
                }
                let metrics = Metrics()
                let counts = SharedCounts(configuration, metrics: metrics, logger: logger)
                let warning = try await until { lines.withLock(\.first) }
                #expect(warning.contains("Rate limits are counted by each replica for itself"))
                #expect(warning.contains(hasWrongPassword ? "WRONGPASS" : "Connection refused"))
                #expect(!warning.contains(":wrong"))
                #expect(metrics.text().contains("\nrovierr_gateway_shared_limits_up 0\n"))
                if hasWrongPassword { redis.stop() }
                try await redis.start()
                if hasWrongPassword { try await redis.command(["CONFIG", "SET", "requirepass", "wrong"]) }
                let news = try await until { lines.withLock { $0.dropFirst().first } }
                #expect(news.contains("Rate limits are shared through Redis"))
                #expect(metrics.text().contains("\nrovierr_gateway_shared_limits_up 1\n"))
                counts.close()
            }
        }

        /// How many of 30 calls of a user pass, sent to both in turn.
        private static func passed(_ user: UserID, _ first: TestGateway, _ second: TestGateway) async throws -> Int {
            var passed = 0
            for index in 0..<30 {
                let gateway = index.isMultiple(of: 2) ? first : second
                let token = bearer(try await gateway.token(user: user))
                let response = try await gateway.request("GET /api/v1/things/favourite", [token])
                #expect(response.status == 200 || response.status == 429)
                if response.status == 200 { passed += 1 }
            }
            return passed
        }
    }
}

extension TestGateway {
    fileprivate var isSharingLimits: Bool { has("rovierr_gateway_shared_limits_up 1") }
}
