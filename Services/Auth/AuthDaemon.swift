import AuthContracts
import Contracts
import Passwords
import Postgres
import ServiceKit

@main
struct AuthDaemon {
    static func main() async { await daemon().main() }

    /// Makes the daemon.
    ///
    /// - Parameter now: Tells the time.
    /// - Returns: The daemon, not yet running.
    static func daemon(now: @escaping @Sendable () -> Timestamp = Timestamp.now) -> Daemon<AuthSettings> {
        Daemon(
            authAPI,
            calls: ["academic", "id-parser"],
            asks: ["forms", "notifier", "societies"],
            unlessSet: "GATHERS_FROM",
            migrations: authMigrations,
            configure: { AuthSettings($0) }
        ) { kit, settings in
            let database = kit.database
            let keys = try await SigningKeys(
                database: database.database,
                settings: settings,
                logger: kit.logger,
                now: now
            )
            let hasher = PasswordHasher(threads: settings.passwordThreads, maximumWaiting: settings.passwordQueue)
            return DaemonParts(
                tables: authTables(settings),
                handlers: handlers(
                    database: database,
                    passwords: PasswordCheck(database: database, hasher: hasher, now: now),
                    sessions: SessionIssuer(keys: keys, settings: settings, now: now),
                    universities: UniversityDirectory(caller: kit.caller),
                    gatherer: kit.gatherer,
                    revocationPeriod: AuthSettings.revocationPeriod
                ),
                services: [keys, ExpiringKeys(database: database, logger: kit.logger)]
            )
        }
    }

    /// One handler per operation; `revocationPeriod` is how long an access token may look valid where a clock is late.
    static func handlers(
        database: ServiceDatabase,
        passwords: PasswordCheck,
        sessions: SessionIssuer,
        universities: UniversityDirectory,
        gatherer: Gatherer,
        revocationPeriod: Duration
    ) -> [any OperationHandler] {
        let hasher = passwords.hasher
        return [
            RegisterHandler(database: database, universities: universities, hasher: hasher, sessions: sessions),
            LogInHandler(passwords: passwords, sessions: sessions),
            RefreshSessionHandler(database: database, sessions: sessions),
            LogOutHandler(database: database, cookies: sessions.cookies),
            ListSessionsHandler(database: database),
            EndSessionHandler(database: database),
            ChangePasswordHandler(database: database, passwords: passwords, hasher: hasher, cookies: sessions.cookies),
            GetOwnUserHandler(database: database),
            DeleteOwnUserHandler(database: database, passwords: passwords, cookies: sessions.cookies),
            GetUserHandler(database: database),
            ListUsersHandler(database: database),
            SetUserRoleHandler(database: database),
            LookUpUsersHandler(database: database),
            CreateAPIKeyHandler(database: database, now: sessions.now),
            ListAPIKeysHandler(database: database),
            DeleteAPIKeyHandler(database: database),
            VerifyAPIKeyHandler(database: database, now: sessions.now),
            EnsureUserHandler(database: database, hasher: hasher),
            GetProfileHandler(database: database),
            ReplaceProfileHandler(database: database, universities: universities),
            ExportProfileHandler(database: database, gatherer: gatherer),
            GetProfileFieldsHandler(database: database),
            ApplyProfileUpdateHandler(database: database, universities: universities),
            ListKeysHandler(keys: sessions.keys),
            ListRevocationsHandler(database: database, period: revocationPeriod),
            TenantUsageHandler(database: database) { university in
                "SELECT FROM users WHERE tenant_id = \(university) AND deleted_at IS NULL"
            },
        ]
    }
}
