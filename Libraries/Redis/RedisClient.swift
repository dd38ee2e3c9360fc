import Dispatch
import Synchronization

/// Runs one script on a Redis server, for callers that must not wait: answers come to a closure, what is asked while a round
/// trip is under way goes together in the next, and while the server is away every call fails at once.
///
/// Connecting and every round trip happen on a queue of the client's own.
public final class RedisClient: Sendable {
    private struct Command: Sendable {
        let parameters: [String]
        let completion: @Sendable (Result<RedisValue, RedisError>) -> Void
    }

    private struct State {
        var waiting: [Command] = []
        /// Whether the queue is at work on what waits.
        var isDraining = false
        /// Why the server is away; `nil` while it is there.
        var fault: RedisError? = .unavailable("not connected yet")
        /// Whether `onChange` was told of the fault, or of the one before it.
        var isReported = false
        var isClosed = false
    }

    /// Touched on the client's queue only.
    private final class Link {
        var connection: RedisConnection?
        /// The script's name on the server, which the server gives when it is loaded.
        var script = ""
        var pause = RedisClient.firstPause
    }

    private static let batchSize = 256
    private static let firstPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(4)

    private let configuration: RedisConfiguration
    private let source: String
    private let onChange: @Sendable (RedisError?) -> Void
    private let queue = DispatchQueue(label: "redis")
    private let state = Mutex(State())
    private nonisolated(unsafe) let link = Link()  // Safe: used on `queue` alone, which is serial.

    /// Begins to connect.
    ///
    /// - Parameters:
    ///   - configuration: Where the server is.
    ///   - script: In Lua; loaded anew whenever the server has forgotten it.
    ///   - onChange: Told when the server goes away or is not there at the start, and why, and with `nil` when it is there.
    public init(
        configuration: RedisConfiguration,
        script: String,
        onChange: @escaping @Sendable (RedisError?) -> Void
    ) {
        self.configuration = configuration
        self.onChange = onChange
        source = script
        queue.async { self.connect() }
    }

    /// Runs the script.
    ///
    /// - Parameters:
    ///   - keys: Its `KEYS`.
    ///   - arguments: Its `ARGV`.
    ///   - completion: Runs once: at once on this thread when the server is away, else on the client's queue, which it must
    ///     not hold up.
    public func run(
        keys: [String],
        arguments: [String],
        completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    ) {
        let command = Command(parameters: [String(keys.count)] + keys + arguments, completion: completion)
        let (fault, isFirst): (RedisError?, Bool) = state.withLock { state in
            if let fault = state.fault { return (fault, false) }
            guard state.waiting.count < configuration.maximumWaiting else { return (.overloaded, false) }
            state.waiting.append(command)
            defer { state.isDraining = true }
            return (nil, !state.isDraining)
        }
        if let fault { completion(.failure(fault)) }
        if isFirst { queue.async { self.drain() } }
    }

    /// Fails what waits, and everything from now on.
    public func close() {
        queue.async {
            self.state.withLock { $0.isClosed = true }
            self.disconnect(.unavailable("closed"))
        }
    }

    // MARK: On the queue

    private func connect() {
        guard !state.withLock(\.isClosed), unsafe link.connection == nil else { return }
        do throws(RedisError) {
            let connection = try RedisConnection(configuration)
            unsafe link.script = try load(on: connection)
            unsafe link.connection = connection
            state.withLock { state in
                state.fault = nil
                state.isReported = false
            }
            onChange(nil)
        } catch {
            disconnect(error)
        }
    }

    private func load(on connection: RedisConnection) throws(RedisError) -> String {
        guard case .text(let name) = try connection.call(["SCRIPT", "LOAD", source]) else {
            throw .refused("the script was not loaded")
        }
        return name
    }

    private func connectLater() {
        let pause = unsafe link.pause
        unsafe link.pause = min(pause * 2, Self.longestPause)
        queue.asyncAfter(deadline: .now() + pause / .seconds(1)) { [weak self] in self?.connect() }
    }

    private func disconnect(_ fault: RedisError) {
        unsafe link.connection = nil
        let (abandoned, isNews, isClosed) = state.withLock { state in
            defer {
                state.fault = fault
                state.waiting = []
                state.isDraining = false
                state.isReported = true
            }
            return (state.waiting, !state.isReported, state.isClosed)
        }
        for command in abandoned { command.completion(.failure(fault)) }
        if isClosed { return }
        if isNews { onChange(fault) }
        connectLater()
    }

    private func drain() {
        while true {
            let batch: [Command] = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchSize))
                state.waiting.removeFirst(batch.count)
                if batch.isEmpty { state.isDraining = false }
                return batch
            }
            if batch.isEmpty { return }
            do throws(RedisError) {
                let values = try answers(to: batch.map(\.parameters))
                unsafe link.pause = Self.firstPause
                for (command, value) in zip(batch, values) { command.completion(.success(value)) }
            } catch {
                for command in batch { command.completion(.failure(error)) }
                return disconnect(error)
            }
        }
    }

    /// One round trip, and another one when the server does not know the script any more, which then ran for nobody.
    private func answers(to batch: [[String]]) throws(RedisError) -> [RedisValue] {
        guard let connection = unsafe link.connection else { throw .unavailable("closed") }
        var values = try connection.run(batch.map { ["EVALSHA", unsafe link.script] + $0 })
        if values.contains(where: \.isUnknownScript) {
            unsafe link.script = try load(on: connection)
            let missed = values.indices.filter { values[$0].isUnknownScript }
            let answers = try connection.run(missed.map { ["EVALSHA", unsafe link.script] + batch[$0] })
            for (index, answer) in zip(missed, answers) { values[index] = answer }
        }
        for case .failure(let reason) in values { throw .refused(reason) }
        return values
    }
}

extension RedisValue {
    fileprivate var isUnknownScript: Bool {
        if case .failure(let reason) = self { reason.hasPrefix("NOSCRIPT") } else { false }
    }
}
