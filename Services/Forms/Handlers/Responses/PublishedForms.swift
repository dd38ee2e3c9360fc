import Contracts
import FormsContracts
import Synchronization

/// A form that takes responses, as it was at one revision, ready for holding answers against it.
struct PublishedForm: Sendable, HeldForm {
    let id: FormID
    let tenant: UniversityID
    let entityType: FormEntityType
    let entityID: FormEntityID?
    let registrationOf: FormEntityID?
    let wasAnonymous: Bool
    let isPublic: Bool
    let revision: Int
    let compiled: CompiledForm

    var form: Form { compiled.form }
    var settings: FormSettings { form.settings }

    init(_ stored: StoredForm) throws {
        id = stored.id
        tenant = stored.tenant
        entityType = stored.entityType
        entityID = stored.entityID
        registrationOf = stored.registrationOf
        wasAnonymous = stored.wasAnonymous
        isPublic = stored.isPublic
        revision = stored.revision
        compiled = try CompiledForm(stored.document.form())
    }
}

/// The forms that were answered lately, compiled.
///
/// A copy may be out of date: the statement that stores a response holds its revision against the form's, and what a
/// copy refuses is held against the form itself before anybody hears of it.
final class PublishedForms: Sendable {
    /// A compiled form of ten questions takes some 20 KB.
    private static let capacity = 256
    private let forms = Mutex<[FormID: PublishedForm]>([:])

    subscript(id: FormID) -> PublishedForm? {
        forms.withLock { $0[id] }
    }

    func keep(_ form: PublishedForm) {
        forms.withLock { forms in
            if forms[form.id] == nil, forms.count >= Self.capacity, let any = forms.keys.first { forms[any] = nil }
            forms[form.id] = form
        }
    }

    func forget(_ id: FormID) {
        forms.withLock { $0[id] = nil }
    }
}
