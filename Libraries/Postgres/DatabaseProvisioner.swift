public import Logging

/// A service's place in the database: the schema `<name>`, the role that owns it, and the role that works in it.
public struct ServiceRole: Sendable {
    /// The schema, and the login role, which can read and write rows and change no table.
    public let name: String
    public let ownerPassword: String
    public let password: String

    /// The role that migrates.
    public var owner: String { "\(name)_owner" }

    /// Describes a service.
    ///
    /// - Parameters:
    ///   - name: The schema's and the login role's name.
    ///   - ownerPassword: The password of `<name>_owner`.
    ///   - password: The password of `<name>`.
    public init(name: String, ownerPassword: String, password: String) {
        self.name = name
        self.ownerPassword = ownerPassword
        self.password = password
    }
}

/// Makes the database, the roles and the schemas that the services need.
///
/// Doing it again changes nothing but passwords.
///
/// No service's role can reach into another's schema, and none can bypass row-level security.
public struct DatabaseProvisioner: Sendable {
    private let superuser: PostgresConfiguration
    private let logger: Logger

    /// Works as a superuser, whose URL may name any database.
    public init(superuser: PostgresConfiguration, logger: Logger) {
        self.superuser = superuser
        self.logger = logger
    }

    /// Creates what is missing, and sets the rest as it should be.
    public func provision(database: String, services: [ServiceRole]) async throws {
        try await Thread.run {
            try create(database: database)
            var configuration = superuser
            configuration.database = database
            let connection = try BlockingConnection(configuration)
            try connection.transaction {
                // Roles belong to the whole cluster, and so does this lock, unlike an advisory one: who provisions another
                // database at this moment waits. Logins do not.
                try connection.run(script: "LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE")
                try connection.run(script: Self.closing(database))
                for service in services { try provision(service, in: database, connection) }
            }
            logger.info("Provisioned database", metadata: ["database": "\(database)"])
        }
    }

    /// Drops a database with all that is in it, also while it is in use.
    ///
    /// The roles stay.
    public func drop(database: String) async throws {
        try await Thread.run {
            let connection = try BlockingConnection(superuser)
            try connection.run(script: "DROP DATABASE IF EXISTS \(database.quotedIdentifier) WITH (FORCE)")
        }
    }

    /// Creates a database as a copy of another that nobody is connected to.
    public func copy(database template: String, to database: String) async throws {
        try await Thread.run {
            let connection = try BlockingConnection(superuser)
            try connection.run(
                script: "CREATE DATABASE \(database.quotedIdentifier) TEMPLATE \(template.quotedIdentifier)"
            )
        }
    }

    private func create(database: String) throws {
        let connection = try BlockingConnection(superuser)
        if try connection.query("SELECT FROM pg_database WHERE datname = \(database)").isEmpty {
            do {
                try connection.run(
                    script: "CREATE DATABASE \(database.quotedIdentifier) ENCODING 'UTF8' TEMPLATE template0"
                )
            } catch {
                // Somebody else may have been faster, and that is as good.
                guard error.sqlState == "42P04" || error.isUniqueViolation else { throw error }
            }
        }
    }

    private func provision(
        _ service: ServiceRole,
        in database: String,
        _ connection: borrowing BlockingConnection
    ) throws {
        for (role, password) in [(service.owner, service.ownerPassword), (service.name, service.password)] {
            let exists = try !connection.query("SELECT FROM pg_roles WHERE rolname = \(role)").isEmpty
            let verifier = try connection.verifier(of: password, for: role)
            try connection.run(
                script: """
                    \(exists ? "ALTER" : "CREATE") ROLE \(role.quotedIdentifier) LOGIN
                        NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
                        PASSWORD \(verifier.quotedLiteral)
                    """
            )
        }
        try connection.run(script: Self.schema(of: service, in: database))
    }

    /// Takes from everybody what PostgreSQL grants to everybody.
    private static func closing(_ database: String) -> String {
        """
        REVOKE ALL ON DATABASE \(database.quotedIdentifier) FROM PUBLIC;
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        """
    }

    /// The search path and the last-resort time limits belong to the role, because a pooled connection must not set them.
    private static func schema(of service: ServiceRole, in database: String) -> String {
        let (database, name, owner) = (
            database.quotedIdentifier, service.name.quotedIdentifier, service.owner.quotedIdentifier
        )
        return """
            GRANT CONNECT ON DATABASE \(database) TO \(owner), \(name);
            CREATE SCHEMA IF NOT EXISTS \(name);
            ALTER SCHEMA \(name) OWNER TO \(owner);
            GRANT USAGE ON SCHEMA \(name) TO \(name);
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(name) TO \(name);
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA \(name) TO \(name);
            DO $$ BEGIN
                REVOKE INSERT, UPDATE, DELETE ON \(name).schema_migrations FROM \(name);
            EXCEPTION WHEN undefined_table THEN NULL;  -- nothing was migrated yet
            END $$;
            ALTER DEFAULT PRIVILEGES FOR ROLE \(owner) IN SCHEMA \(name)
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \(name);
            ALTER DEFAULT PRIVILEGES FOR ROLE \(owner) IN SCHEMA \(name)
                GRANT USAGE, SELECT ON SEQUENCES TO \(name);
            ALTER ROLE \(owner) SET search_path = \(name);
            ALTER ROLE \(name) SET search_path = \(name);
            ALTER ROLE \(name) SET statement_timeout = '60s';
            ALTER ROLE \(name) SET idle_in_transaction_session_timeout = '60s';
            -- A statement whose daemon is gone ends, and with it what its transaction has locked.
            ALTER ROLE \(name) SET client_connection_check_interval = '2s';
            """
    }
}
