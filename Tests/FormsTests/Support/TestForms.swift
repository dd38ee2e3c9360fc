import Contracts
import Logging
import Mesh
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

/// The service's handlers over a database of their own, with auth and societies answered for over real sockets.
struct TestForms: Sendable {
    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let caller: ServiceCaller
    let profiles: ProfilesDouble
    let societies: SocietiesDouble
    let university = UniversityID()
    let access: FormAccess
    let participants = Participants(key: Array("the deployment's key of 32 bytes".utf8))

    let submitter: ResponseSubmitter
    var editor: FormEditor { FormEditor(database: database, access: access) }
    var smartFields: SmartFields { SmartFields(database: database, caller: caller) }

    init(
        testDatabase: TestDatabase,
        database: ServiceDatabase,
        caller: ServiceCaller,
        profiles: ProfilesDouble,
        societies: SocietiesDouble
    ) {
        self.testDatabase = testDatabase
        self.database = database
        self.caller = caller
        self.profiles = profiles
        self.societies = societies
        access = FormAccess(database: database, caller: caller)
        submitter = ResponseSubmitter(
            database: database,
            access: access,
            smartFields: SmartFields(database: database, caller: caller),
            participants: participants,
            forms: PublishedForms()
        )
    }

    func user(
        _ role: String = "student",
        at university: UniversityID? = nil,
        _ permissions: Permission...
    ) -> RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: university ?? self.university,
            session: SessionID(),
            role: role,
            permissions: permissions
        )
    }

    /// Somebody who may write all forms of a university.
    func author(at university: UniversityID? = nil) -> RequestContext.User {
        user("admin", at: university, .writeForms)
    }

    var platformAdmin: RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: nil,
            session: SessionID(),
            role: "platform-admin",
            permissions: ["*:*"]
        )
    }

    func context(
        _ user: RequestContext.User?,
        receivedAt: Timestamp = .now(),
        precondition: String? = nil
    ) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            receivedAt: receivedAt,
            precondition: precondition,
            logger: .silent
        )
    }

    /// Drops what is cached about a society, as its events do.
    func forget(_ society: SocietyID) {
        access.entities.forget(EntityReference(.society, society.cast()), at: university)
    }

    /// Whoever asks, as superuser, past every policy.
    func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.superuserConfiguration, body)
    }

    /// The service's own role, that policies apply to.
    func serviceRole<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.configuration(for: "forms"), body)
    }

    /// The types of all events that were written, in order.
    func events() async throws -> [String] {
        try await serviceRole { database in
            try await database.query("SELECT type FROM outbox ORDER BY id", scope: .none).map { try $0["type"] }
        }
    }
}

// What the handlers do, by the names people know them by.
extension TestForms {
    func create(_ request: CreateForm, by user: RequestContext.User) async throws -> Form {
        try await CreateFormHandler(database: database, access: access).handle(request, context: context(user))
            .value.form()
    }

    /// A draft with these pages.
    func draft(
        _ pages: [FormPage],
        by user: RequestContext.User,
        settings: FormSettings = FormSettings(),
        society: FormEntityID? = nil
    ) async throws -> Form {
        let request = CreateForm(
            title: Name(unchecked: "A form"),
            entityType: society == nil ? .survey : .society,
            entityId: society,
            settings: settings,
            pages: try pages.map { try FormPageInput(jsonBytes: $0.jsonBytes) }
        )
        return try await create(request, by: user)
    }

    func published(
        _ pages: [FormPage],
        by user: RequestContext.User,
        settings: FormSettings = FormSettings(),
        society: FormEntityID? = nil
    ) async throws -> Form {
        let draft = try await draft(pages, by: user, settings: settings, society: society)
        return try await take(.publish, draft.id, by: user)
    }

    func take(_ step: FormTransition, _ id: FormID, by user: RequestContext.User) async throws -> Form {
        try await editor.take(step, id, context(user)).form()
    }

    func get(_ id: FormID, by user: RequestContext.User?) async throws -> Form {
        try await GetFormHandler(access: access).handle(GetForm(id: id), context: context(user)).form()
    }

    func list(_ request: ListForms = ListForms(), by user: RequestContext.User) async throws -> Page<FormSummary> {
        try await ListFormsHandler(database: database, access: access).handle(request, context: context(user))
    }

    func change(_ id: FormID, by user: RequestContext.User, _ members: JSONValue) async throws -> Form {
        var object = members.objectValue ?? JSONObject()
        object["id"] = .string("\(id)")
        return try await UpdateFormHandler(editor: editor)
            .handle(UpdateForm.read(.object(object)), context: context(user)).form()
    }

