import Clocks
import Dispatch
import Glibc
public import Logging
public import ServiceLifecycle

/// Answers `/health/live`, `/health/ready` and `/metrics` to the operator's machines, on an address of its own.
///
/// One short answer per connection is all that probes and scrapers need, so this is no web server: it reads a request
/// line, answers and closes. It sleeps in the kernel between requests.
public struct AdminServer: Service {
    let address: SocketAddress
    let metrics: Metrics
    let obstacle: @Sendable () async -> String?
    let notes: @Sendable () -> [String]
    let isStuck: @Sendable () -> Bool
    let logger: Logger

    /// Describes the server; nothing listens before `run`.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - metrics: What `/metrics` shows.
    ///   - obstacle: Returns why the daemon is not ready, for the operator; `nil` if it is ready.
    ///   - notes: Returns the lines to add to `/health/ready` that an operator has to know, ready or not.
    ///   - isStuck: Returns `true` if the daemon's loop has not ended a turn for 30 s, so that only a restart helps.
    ///   - logger: For the address.
    public init(
        address: SocketAddress,
        metrics: Metrics,
        obstacle: @escaping @Sendable () async -> String?,
        notes: @escaping @Sendable () -> [String] = { [] },
        isStuck: @escaping @Sendable () -> Bool = { false },
        logger: Logger
    ) {
        self.address = address
        self.metrics = metrics
        self.obstacle = obstacle
        self.notes = notes
        self.isStuck = isStuck
        self.logger = logger
    }

    public func run() async throws {
        let listener = try address.listen()
        let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: .global(qos: .utility))
        source.setEventHandler { [self] in
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            // Reading waits for the peer for a second at most, on Dispatch's thread; the answer may await the database.
            let path = Self.requestPath(connection)
            Task { await answer(path, to: connection) }
        }
        source.setCancelHandler { close(listener) }
        source.activate()
        logger.debug("Admin port open", metadata: ["address": "\(address)"])
        try? await gracefulShutdown()  // cancellation ends it as well
        source.cancel()
    }

    private func answer(_ path: String?, to connection: CInt) async {
        defer { close(connection) }
        switch path {
        case "/health/live" where isStuck(), "/health/ready" where isStuck():
            // The database, which readiness asks, is on the loop too.
            let reason = "stuck: the loop has not ended a turn for 30 s\n"
            Self.send("503 Service Unavailable", "text/plain", reason, to: connection)
        case "/health/live": Self.send("200 OK", "text/plain", "live\n", to: connection)
        case "/health/ready":
            let obstacle = await TimeOfDay.isInDoubt ? "the system's clock was just set" : obstacle()
            Self.send(
                obstacle == nil ? "200 OK" : "503 Service Unavailable",
                "text/plain",
                ([obstacle.map { "not ready: \($0)" } ?? "ready"] + notes()).map { $0 + "\n" }.joined(),
                to: connection
            )
        case "/metrics": Self.send("200 OK", "text/plain; version=0.0.4", metrics.text(), to: connection)
        case .some:
            Self.send(
                "404 Not Found",
                "text/plain",
                "There are /health/live, /health/ready and /metrics.\n",
                to: connection
            )
        case nil: break
        }
    }

    /// The path of `GET <path> HTTP/1.x`, or `nil` for anything else.
    private static func requestPath(_ connection: CInt) -> String? {
        limitWaits(of: connection, seconds: 1)
        var bytes = [UInt8](repeating: 0, count: 2_048)
        let count = unsafe recv(connection, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "GET" else { return nil }
        return words[1].split(separator: "?").first.map(String.init)
    }

    private static func limitWaits(of connection: CInt, seconds: Int) {
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }

    private static func send(_ status: String, _ type: String, _ body: String, to connection: CInt) {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        var rest = Array((head + body).utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Asks a daemon's admin port for a path.
    ///
    /// - Returns: Whether it answered with status 200 within some seconds.
    static func isWell(_ path: String, at address: SocketAddress) -> Bool {
        guard let connection = try? address.connect() else { return false }  // no daemon there is the answer
        defer { close(connection) }
        limitWaits(of: connection, seconds: 3)
        let request = Array("GET \(path) HTTP/1.1\r\n\r\n".utf8)
        guard unsafe Glibc.send(connection, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else {
            return false
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe recv(connection, &bytes, bytes.count, 0)
        return count > 0 && String(decoding: bytes[..<count], as: UTF8.self).hasPrefix("HTTP/1.1 200")
    }
}
