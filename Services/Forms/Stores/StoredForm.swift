import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A form as its row holds it: the document as it travels, and what decides who may see and change it.
struct StoredForm: Sendable, HeldForm, PostgresRowDecodable {
    let id: FormID
    let tenant: UniversityID
    let entityType: FormEntityType
    let entityID: FormEntityID?
    let status: FormStatus
    let isPublic: Bool
    let version: Int
    let revision: Int
    let createdBy: UserID
    /// The society that uses this form for registrations.
    let registrationOf: FormEntityID?
    /// Tells whether the current version is anonymous.
    let isAnonymous: Bool
    /// Tells whether any version was anonymous, so that some participants may be known by hash only.
    let wasAnonymous: Bool
    let document: FormDocument

    static let columns = """
        id, tenant_id, entity_type, entity_id, status, is_public, version, revision, created_by, registration_of,
        coalesce(settings -> 'anonymous' = 'true', false) AS is_anonymous, was_anonymous, document
        """

    init(row: PostgresRow) throws {
        id = try row["id"]
        tenant = try row["tenant_id"]
        entityType = try row["entity_type"]
        entityID = try row["entity_id"]
        status = try row["status"]
        isPublic = try row["is_public"]
        version = Int(try row["version"] as Int32)
        revision = try row["revision"]
        createdBy = try row["created_by"]
        registrationOf = try row["registration_of"]
        isAnonymous = try row["is_anonymous"]
        wasAnonymous = try row["was_anonymous"]
        document = try row["document"]
    }

    /// - Parameters:
    ///   - form: The form.
    ///   - document: The form as stored JSON.
    ///   - tenant: The university that owns the form.
    ///   - revision: The number of this write of the form, from 1.
    ///   - earlier: The stored form that it replaces.
    init(
        _ form: Form,
        _ document: FormDocument,
        tenant: UniversityID,
        revision: Int,
        after earlier: StoredForm? = nil
    ) {
        id = form.id
        self.tenant = tenant
        entityType = form.entityType
        entityID = form.entityId
        status = form.status
        isPublic = form.settings.public.value
        version = form.version
        self.revision = revision
        createdBy = form.createdBy
        registrationOf = earlier?.registrationOf
        isAnonymous = form.settings.anonymous.value
        wasAnonymous = isAnonymous || earlier?.wasAnonymous ?? false
        self.document = document
    }

    /// Tells whether the form may take this society's registrations, which requires that it keeps respondents.
    func mayBeBound(to society: FormEntityID) -> Bool {
        entityType == .society && entityID == society && !isAnonymous
    }

    /// The revision as `If-Match` names it.
    var etag: String { "\"\(revision)\"" }

    func reply() -> FormReply { FormReply(Document(json: document.bytes), revision: revision) }

    /// The reply with a form that was just created.
    func created() -> Created<FormReply> { Created(reply(), at: "/forms/\(id)") }
}
