import FormsContracts
import Contracts
import Postgres
import ServiceKit

@main
struct FormsDaemon {
    static func main() async {
        await Daemon(
            "forms",
            calls: ["auth", "societies"],
            emits: [FormPublished.self, FormClosed.self, FormResponseSubmitted.self],
            migrations: formsMigrations
        ) { kit in
            DaemonParts(handlers: formsHandlers(database: kit.database, caller: kit.caller))
        }.main()
    }
}

/// One handler for each operation of the service.
func formsHandlers(database: ServiceDatabase, caller: ServiceCaller) -> [any OperationHandler] {
    let access = FormAccess(database: database, caller: caller)
    let editor = FormEditor(database: database, access: access)
    let smartFields = SmartFields(database: database, caller: caller)
    let submitter = ResponseSubmitter(database: database, smartFields: smartFields, forms: PublishedForms())
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
        TenantUsageHandler(TenantOwners.Forms.self, database: database) { university in
            "SELECT FROM forms WHERE tenant_id = \(university)"
        },
    ]
}
