import Foundation
import Logging
import Postgres

/// The instance's own PostgreSQL: reached over a Unix socket only, as a role with a password.
struct PostgresCluster: Sendable {
    static let database = "rovierr"
    private static let superuser = "postgres"

    let home: Home
    /// Whom the server runs as; `nil` for ourselves.
    let account: Account?
    private let programs: String

    init(_ home: Home, account: Account?) throws {
        self.home = home
        self.account = account
        self.programs = try Self.findPrograms()
    }

    var socketFolder: String { home.sockets + "/postgres" }
    private var lockFile: String { home.postgres + "/postmaster.pid" }

    /// Debian keeps the server's programs out of the path, in a folder per version.
    private static func findPrograms() throws -> String {
        if let folder = ProcessInfo.processInfo.environment["PGBIN"] { return folder }
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init)
        guard let version = versions.filter({ $0 >= 15 }).max() else {
            throw Failure("PostgreSQL 15 or later is missing: sudo apt-get install postgresql-15")
        }
        return "\(root)/\(version)/bin"
    }

    func url(role: String, database: String = Self.database, port: Int = 5432, _ secrets: Secrets) throws -> String {
        let folder = socketFolder.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socketFolder
        let password = try secrets.value("postgres-\(role)")
        return "postgresql://\(role):\(password)@/\(database)?host=\(folder)&port=\(port)"
    }

    /// Makes the cluster unless it is there.
    ///
    /// A cluster appears whole or not at all: one that was half made when the power went could not be started.
    ///
    /// - Returns: Whether it is new.
    /// - Throws: `Failure` when it cannot be made, and when a server may already run in it.
    func initialize() async throws -> Bool {
        try makeFolder(socketFolder, mode: 0o755)
        try account?.own(socketFolder)
        guard !FileManager.default.fileExists(atPath: home.postgres + "/PG_VERSION") else {
            try removeStaleLocks()
            return false
        }
        let draft = dataFolder + ".new"
        try remakeFolder(draft)
        let passwordFile = dataFolder + ".password"
        try write(
            Array(Secrets(folder: home.secrets).value("postgres-\(Self.superuser)").utf8),
            to: passwordFile,
            mode: 0o600
        )
        try account?.own(passwordFile)
        defer { unlinkFile(passwordFile) }
        let (status, output) = try await ChildProcess.run(
            account.running(
                [
                    programs + "/initdb", "--pgdata=\(draft)", "--username=\(Self.superuser)",
                    "--pwfile=\(passwordFile)",
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                ],
                endingWith: .kill
            )
        )
        guard status.isSuccess else { throw Failure("initdb failed, \(status):\n\(output)") }
        try moveIntoPlace(draft)
        return true
    }

    /// Removes the lock files of a server that has ended.
    ///
    /// They have its process id and no more, and PostgreSQL does not start while any process of its account has that
    /// id. After a power loss another one may have it.
    private func removeStaleLocks() throws {
        // The server's own is removed last: the socket's alone does not name its shared memory.
        let files = [socketFolder + "/.s.PGSQL.5432.lock", lockFile]
        guard let file = files.last(where: { FileManager.default.fileExists(atPath: $0) }) else { return }
        let lock = PostgresLock(readText(file) ?? "")
        let folder = URL(fileURLWithPath: home.postgres).resolvingSymlinksInPath().path
        guard !lock.mayBeHeld(in: folder) else {
            let server = lock.pid.map { "PostgreSQL (process \($0))" } ?? "PostgreSQL"
            throw Failure("\(server) may still be running: stop it, or remove \(file) if it is not, and try again")
        }
        for file in files { unlinkFile(file) }
    }

    /// Where the data lies: in the home, or, where the server's account cannot get there, in `/var/lib` with a link at
    /// the usual place.
    private var dataFolder: String { home.isOpen ? home.postgres : "/var/lib/rovierr-\(home.identity)" }

    private func remakeFolder(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try makeFolder(path, mode: 0o700)
        try account?.own(path)
    }

    /// Gives a new cluster its usual place.
    private func moveIntoPlace(_ draft: String) throws {
        if dataFolder != home.postgres {
            unlinkFile(home.postgres)
            try FileManager.default.createSymbolicLink(atPath: home.postgres, withDestinationPath: dataFolder)
        }
        try rename(draft, durablyTo: dataFolder)
    }

    func process(report: @escaping @Sendable (String) -> Void) -> SupervisedProcess {
        let settings = [
            "listen_addresses": "", "unix_socket_directories": socketFolder, "max_connections": "200",
            "shared_buffers": "64MB", "jit": "off", "max_wal_senders": "0", "wal_level": "minimal",
        ]
        return SupervisedProcess(
            name: "postgres",
            command: [programs + "/postgres", "-D", dataFolder]
                + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] },
            account: account,
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
            logFile: home.logFile(of: "postgres"),
            pidFile: home.pidFile(of: "postgres"),
            stopSignal: .interrupt,  // fast: rolls back what is open, writes a checkpoint
            report: report
        )
    }

    /// The server itself says when it accepts connections, in the last line of its own pid file; that of one that was
    /// killed goes on saying so.
    var isReady: Bool {
        let lock = PostgresLock(readText(lockFile) ?? "")
        guard let server = ProcessIdentity(file: home.pidFile(of: "postgres")), server.isRunning else { return false }
        return lock.isReady && lock.pid == server.pid
    }

    /// Makes the database, and for every service its schema, its owner and its login role.
    func provision() async throws {
        let secrets = Secrets(folder: home.secrets)
        let superuser = try PostgresConfiguration(url: url(role: Self.superuser, database: "postgres", secrets))
        let roles = try Service.withDatabase.compactMap(\.role).map { role in
            try ServiceRole(
                name: role,
                ownerPassword: secrets.value("postgres-\(role)_owner"),
                password: secrets.value("postgres-\(role)")
            )
        }
        try await DatabaseProvisioner(superuser: superuser, logger: .quiet).provision(
            database: Self.database,
            services: roles
        )
    }
}

extension Logger {
    /// For libraries under a command: what goes wrong is thrown, so only what nobody sees otherwise is logged.
    static let quiet: Logger = {
        var logger = Logger(label: "rovierr") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }()
}
