import Foundation

/// PgBouncer in transaction mode in front of the instance's PostgreSQL, on a socket beside the server's.
struct Pooler: Sendable {
    private static let port = 6432

    private let home: Home
    private let cluster: PostgresCluster
    private let program: String

    init(_ home: Home, _ cluster: PostgresCluster) throws {
        self.home = home
        self.cluster = cluster
        program = try findProgram("pgbouncer", package: "pgbouncer")
    }

    private var folder: String { home.sockets + "/pgbouncer" }

    /// What a daemon needs to work through it; it migrates past it.
    func variables(role: String) throws -> [String: String] {
        [
            "POSTGRES_URL": try cluster.url(role: role, port: Self.port, Secrets(folder: home.secrets)),
            // Debian 12 has PgBouncer 1.18; from 1.21 on it carries the names of statements over.
            "POSTGRES_PREPARED_STATEMENTS": "false",
        ]
    }

    private var socket: String { "\(cluster.socketFolder)/.s.PGSQL.\(Self.port)" }

    /// Writes its configuration.
    ///
    /// Also removes the socket of one that was killed, since the socket's file tells that this one takes connections.
    ///
    /// A role's pool is larger than what one daemon can hold: a replica that hangs in transactions must not starve others.
    func render() throws {
        let secrets = Secrets(folder: home.secrets)
        unlinkFile(socket)
        try makeFolder(folder, mode: 0o700)
        let users = try Service.withDatabase.compactMap(\.role).map { role in
            try "\"\(role)\" \"\(secrets.value("postgres-\(role)"))\"\n"
        }
        try write(Array(users.joined().utf8), to: folder + "/users.txt", mode: 0o600)
        try write(
            Array(
                """
                [databases]
                \(PostgresCluster.database) = host=\(cluster.socketFolder)
                [pgbouncer]
                unix_socket_dir = \(cluster.socketFolder)
                listen_addr =
                listen_port = \(Self.port)
                auth_type = scram-sha-256
                auth_file = \(folder)/users.txt
                pool_mode = transaction
                server_login_retry = 1
                default_pool_size = 20
                max_client_conn = 1000

                """.utf8
            ),
            to: folder + "/pgbouncer.ini"
        )
        for path in ["", "/users.txt", "/pgbouncer.ini"] { try cluster.account?.own(folder + path) }
    }

    func process(report: @escaping @Sendable (String) -> Void) -> SupervisedProcess {
        SupervisedProcess(
            name: "pgbouncer",
            command: [program, "-q", folder + "/pgbouncer.ini"],
            account: cluster.account,
            environment: ["PATH": "/usr/bin:/bin"],
            logFile: home.logFile(of: "pgbouncer"),
            pidFile: home.pidFile(of: "pgbouncer"),
            report: report
        )
    }

    /// Whether it takes connections.
    var isReady: Bool { FileManager.default.fileExists(atPath: socket) }
}
