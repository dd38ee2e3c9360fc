import Glibc
public import Loops
public import Mesh
public import Postgres
public import Telemetry

/// Figures that a daemon's parts count themselves, read at each scrape.
extension Metrics {
    public func follow(_ loop: Loop) {
        computed("rovierr_loop_turns_total", "Turns of the daemon's loop.", .counter) {
            [([], Double(loop.figures.turns))]
        }
        computed("rovierr_loop_long_turns_total", "Turns of the daemon's loop that took over 10 ms.", .counter) {
            [([], Double(loop.figures.longTurns))]
        }
        computed("rovierr_loop_busy_seconds_total", "Time for which the daemon's loop did not wait.", .counter) {
            [([], loop.figures.busy / .seconds(1))]
        }
    }

    public func follow(_ database: Database) {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (PoolFigures) -> Int) {
            computed("rovierr_postgres_\(name)", help, .gauge) { [([], Double(read(database.figures)))] }
        }
        gauge("connections", "Open connections to PostgreSQL.") { $0.open }
        gauge("statements", "Statements under way on shared connections.") { $0.statements }
        gauge("transactions", "Transactions under way.") { $0.transactions }
        gauge("waiting", "Statements and transactions that wait for a connection.") { $0.waiting }
        computed("rovierr_postgres_batches_total", "Batches of statements sent.", .counter) {
            [([], Double(database.figures.batches))]
        }
        computed("rovierr_postgres_unreadable_rows_total", "Stored rows that lists left out.", .counter) {
            [([], Double(UnreadableRows.shared.count))]
        }
    }

    public func follow(_ server: MeshServer) {
        computed("rovierr_mesh_server_running", "Requests that are worked on.", .gauge) {
            [([], Double(server.figures.running))]
        }
        computed("rovierr_mesh_server_held_bytes", "Of long replies that are still to be pulled.", .gauge) {
            [([], Double(server.figures.heldBytes))]
        }
        computed(
            "rovierr_mesh_server_moved_handlers_total",
            "Handlers that ran beside the loop, because those before them had held it.",
            .counter
        ) { [([], Double(server.figures.movedHandlers))] }
        computed("rovierr_mesh_server_refusals_total", "Requests refused unread, by reason.", .counter) {
            server.figures.refusals.map { ([("reason", $0.key)], Double($0.value)) }
        }
        computed("rovierr_mesh_server_dropped_total", "Messages dropped unanswered, by reason.", .counter) {
            server.figures.dropped.map { ([("reason", $0.key)], Double($0.value)) }
        }
    }

    public func follow(_ client: MeshClient) {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (MeshEndpoint) -> Int) {
            computed("rovierr_mesh_endpoint_\(name)", help, .gauge) {
                client.services.flatMap { service in
                    client.endpoints(of: service).map { endpoint in
                        ([("service", service), ("address", endpoint.address)], Double(read(endpoint)))
                    }
                }
            }
        }
        gauge("ready", "Whether a replica takes requests, by its address.") { $0.isReady ? 1 : 0 }
        gauge("outstanding", "Requests that a replica owes an answer.") { $0.outstanding }
    }

    public func follow(_ tracer: Tracer) {
        computed("rovierr_spans_exported_total", "Spans that the collector took.", .counter) {
            [([], Double(tracer.figures.exported))]
        }
        computed("rovierr_spans_dropped_total", "Spans lost to a full queue or a silent collector.", .counter) {
            [([], Double(tracer.figures.dropped))]
        }
    }

    /// The process itself, under the names that Prometheus' own clients use.
    public func followProcess() {
        computed("rovierr_build_info", "The version that runs.", .gauge) { [([("version", buildVersion)], 1)] }
        computed("process_resident_memory_bytes", "Resident memory.", .gauge) {
            // The second number is in pages.
            let pages = Self.words(of: "/proc/self/statm").dropFirst().first.flatMap { Double($0) } ?? 0
            return [([], pages * Double(sysconf(CInt(_SC_PAGESIZE))))]
        }
        computed("process_cpu_seconds_total", "Processor time, user and system.", .counter) {
            var usage = rusage()
            guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return [] }
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            return [([], Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000)]
        }
    }

    private static func words(of path: String) -> [Substring] {
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }
}
