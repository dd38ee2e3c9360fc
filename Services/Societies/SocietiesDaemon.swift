import AuthContracts
import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

@main
struct SocietiesDaemon {
    static let daemon = Daemon(
        societiesAPI,
        calls: ["auth", "forms"],
        reads: [authAPI],
        migrations: societiesMigrations,
        refusals: societiesRefusals
    ) { kit in
        let submissions = Submissions(database: kit.database, caller: kit.caller)
        return DaemonParts(
            tables: societiesTables,
            handlers: handlers(database: kit.database, caller: kit.caller),
            consumers: [UserErasedHandler()],
            services: [SubmissionRecovery(submissions: submissions, logger: kit.logger)]
        )
    }

    static func main() async { await daemon.main() }

    static func handlers(database: ServiceDatabase, caller: ServiceCaller) -> [any OperationHandler] {
        let people = People(caller: caller)
        let submissions = Submissions(database: database, caller: caller)
        return [
            CreateSocietyHandler(database: database),
            ListSocietiesHandler(database: database),
            GetSocietyHandler(database: database),
            ReplaceSocietyHandler(database: database),
            UpdateSocietyHandler(database: database),
            DeleteSocietyHandler(database: database),
            ApproveSocietyHandler(database: database),
            SuspendSocietyHandler(database: database),
            ArchiveSocietyHandler(database: database),
            ListMembersHandler(database: database, people: people),
            ChangeMemberRoleHandler(database: database),
            RemoveMemberHandler(database: database),
            LeaveSocietyHandler(database: database),
            TransferPresidencyHandler(database: database),
            CheckAccessHandler(database: database),
            ListOpenEntitiesHandler(database: database),
            ListMembershipsHandler(database: database),
            FormerCheckAccessHandler(database: database),
            FormerListOpenEntitiesHandler(database: database),
            FormerListMembershipsHandler(database: database),
            GetRegistrationSettingsHandler(database: database),
            ConfigureRegistrationHandler(database: database, caller: caller),
            RegisterForSocietyHandler(database: database, submissions: submissions),
            ListRegistrationsHandler(database: database, people: people),
            ApproveRegistrationHandler(database: database),
            RejectRegistrationHandler(database: database, submissions: submissions),
            GetOwnRegistrationHandler(database: database),
            WithdrawRegistrationHandler(database: database, submissions: submissions),
            TenantUsageHandler(database: database) { university in
                "SELECT FROM societies WHERE tenant_id = \(university) AND deleted_at IS NULL"
            },
            PersonalDataHandler(database: database, lists: personalDataLists),
        ]
    }
}
