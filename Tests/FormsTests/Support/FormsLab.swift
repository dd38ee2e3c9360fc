import Contracts
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

/// Runs a test against the service among its neighbours.
func withForms(_ body: (ServiceLab) async throws -> Void) async throws {
    let forms = LabService(FormsDaemon.daemon, environment: ["FORMS_PARTICIPANT_KEY": LabService.key])
    try await withServiceLab(forms, among: LabService.neighbours, body)
}

// What people do, by the names that they know it by.
extension ServiceLab {
    /// Somebody who may write all forms of a university.
    func author(at university: UniversityID? = nil) -> RequestContext.User {
        user("admin", at: university, .writeForms)
    }

    func create(_ request: CreateForm, by user: RequestContext.User) async throws -> Form {
        try await call(request, as: user).value.form()
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

    @discardableResult
    func take(_ step: FormTransition, _ id: FormID, by user: RequestContext.User) async throws -> Form {
        switch step {
        case .publish: try await call(PublishForm(id: id), as: user).form()
        case .close: try await call(CloseForm(id: id), as: user).form()
        case .reopen: try await call(ReopenForm(id: id), as: user).form()
        case .archive: try await call(ArchiveForm(id: id), as: user).form()
        }
    }

    func get(_ id: FormID, by user: RequestContext.User?) async throws -> Form {
        try await call(GetForm(id: id), as: user).form()
    }

    func list(_ request: ListForms = ListForms(), by user: RequestContext.User) async throws -> Page<FormSummary> {
        try await call(request, as: user)
    }

    @discardableResult
    func change(_ id: FormID, by user: RequestContext.User, _ members: JSONValue) async throws -> Form {
        var object = members.objectValue ?? JSONObject()
        object["id"] = .string("\(id)")
        return try await call(UpdateForm.read(.object(object)), as: user).form()
    }

    @discardableResult
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
        return try await call(request, as: user, headers: ["x-received-at": "\(receivedAt.microseconds)"]).value
    }

    func responses(
        of form: FormID,
        by user: RequestContext.User,
        page: PageRequest = PageRequest(),
        sort: Sort<ResponseSort>? = nil
    ) async throws -> Page<FormResponse> {
        try await call(ListResponses(id: form, page: page, sort: sort), as: user)
    }

    func response(
        _ id: FormResponseID,
        of form: FormID,
        by user: RequestContext.User
    ) async throws -> FormResponse {
        try await call(GetResponse(id: form, responseId: id), as: user)
    }

    func deleteResponse(_ id: FormResponseID, of form: FormID, by user: RequestContext.User) async throws {
        try await call(DeleteResponse(id: form, responseId: id), as: user)
    }

    /// A part of a form's export, with where the next one begins.
    func export(
        _ form: FormID,
        after cursor: PageCursor? = nil,
        bom: Bool? = nil,
        by user: RequestContext.User
    ) async throws -> CSVPart {
        let reply = try await send(ExportResponses(id: form, cursor: cursor, bom: bom), as: user)
        try reply.requireSuccess()
        let name = reply.headers.first(named: "content-disposition")?.split(separator: "\"").last
        let next = reply.headers.first(named: CSVPart.nextHeader)
        return CSVPart(reply.body, fileName: String(name ?? ""), next: next.map(PageCursor.init(unchecked:)))
    }

    /// A form's whole export, and the number of its parts.
    func exportAll(_ form: FormID, by user: RequestContext.User) async throws -> (text: String, parts: Int) {
        var text: [UInt8] = []
        var (cursor, parts): (PageCursor?, Int) = (nil, 0)
        repeat {
            let part = try await export(form, after: cursor, by: user)
            #expect(part.text.count < 512 << 10)
            text += part.text
            cursor = part.next
            parts += 1
        } while cursor != nil
        return (String(decoding: text, as: UTF8.self), parts)
    }

    func submitForEntity(_ request: SubmitForEntity, by user: RequestContext.User) async throws -> FormResponse {
        try await call(request, as: user)
    }

    func withdraw(_ key: SubmissionKey) async throws {
        try await call(WithdrawSubmission(submissionKey: key, universityId: university))
    }

    func autofill(_ form: FormID, by user: RequestContext.User) async throws -> [QuestionID: AutofillField] {
        try await call(GetAutofill(id: form), as: user).fields
    }

    func updates(
        by user: RequestContext.User,
        status: ProfileUpdateStatus? = nil
    ) async throws -> [ProfileUpdate] {
        try await call(ListProfileUpdates(status: status), as: user).items
    }

    func approve(_ update: ProfileUpdateID, by user: RequestContext.User) async throws -> ProfileUpdate {
        try await call(ApproveProfileUpdate(id: update), as: user)
    }

    @discardableResult
    func reject(_ update: ProfileUpdateID, by user: RequestContext.User) async throws -> ProfileUpdate {
        try await call(RejectProfileUpdate(id: update), as: user)
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
        return try await call(request, as: platformAdmin).value
    }
}

// What tests look at inside.
extension ServiceLab {
    var access: FormAccess { handler(GetFormHandler.self).access }
    var submitter: ResponseSubmitter { handler(SubmitResponseHandler.self).submitter }

    /// Drops what is cached about a society, as its events do.
    func forget(_ society: SocietyID) {
        access.entities.forget(EntityReference(.society, society.cast()), at: university)
    }
}
