import Contracts
import Logging
import Redis
import ServiceKit

/// Counts that all replicas of the gateway share, in Redis: one round trip a call, by Redis' own clock.
final class SharedCounts: Sendable {
    /// The same steps as in `LocalCounts`, in microseconds, which a Lua number holds exactly until the year 2255.
    ///
    /// A time that is further away than a period was written before Redis' clock was set back: that budget starts whole.
    ///
    /// It answers with the time until the budget is whole, and the time to wait or -1.
    private static let script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local period, interval, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local whole = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
        if whole - now > period then whole = now end
        local next = whole + interval * math.max(cost, 1)
        if next - now > period then return {whole - now, next - period - now} end
        if cost == 0 then return {whole - now, -1} end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
        return {next - now, -1}
        """

    private let client: RedisClient
    private let isUp: Gauge

    init(_ configuration: RedisConfiguration, metrics: Metrics, logger: Logger) {
        let isUp = metrics.gauge(
            "rovierr_gateway_shared_limits_up",
            "1 while rate limits are shared through Redis, 0 while each replica counts for itself."
        )
        self.isUp = isUp
        client = RedisClient(configuration: configuration, script: Self.script) { fault in
            isUp.set(fault == nil ? 1 : 0)
            if let fault {
                logger.warning("Rate limits are counted by each replica for itself", metadata: ["error": "\(fault)"])
            } else {
                logger.info("Rate limits are shared through Redis")
            }
        }
    }

    /// Whether it makes sense to ask.
    var isAvailable: Bool { isUp.value == 1 }

    /// Counts a call.
    ///
    /// - Parameters:
    ///   - call: Who calls what.
    ///   - budget: Of that.
    ///   - completion: Runs once, here or on a queue that it must not hold up; gets `nil` when there is no answer.
    func count(_ call: RateCall, _ budget: RateBudget, completion: @escaping @Sendable (RateDecision?) -> Void) {
        client.run(keys: [Self.name(of: call)], arguments: Self.arguments(call, budget)) { result in
            guard case .success(.array(let values)) = result, case .integer(let whole)? = values.first,
                case .integer(let wait)? = values.last
            else { return completion(nil) }
            completion(budget.decision(untilWhole: whole * 1_000, retryAfter: wait < 0 ? nil : wait * 1_000))
        }
    }

    private static func name(of call: RateCall) -> String {
        let high = String(call.key.high, radix: 16)
        let low = String(call.key.low, radix: 16)
        return "rovierr:rate:\(call.rate.rawValue):\(call.key.kind):\(high):\(low)"
    }

    private static func arguments(_ call: RateCall, _ budget: RateBudget) -> [String] {
        let period = budget.nanoseconds / 1_000
        return [String(period), String(period / Int64(budget.limit)), String(call.cost)]
    }

    func close() { client.close() }
}
