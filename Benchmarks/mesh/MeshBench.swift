import Glibc
import Logging
import Mesh
import Synchronization

/// An echo over one hop of the mesh, as the peers' harness measures others: the server in one process, in another a client
/// that keeps so many requests under way.
///
///     rovierr-mesh-bench server ADDRESS
///     rovierr-mesh-bench client ADDRESS BYTES WINDOW WARM-UP SECONDS
///
/// The client prints START and END around the measured time, and then a line `RESULT {…}`.
@main
struct MeshBench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "server" where arguments.count == 2: try await serve(at: MeshAddress(parsing: arguments[1]))
        case "client" where arguments.count == 6:
            guard let bytes = Int(arguments[2]), let window = Int(arguments[3]), let warmUp = Double(arguments[4]),
                let seconds = Double(arguments[5])
            else { usage() }
            let client = try MeshClient(
                configuration: MeshConfiguration(
                    service: "bench",
                    peers: ["echo": MeshPeer(requests: try MeshAddress.list(arguments[1]))],
                    keys: try keys(of: "bench")
                ),
                logger: logger
            )
            let run = Run(client, bytes: bytes, window: window, warmUp: .seconds(warmUp), measured: .seconds(seconds))
            print("RESULT \(await run.result())")
            await client.close()
        default: usage()
        }
    }

    private static func usage() -> Never {
        print("usage: rovierr-mesh-bench server ADDRESS | client ADDRESS BYTES WINDOW WARM-UP SECONDS")
        exit(EX_USAGE)
    }

    private static let logger = Logger(label: "mesh-bench")

    /// Keyrings as daemons have them; any root will do between two processes that measure.
    private static func keys(of service: String) throws -> MeshKeys {
        try MeshKeys(
            MeshRoot([UInt8](repeating: 7, count: 32)).keyring(
                of: service,
                calling: ["echo"],
                calledBy: ["bench"],
                hearing: [],
                stating: true,
                believing: ["bench"]
            )
        )
    }

    private static func serve(at address: MeshAddress) async throws {
        var limits = MeshLimits()
        limits.heldReplyBytes = 2 << 30  // 256 replies of 4 MB at once are more than a daemon would keep
        let configuration = MeshConfiguration(
            service: "echo",
            requestAddress: address,
            keys: try keys(of: "echo"),
            limits: limits
        )
        let server = try MeshServer(configuration: configuration, logger: logger) { MeshReply(body: $0.body) }
        try await server.run()
    }
}

/// One measurement.
private final class Run: Sendable {
    private struct State {
        var latencies: [UInt32] = []
        var phase = Phase.warmUp
        var isDone = false
        var done: CheckedContinuation<Void, Never>?
    }

    private enum Phase { case warmUp, measuring, over }

    private let client: MeshClient
    private let window: Int
    private let body: [UInt8]
    private let start: ContinuousClock.Instant
    private let end: ContinuousClock.Instant
    private let seconds: Double
    private let state = Mutex(State())
    private let principal = Principal(
        userID: "0197a2b4-1f6e-7c3a-9d2e-5b8f4a6c7d01",
        tenantID: "0197a2b4-1f6e-7c3a-9d2e-5b8f4a6c7d02",
        sessionID: "0197a2b4-1f6e-7c3a-9d2e-5b8f4a6c7d03",
        role: "student",
        permissions: []
    )

    init(_ client: MeshClient, bytes: Int, window: Int, warmUp: Duration, measured: Duration) {
        self.client = client
        self.window = window
        body = [UInt8](repeating: 120, count: bytes)
        start = .now + warmUp
        end = start + measured
        seconds = measured / .seconds(1)
        state.withLock { $0.latencies.reserveCapacity(1 << 21) }
    }

    /// Measures, and returns what came out as JSON.
    func result() async -> String {
        for _ in 0..<window { next() }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if !state.isDone { state.done = continuation }
                return state.isDone
            }
            if isDone { continuation.resume() }
        }
        let latencies = state.withLock { $0.latencies.sorted() }
        guard !latencies.isEmpty else { return #"{"requests":0,"lost":0}"# }
        func quantile(_ share: Double) -> Double { Double(latencies[Int(Double(latencies.count) * share)]) / 1000 }
        return #"{"requests":\#(latencies.count),"seconds":\#(seconds),"p50_us":\#(quantile(0.5)),"#
            + #""p99_us":\#(quantile(0.99)),"lost":0}"#
    }

    private func next() {
        let sent = ContinuousClock.now
        let request = MeshRequest(
            operation: "echo.repeat",
            timeLeft: .seconds(30),
            principal: principal,
            contentType: "application/json",
            body: body
        )
        client.send(request, to: "echo") { [self] result in
            if take(result, sent: sent) { next() }
        }
    }

    /// Writes a line that whoever reads it has at once.
    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
    }

    /// Notes a reply, and says whether another request follows.
    private func take(_ result: Result<MeshReply, MeshError>, sent: ContinuousClock.Instant) -> Bool {
        let now = ContinuousClock.now
        // Nothing is slow or busy enough here to fail; a figure with failures in it would be none.
        guard case .success(let reply) = result, reply.body.count == body.count else {
            if case .failure(let error) = result { Self.say("A request failed: \(error)") }
            exit(EXIT_FAILURE)
        }
        let (line, done): (String?, CheckedContinuation<Void, Never>?) = state.withLock { state in
            var line: String?
            if state.phase == .warmUp, now >= start { (state.phase, line) = (.measuring, "START") }
            if state.phase == .measuring, now >= end { (state.phase, line) = (.over, "END") }
            guard state.phase != .over else {
                state.isDone = true
                defer { state.done = nil }
                return (line, state.done)
            }
            if state.phase == .measuring { state.latencies.append(UInt32(min((now - sent) / .nanoseconds(1), 4e9))) }
            return (line, nil)
        }
        if let line { Self.say(line) }
        done?.resume()
        return now < end
    }
}
