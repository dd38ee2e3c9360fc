import AcademicContracts
import Contracts
import ServiceKit

/// Universities, departments and programs: what everything else of a university hangs on.
@main
struct AcademicDaemon {
    static let daemon = Daemon(
        academicAPI,
        asks: ["auth", "forms", "id-parser", "societies"],
        migrations: academicMigrations,
        refusals: academicRefusals
    ) { kit in
        DaemonParts(
            tables: academicTables,
            handlers: handlers(database: kit.database, caller: kit.caller)
        )
    }

    static func main() async { await daemon.main() }

    static func handlers(database: ServiceDatabase, caller: ServiceCaller) -> [any OperationHandler] {
        [
            ListUniversitiesHandler(database: database),
            GetUniversityHandler(database: database),
            CreateUniversityHandler(database: database),
            ReplaceUniversityHandler(database: database),
            UpdateUniversityHandler(database: database),
            DeleteUniversityHandler(database: database, caller: caller),
            ResolveUniversityHandler(database: database),
            ListDepartmentsHandler(database: database),
            GetDepartmentHandler(database: database),
            CreateDepartmentHandler(database: database),
            ReplaceDepartmentHandler(database: database),
            UpdateDepartmentHandler(database: database),
            DeleteDepartmentHandler(database: database),
            ListProgramsHandler(database: database),
            GetProgramHandler(database: database),
            CreateProgramHandler(database: database),
            ReplaceProgramHandler(database: database),
            UpdateProgramHandler(database: database),
            DeleteProgramHandler(database: database),
            CheckAffiliationsHandler(database: database),
        ]
    }
}
