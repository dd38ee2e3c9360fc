import AuthContracts
import Contracts
import FormsContracts
import Postgres
import ServiceKit
import SocietiesContracts

@main
struct FormsDaemon {
    static let daemon = Daemon(
        formsAPI,
        calls: ["auth"],
        asks: [EntityType.society.owner],
        reads: [authAPI, societiesAPI],
        migrations: formsMigrations,
        refusals: formsRefusals,
        configure: FormsSettings.init
    ) { kit, settings in
        let access = FormAccess(database: kit.database, caller: kit.caller)
        return DaemonParts(
            tables: formsTables,
            handlers: formsHandlers(
                access: access,
                participants: Participants(key: settings.participantKey),
                caller: kit.caller
            ),
            consumers: access.entities.handlers(
                of: societiesAPI,
                beside: [SocietyDeletedHandler(entities: access.entities), RegistrationFormChosenHandler()]
            ) + [UserErasedHandler()]
        )
    }

    static func main() async { await daemon.main() }
}

/// The variables of this daemon in addition to the common ones.
struct FormsSettings: Sendable {
    let participantKey: [UInt8]

    init(_ settings: Settings) {
        participantKey = settings.optionalKey(
            "FORMS_PARTICIPANT_KEY",
            bytes: 32,
            "what hashes those who answered anonymous forms, beside a secret of each form's in the database; changing "
                + "it lets them answer again"
        )
    }
}

/// One handler for each operation of the service.
func formsHandlers(access: FormAccess, participants: Participants, caller: ServiceCaller) -> [any OperationHandler] {
    let database = access.database
    let editor = FormEditor(database: database, access: access)
    let smartFields = SmartFields(database: database, caller: caller)
    let submitter = ResponseSubmitter(
        database: database,
        access: access,
        smartFields: smartFields,
        participants: participants,
        forms: PublishedForms()
    )
    return [
        ListFormsHandler(database: database, access: access),
        CreateFormHandler(database: database, access: access),
        GetFormHandler(access: access),
        ReplaceFormHandler(editor: editor),
        UpdateFormHandler(editor: editor),
        DeleteFormHandler(database: database, access: access),
        PublishFormHandler(editor: editor),
        CloseFormHandler(editor: editor),
        ReopenFormHandler(editor: editor),
        ArchiveFormHandler(editor: editor),
        DuplicateFormHandler(database: database, access: access),
        AddPageHandler(editor: editor),
        UpdatePageHandler(editor: editor),
        RemovePageHandler(editor: editor),
        AddQuestionHandler(editor: editor),
        UpdateQuestionHandler(editor: editor),
        RemoveQuestionHandler(editor: editor),
        ReorderFormHandler(editor: editor),
        GetAutofillHandler(access: access, smartFields: smartFields),
        SubmitResponseHandler(submitter: submitter),
        SubmitForEntityHandler(submitter: submitter),
        WithdrawSubmissionHandler(database: database),
        BindFormHandler(database: database),
        ListResponsesHandler(database: database, access: access),
        ExportResponsesHandler(database: database, access: access),
        GetResponseHandler(database: database, access: access),
        DeleteResponseHandler(database: database, access: access),
        ListProfileUpdatesHandler(database: database),
        ApproveProfileUpdateHandler(database: database, smartFields: smartFields),
        RejectProfileUpdateHandler(database: database),
        ListProfileFieldMappingsHandler(database: database),
        GetProfileFieldMappingHandler(database: database),
        CreateProfileFieldMappingHandler(database: database),
        ReplaceProfileFieldMappingHandler(database: database),
        DeleteProfileFieldMappingHandler(database: database),
        TenantUsageHandler(database: database) { university in
            "SELECT FROM forms WHERE tenant_id = \(university)"
        },
        PersonalDataHandler(database: database, lists: personalDataLists),
    ]
}
