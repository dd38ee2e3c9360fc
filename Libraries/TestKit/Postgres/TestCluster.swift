import Glibc
import Synchronization
public import Postgres

/// A private PostgreSQL server: a folder of its own, a Unix socket and nothing else, no fsync.
///
/// A shell owns the server and listens on a pipe from this process. When the pipe closes, however the process ends, the
/// shell stops the server and removes the folder, so nothing is ever left behind.
public final class TestCluster: Sendable {
    private static let sharedCluster = Mutex<TestCluster?>(nil)

    /// The server that all tests of a run share, started with the first use.
    public static var shared: TestCluster {
        get throws {
            try sharedCluster.withLock { cluster in
                if let cluster { return cluster }
                let started = try TestCluster()
                cluster = started
                return started
            }
        }
    }

    /// The superuser's configuration.
    public let superuser: PostgresConfiguration
    private let commands: CInt
    private let answers: CInt

    /// Starts a server of its own, for tests that stop it.
    ///
    /// It lives as long as this value.
    ///
    /// - Throws: `TestClusterError` when PostgreSQL's server programs are missing or it does not start.
    public init() throws {
        let programs = try Self.findPrograms()
        let (commandReader, commandWriter) = try Self.pipe()
        let (answerReader, answerWriter) = try Self.pipe()
        defer {
            close(commandReader)
            close(answerWriter)
        }
        try Self.spawn(
            ["/usr/bin/setsid", "/bin/sh", "-c", Self.script, "cluster", programs],
            commandReader,
            answerWriter
        )
        commands = commandWriter
        answers = answerReader
        let answer = Self.readLine(answerReader)
        guard answer.hasPrefix("ready ") else {
            close(commandWriter)
            close(answerReader)
            throw TestClusterError("PostgreSQL did not start: \(answer)")
        }
        superuser = PostgresConfiguration(
            url: "postgresql://postgres@/postgres?host=\(answer.dropFirst("ready ".count))"
        )
    }

    deinit {
        close(commands)
        close(answers)
    }

    /// Stops the server at once, as a crash would, and returns when it is gone.
    public func stop() { command("stop") }

    /// Starts the server again, and returns when it takes connections.
    public func start() { command("start") }

    /// Starts PgBouncer in transaction mode in front of the server.
    ///
    /// - Returns: How the superuser connects through it, to three connections that all share.
    /// - Throws: `TestClusterError` when it is not installed or does not start.
    public func startPooler() throws -> PostgresConfiguration {
        guard command("pool") == "pooling" else {
            throw TestClusterError("PgBouncer did not start; is it installed? apt-get install pgbouncer")
        }
        return PostgresConfiguration(url: superuser.url + "&port=6432")
    }

    @discardableResult
    private func command(_ name: String) -> String {
        let line = Array((name + "\n").utf8)
        unsafe _ = line.withUnsafeBytes { unsafe write(commands, $0.baseAddress, $0.count) }
        return Self.readLine(answers)
    }

    /// Run by `sh -c` with the folder of PostgreSQL's programs.
    ///
    /// PostgreSQL refuses to run as root, so root hands over to `postgres`. In a session of its own, so that Ctrl-C in
    /// a terminal leaves the cleaning up to it.
    private static let script = """
        programs=$1
        folder=$(mktemp --directory --tmpdir=/tmp --suffix=.rovierr-test) || { echo "no temporary folder"; exit 1; }
        as=
        if [ "$(id -u)" = 0 ]; then
            chown postgres "$folder"
            as="setpriv --reuid=postgres --regid=postgres --init-groups"
        fi
        finish() {
            [ -z "$pooler" ] || { kill -TERM "$pooler"; wait "$pooler"; }
            [ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; }
            rm -rf "$folder"
        }
        start() {
            $as "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \
                -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
                -c max_connections=900 -c shared_buffers=64MB -c autovacuum=off -c log_min_messages=panic \
                >>"$folder/log" 2>&1 </dev/null &
            server=$!
            until "$programs/pg_isready" -q -h "$folder"; do
                kill -0 "$server" 2>/dev/null || return 1
                sleep 0.02
            done
        }
        pool() {
            cat >"$folder/pgbouncer.ini" <<END
        [databases]
        * = host=$folder user=postgres
        [pgbouncer]
        unix_socket_dir = $folder
        listen_addr =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 3
        server_login_retry = 1
        END
            $as pgbouncer "$folder/pgbouncer.ini" >>"$folder/log" 2>&1 </dev/null &
            pooler=$!
            until "$programs/pg_isready" -q -h "$folder" -p 6432; do
                kill -0 "$pooler" 2>/dev/null || { pooler=; return 1; }
                sleep 0.02
            done
        }
        trap '' INT TERM HUP PIPE
        if ! $as "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
            >"$folder/log" 2>&1 </dev/null || ! start; then
            tr '\\n' ' ' <"$folder/log"
            echo
            rm -rf "$folder"
            exit 1
        fi
        echo "ready $folder"
        while read -r command; do
            case $command in
                stop) kill -QUIT "$server"; wait "$server"; server=; echo stopped ;;
                start) start; echo started ;;
                pool) if pool; then echo pooling; else echo failed; fi ;;
            esac
        done
        finish
        """

    private static func findPrograms() throws -> String {
        // The newest version that is installed; Debian keeps each in a folder of its own.
        for version in stride(from: 25, through: 13, by: -1) {
            let folder = "/usr/lib/postgresql/\(version)/bin"
            if unsafe access(folder + "/initdb", X_OK) == 0 { return folder }
        }
        throw TestClusterError("PostgreSQL's server is missing: apt-get install postgresql")
    }

    private static func pipe() throws -> (reader: CInt, writer: CInt) {
        var ends: [CInt] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw TestClusterError("no pipe: error \(errno)") }
        // Closed in children: a copy of the writing end elsewhere would keep the server alive.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(_ arguments: [String], _ input: CInt, _ output: CInt) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        var list = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe list.forEach { unsafe free($0) } }
        var process = pid_t()
        let status = unsafe posix_spawn(&process, arguments[0], &actions, nil, &list, environ)
        guard status == 0 else { throw TestClusterError("no shell: error \(status)") }
    }

    private static func readLine(_ descriptor: CInt) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}

/// The reason why there is no server to test with.
public struct TestClusterError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
