import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A form as its row holds it: the document as it travels, and what decides who may see and change it.
struct StoredForm: Sendable, PostgresRowDecodable {
    let id: FormID
    let tenant: UniversityID
    let entityType: FormEntityType
    let entityID: FormEntityID?
    let status: FormStatus
    let isPublic: Bool
    let version: Int
    let revision: Int
    let createdBy: UserID
    let document: FormDocument

    static let columns =
        "id, tenant_id, entity_type, entity_id, status, is_public, version, revision, created_by, document"

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
        document = try row["document"]
    }

    init(_ form: Form, tenant: UniversityID, revision: Int) {
        id = form.id
        self.tenant = tenant
        entityType = form.entityType
        entityID = form.entityId
        status = form.status
        isPublic = form.settings.public.value
        version = form.version
        self.revision = revision
        createdBy = form.createdBy
        document = FormDocument(form)
    }

    /// The revision as `If-Match` names it.
    var etag: String { "\"\(revision)\"" }

    func reply(isNew: Bool = false) -> FormReply {
        FormReply(Document(json: document.bytes), revision: revision, location: isNew ? id : nil)
    }
}
