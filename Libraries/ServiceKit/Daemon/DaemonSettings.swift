public import Logging
public import Mesh
public import Postgres

/// The variables that every daemon reads.
public struct DaemonSettings: Sendable {
    public let adminAddress: SocketAddress?
    public let logLevel: Logger.Level
    /// How long requests that run at SIGTERM may take to finish.
    public let drainTimeout: Duration
    /// How long the whole daemon may take to end: after the requests, the last events and spans have to leave.
    public var endTimeout: Duration { drainTimeout + .seconds(3) }
    public let tracing: TracingSettings

    public init(_ settings: Settings) {
        adminAddress = settings.optional(
            "ADMIN_BIND",
            "an address such as 127.0.0.1:9100, where /health/live, /health/ready and /metrics are answered"
        ) { SocketAddress($0) }
        logLevel = settings.value(
            "LOG_LEVEL",
            default: "info",
            "one of trace, debug, info, notice, warning, error, critical: the least level that is logged",
            placeholder: .info
        ) { Logger.Level(rawValue: $0) }
        drainTimeout = settings.duration(
            "DRAIN_TIMEOUT",
            default: .seconds(10),
            in: 1...300,
            "for requests that still run at SIGTERM"
        )
        tracing = TracingSettings(settings)
    }
}

extension MeshConfiguration {
    /// Reads where a service listens and finds others: `MESH_BIND`, `MESH_EVENTS_BIND`, `MESH_<PEER>`,
    /// `MESH_<PEER>_EVENTS`, and the service's keyring.
    ///
    /// - Parameters:
    ///   - settings: Where the variables are read from.
    ///   - service: The daemon's name.
    ///   - version: Of the build.
    ///   - peers: Whom the service calls.
    ///   - producers: Whose events it reads.
    ///   - serves: Whether it answers requests and publishes events itself.
    public init(
        _ settings: Settings,
        service: String,
        version: String,
        peers: [String],
        producers: [String],
        serves: Bool
    ) {
        let keys = settings.meshKeys(of: service, calling: Set(peers + producers).sorted(), hearing: producers)
        var found: [String: MeshPeer] = [:]
        for peer in Set(peers + producers).sorted() {
            let name = Self.variable(of: peer)
            found[peer] = MeshPeer(
                requests: settings.addresses(name, "where \(peer) answers requests"),
                events: producers.contains(peer)
                    ? settings.addresses("\(name)_EVENTS", "where \(peer) publishes events") : []
            )
        }
        self.init(
            service: service,
            version: version,
            requestAddress: serves ? settings.addresses("MESH_BIND", "where requests are answered").first : nil,
            eventAddress: serves ? settings.addresses("MESH_EVENTS_BIND", "where events are published").first : nil,
            peers: found,
            keys: keys,
            limits: MeshLimits()
        )
    }

    /// `MESH_ID_PARSER` for `id-parser`.
    public static func variable(of service: String) -> String {
        "MESH_" + service.uppercased().replacing("-", with: "_")
    }
}

extension Settings {
    /// Reads `MESH_KEYS` and `MESH_KEYS_PREVIOUS`, and checks that the first has all keys that the service needs.
    fileprivate func meshKeys(of service: String, calling callees: [String], hearing producers: [String]) -> MeshKeys {
        func keyring(_ text: String) throws(MeshConfigurationError) -> MeshKeyring {
            let keyring = try MeshKeyring(parsing: text)
            guard keyring.service == service else {
                throw MeshConfigurationError(reason: "this is the keyring of \(keyring.service), not of \(service)")
            }
            return keyring
        }
        for name in ["MESH_KEY", "MESH_KEY_PREVIOUS"] {
            refuse(name, "each daemon has a keyring of its own, in MESH_KEYS_FILE; rovierr secrets makes them all")
        }
        let current: MeshKeyring? = secret(
            "MESH_KEYS",
            "the service's keyring for the mesh, as rovierr secrets makes it",
            placeholder: nil
        ) { text in
            let keyring = try keyring(text)
            for callee in callees where !keyring.canCall(callee) {
                throw MeshConfigurationError(reason: "there is no key for calls to \(callee)")
            }
            for producer in producers where !keyring.canHear(producer) {
                throw MeshConfigurationError(reason: "there is no key to check events of \(producer) with")
            }
            return keyring
        }
        let previous: MeshKeyring? = secret(
            "MESH_KEYS_PREVIOUS",
            default: "",
            "the keyring before, or the one to come, while keys are being replaced",
            placeholder: nil
        ) { $0.isEmpty ? nil : try keyring($0) }
        do {
            // After a fault nothing starts, so these keys need not belong to any service.
            guard let current else { return try MeshKeys(primary: [UInt8](repeating: 0, count: 32)) }
            return try MeshKeys(current, previous: previous)
        } catch { preconditionFailure("Both keyrings are the service's: \(error)") }
    }
}

extension Settings {
    fileprivate func addresses(_ name: String, _ purpose: String) -> [MeshAddress] {
        value(
            name,
            "an address such as tcp://auth:7100 or ipc:///run/auth.ipc, or several with commas: \(purpose)",
            placeholder: []
        ) { try? MeshAddress.list($0) }  // the fault is told by the variable's meaning
    }
}

extension PostgresConfiguration {
    /// Reads `POSTGRES_URL`, `POSTGRES_PASSWORD` and what tunes the pool.
    public init(_ settings: Settings, service: String) {
        self.init(url: settings.postgresURL("POSTGRES_URL", "the database, as the service's login role"))
        password = settings.password("POSTGRES_PASSWORD", "of POSTGRES_URL's role")
        applicationName = service
        pipelinedConnections = settings.int(
            "POSTGRES_CONNECTIONS",
            default: 2,
            in: 1...16,
            "connections for single statements"
        )
        transactionConnections = settings.int(
            "POSTGRES_TRANSACTION_CONNECTIONS",
            default: 4,
            in: 1...64,
            "connections for transactions"
        )
        preparedStatements =
            settings.bool(
                "POSTGRES_PREPARED_STATEMENTS",
                default: true,
                "off behind a PgBouncer before 1.21 in transaction mode"
            ) ? .named : .unnamed
    }

    /// Reads the owner role's `POSTGRES_MIGRATION_URL`; `nil` where somebody else migrates.
    static func migration(_ settings: Settings, service: String) -> PostgresConfiguration? {
        let url = settings.optional(
            "POSTGRES_MIGRATION_URL",
            "a postgresql:// URL: the same database, as the role that owns the service's schema",
            isSecret: true,
            parse: Settings.postgresURL
        )
        let password = settings.password("POSTGRES_MIGRATION_PASSWORD", "of POSTGRES_MIGRATION_URL's role")
        guard let url else { return nil }
        var configuration = PostgresConfiguration(url: url)
        configuration.password = password
        configuration.applicationName = "\(service)-migrate"
        return configuration
    }
}

extension Settings {
    fileprivate func postgresURL(_ name: String, _ purpose: String) -> String {
        value(name, "a postgresql:// URL: \(purpose)", isSecret: true, placeholder: "", parse: Self.postgresURL)
    }

    fileprivate func password(_ name: String, _ whose: String) -> String? {
        optional(name, "the password \(whose), unless the URL has it", isSecret: true) { $0 }
    }

    fileprivate static func postgresURL(_ text: String) -> String? {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") ? text : nil
    }
}
