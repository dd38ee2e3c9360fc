import AcademicContracts
import Contracts
import IDParserContracts
import Postgres
import ServiceKit

/// Student numbers: what they look like at each university, and what can be read from them.
@main
struct IDParserDaemon {
    static let daemon = Daemon(
        idParserAPI,
        calls: ["academic"],
        reads: [academicAPI],
        migrations: idParserMigrations,
        refusals: idParserRefusals
    ) { kit in
        let catalogs = PatternCatalogs(database: kit.database, logger: kit.logger)
        return DaemonParts(
            tables: idParserTables,
            handlers: handlers(database: kit.database, caller: kit.caller, catalogs: catalogs),
            consumers: [UniversityChangedHandler(), UniversityDeletedHandler()]
        )
    }

    static func main() async { await daemon.main() }

    static func handlers(
        database: ServiceDatabase,
        caller: ServiceCaller,
        catalogs: PatternCatalogs
    ) -> [any OperationHandler] {
        [
            ListIDPatternsHandler(database: database),
            GetIDPatternHandler(database: database),
            CreateIDPatternHandler(database: database, caller: caller),
            ReplaceIDPatternHandler(database: database),
            UpdateIDPatternHandler(database: database),
            DeleteIDPatternHandler(database: database),
            ParseStudentIDsHandler(catalogs: catalogs),
            ParseStudentIDBatchHandler(catalogs: catalogs),
            VerifyStudentIDHandler(catalogs: catalogs),
            TenantUsageHandler(database: database) { university in
                "SELECT FROM id_patterns WHERE tenant_id = \(university)"
            },
        ]
    }
}
