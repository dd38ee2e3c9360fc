import Postgres
import Contracts
import ServiceKit

/// Student numbers: what they look like at each university, and what can be read from them.
@main
struct IDParserDaemon {
    static func main() async {
        await Daemon("id-parser", calls: ["academic"], reads: ["academic"], migrations: idParserMigrations) { kit in
            let database = kit.database
            let catalogs = PatternCatalogs(database: database, logger: kit.logger)
            return DaemonParts(
                handlers: [
                    ListIDPatternsHandler(database: database),
                    GetIDPatternHandler(database: database),
                    CreateIDPatternHandler(database: database, caller: kit.caller),
                    ReplaceIDPatternHandler(database: database),
                    UpdateIDPatternHandler(database: database),
                    DeleteIDPatternHandler(database: database),
                    ParseStudentIDsHandler(catalogs: catalogs),
                    ParseStudentIDBatchHandler(catalogs: catalogs),
                    VerifyStudentIDHandler(catalogs: catalogs),
                    TenantUsageHandler(TenantOwners.IDParser.self, database: database) { university in
                        "SELECT FROM id_patterns WHERE tenant_id = \(university)"
                    },
                ],
                consumers: [UniversityChangedHandler(), UniversityDeletedHandler()]
            )
        }.main()
    }
}
