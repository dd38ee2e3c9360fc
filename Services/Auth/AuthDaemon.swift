import AuthContracts
import Contracts
import Passwords
import Postgres
import ServiceKit

@main
struct AuthDaemon {
    static func main() async {
        await Daemon(
            authAPI,
            calls: ["academic", "id-parser"],
            gathersFrom: "forms,notifier,societies",
            migrations: authMigrations,
            configure: { AuthSettings($0) }
        ) { kit, settings in
            let database = kit.database
            let keys = try await SigningKeys(database: database.database, settings: settings, logger: kit.logger)
            let revocationPeriod = AuthSettings.revocationPeriod
            return DaemonParts(
                tables: authTables(settings),
                handlers: handlers(kit, settings, keys, revocationPeriod: revocationPeriod),
                services: [keys, ExpiringKeys(database: database, logger: kit.logger)]
            )
        }.main()
    }

    /// One handler per operation; `revocationPeriod` is how long an access token may look valid where a clock is late.
    static func handlers(
        _ kit: DaemonKit,
        _ settings: AuthSettings,
        _ keys: SigningKeys,
        revocationPeriod: Duration
    ) -> [any OperationHandler] {
        handlers(
            database: kit.database,
            passwords: PasswordCheck(
                database: kit.database,
                hasher: PasswordHasher(threads: settings.passwordThreads, maximumWaiting: settings.passwordQueue)
            ),
            sessions: SessionIssuer(keys: keys, settings: settings),
            universities: UniversityDirectory(caller: kit.caller),
            gatherer: kit.gatherer,
            revocationPeriod: revocationPeriod
        )
    }

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
            TenantUsageHandler(TenantOwners.Auth.self, database: database) { university in
                "SELECT FROM users WHERE tenant_id = \(university) AND deleted_at IS NULL"
            },
        ]
    }
}