    func submit(
        _ form: FormID,
        _ answers: [QuestionID: JSONValue],
        by user: RequestContext.User,
        updateProfile: [QuestionID]? = nil,
        formVersion: Int? = nil,
        receivedAt: Timestamp = .now(),
        startedAt: Timestamp? = nil
    ) async throws -> FormResponse {
        let request = SubmitResponse(
            id: form,
            answers: Dictionary(uniqueKeysWithValues: answers.map { ("\($0)", $1) }),
            updateProfile: updateProfile,
            startedAt: startedAt,
            formVersion: formVersion.flatMap { Whole($0) }
        )
        return try await SubmitResponseHandler(submitter: submitter)
            .handle(request, context: context(user, receivedAt: receivedAt)).value
    }

    func responses(
        of form: FormID,
        by user: RequestContext.User,
        page: PageRequest = PageRequest(),
        sort: Sort<ResponseSort>? = nil
    ) async throws -> Page<FormResponse> {
        try await ListResponsesHandler(database: database, access: access)
            .handle(ListResponses(id: form, page: page, sort: sort), context: context(user))
    }

    func response(
        _ id: FormResponseID,
        of form: FormID,
        by user: RequestContext.User
    ) async throws -> FormResponse {
        try await GetResponseHandler(database: database, access: access)
            .handle(GetResponse(id: form, responseId: id), context: context(user))
    }

    func deleteResponse(_ id: FormResponseID, of form: FormID, by user: RequestContext.User) async throws {
        _ = try await DeleteResponseHandler(database: database, access: access)
            .handle(DeleteResponse(id: form, responseId: id), context: context(user))
    }

    func submitForEntity(_ request: SubmitForEntity, by user: RequestContext.User) async throws -> FormResponse {
        try await SubmitForEntityHandler(submitter: submitter).handle(request, context: context(user))
    }

    func withdraw(_ key: SubmissionKey) async throws {
        _ = try await WithdrawSubmissionHandler(database: database)
            .handle(WithdrawSubmission(submissionKey: key, universityId: university), context: context(nil))
    }

    func autofill(_ form: FormID, by user: RequestContext.User) async throws -> [QuestionID: AutofillField] {
        try await GetAutofillHandler(access: access, smartFields: smartFields)
            .handle(GetAutofill(id: form), context: context(user)).fields
    }

    func updates(
        by user: RequestContext.User,
        status: ProfileUpdateStatus? = nil
    ) async throws -> [ProfileUpdate] {
        try await ListProfileUpdatesHandler(database: database)
            .handle(ListProfileUpdates(status: status), context: context(user)).items
    }

    func approve(_ update: ProfileUpdateID, by user: RequestContext.User) async throws -> ProfileUpdate {
        try await ApproveProfileUpdateHandler(database: database, smartFields: smartFields)
            .handle(ApproveProfileUpdate(id: update), context: context(user))
    }

    func reject(_ update: ProfileUpdateID, by user: RequestContext.User) async throws -> ProfileUpdate {
        try await RejectProfileUpdateHandler(database: database)
            .handle(RejectProfileUpdate(id: update), context: context(user))
    }

    @discardableResult
    func map(_ key: String, to path: String, rules: ValidationRules? = nil) async throws -> ProfileFieldMapping {
        let request = CreateProfileFieldMapping(
            fieldKey: try #require(ProfileFieldKey(key)),
            displayLabel: Name(unchecked: key),
            dataType: .init(unchecked: "text"),
            profilePath: try #require(ProfileFieldKey(path)),
            defaultValidationRules: rules
        )
        return try await CreateProfileFieldMappingHandler(database: database)
            .handle(request, context: context(platformAdmin)).value
    }
}

/// Runs a test against a service of its own.
func withForms(_ body: (TestForms) async throws -> Void) async throws {
    let service = TestService("forms", migrations: serviceKitMigrations + formsMigrations)
    try await withTestDatabase(services: [service]) { testDatabase in
        let (profiles, societies) = (ProfilesDouble(), SocietiesDouble())
        try await withNeighbours(
            of: "forms",
            ["auth": { try await profiles.handle($0) }, "societies": { try societies.handle($0) }]
        ) { caller in
            try await withDatabase(testDatabase.configuration(for: "forms")) { database in
                let forms = TestForms(
                    testDatabase: testDatabase,
                    database: ServiceDatabase(database, refusals: formsRefusals),
                    caller: caller,
                    profiles: profiles,
                    societies: societies
                )
                try await body(forms)
            }
        }
    }
}
