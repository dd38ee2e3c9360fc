import AuthContracts
import Contracts
import FormsContracts
import ServiceKit

/// The way from a smart field to the place in the profile that fills it, and what auth keeps there.
struct SmartFields: Sendable {
    let database: ServiceDatabase
    let caller: ServiceCaller

    /// The place that a key names.
    struct Target: Sendable {
        let path: ProfilePath
        let source: AutofillField.Source
    }

    /// The places that keys name; a key that names none is missing.
    ///
    /// A profile field's own name comes first: a mapping cannot take it over.
    private func targets(
        of keys: Set<ProfileFieldKey>,
        _ context: RequestContext
    ) async throws -> [ProfileFieldKey: Target] {
        let names = keys.filter { ProfilePath.names.contains($0.text) }
        var targets = Dictionary(
            uniqueKeysWithValues: names.map { ($0, Target(path: ProfilePath(unchecked: $0.text), source: .profile)) }
        )
        let store = ProfileFieldMappingStore(sql: database.scoped(to: context))
        for (key, mapping) in try await store.active(keys.subtracting(names)) {
            guard let path = ProfilePath(mapping.profilePath.text) else { continue }
            targets[key] = Target(path: path, source: .mapping)
        }
        return targets
    }

    func values(at paths: [ProfilePath], _ context: RequestContext) async throws -> ProfileValues {
        try await caller.call(GetProfileFields(paths: Array(Set(paths))), context)
    }

    /// The most bytes that the values of one reply may take as JSON.
    ///
    /// A profile takes half of it, so only a form that asks for the same large values repeatedly exceeds it.
    static let maximumAutofillBytes = 256 << 10

    /// Returns the caller's profile values for a form's smart fields, without those that are null.
    ///
    /// A value that would exceed the limit on bytes is left out.
    func autofill(_ form: Form, _ context: RequestContext) async throws -> Autofill {
        let keyed = form.questions.compactMap { question in question.profileFieldKey.map { (question.id, $0) } }
        let targets = try await targets(of: Set(keyed.map(\.1)), context)
        guard !targets.isEmpty else { return Autofill([:]) }
        let values = try await values(at: targets.values.map(\.path), context).values
        let sizes = values.mapValues(\.bytes.count)
        var bytes = 0
        var fields: [QuestionID: AutofillField] = [:]
        for (question, key) in keyed {
            guard let target = targets[key], let value = values[target.path.text], value != .null,
                let size = sizes[target.path.text], bytes + size <= Self.maximumAutofillBytes
            else { continue }
            bytes += size
            fields[question] = AutofillField(value: value, profileFieldKey: key, source: target.source)
        }
        return Autofill(fields)
    }

    /// Returns the changes to the respondent's profile from the answers to the named questions, at most one per path.
    ///
    /// - Throws: `ValidationError` for a question that is no smart field.
    func updates(
        _ questions: [QuestionID],
        _ answers: CheckedAnswers,
        _ new: NewResponse,
        _ context: RequestContext
    ) async throws -> [StoredProfileUpdate] {
        guard !questions.isEmpty else { return [] }
        let known = new.form.compiled.questions
        let keyed = questions.map { ($0, known[$0]?.question.profileFieldKey) }
        let targets = try await targets(of: Set(keyed.compactMap(\.1)), context)
        var faults = Faults()
        var wanted: [(QuestionID, ProfileFieldKey, Target)] = []
        // A question named twice changes the profile once.
        var named: Set<QuestionID> = []
        for (index, (question, key)) in keyed.enumerated() where named.insert(question).inserted {
            guard let key, let target = targets[key] else {
                faults.add("updateProfile.\(index)", .notAllowed, "The question leads to no place in the profile.")
                continue
            }
            if let answer = answers[question], !target.path.takes(answer) {
                faults.add("updateProfile.\(index)", .notAllowed, "The profile does not take such an answer.")
            }
            wanted.append((question, key, target))
        }
        try faults.finish()
        let current = try await values(at: wanted.map(\.2.path), context).values
        // Of several questions with one path, the last one named that has an answer counts; hidden ones have none.
        var answered: Set<String> = []
        return wanted.reversed().compactMap { question, key, target in
            guard let answer = answers[question], answered.insert(target.path.text).inserted else { return nil }
            let old = current[target.path.text] ?? .null
            guard answer != old else { return nil }  // unchanged
            let update = ProfileUpdate(
                id: ProfileUpdateID(),
                formId: new.form.id,
                responseId: new.response.id,
                questionId: question,
                profileFieldKey: key,
                oldValue: old == .null ? nil : old,
                newValue: answer,
                status: .pending,
                createdAt: new.response.submittedAt,
                decidedAt: nil
            )
            return StoredProfileUpdate(update, tenant: new.form.tenant, user: new.respondent, path: target.path)
        }
    }

    /// Puts a value into the caller's profile, at that revision of it only; the same update twice changes nothing more.
    ///
    /// - Returns: Whether the profile was still at that revision.
    func apply(_ stored: StoredProfileUpdate, atRevision revision: Int, _ context: RequestContext) async throws -> Bool
    {
        let change = ApplyProfileUpdate(
            changeId: stored.update.id.cast(),
            revision: revision,
            values: [stored.path.text: stored.update.newValue]
        )
        do {
            _ = try await caller.call(change, context)
            return true
        } catch let error as ServiceError where error.code == .profileVersionConflict {
            return false
        }
    }
}

extension ProfilePath {
    /// Tells whether a profile accepts the value at this place.
    fileprivate func takes(_ value: JSONValue) -> Bool {
        let fields: JSONValue =
            if let customKey {
                .object(JSONObject([("custom", .object(JSONObject([(customKey, value)])))]))
            } else {
                .object(JSONObject([(text, value)]))
            }
        do throws(ValidationError) {
            _ = try ProfileFields.read(fields)
            return true
        } catch { return false }
    }
}
