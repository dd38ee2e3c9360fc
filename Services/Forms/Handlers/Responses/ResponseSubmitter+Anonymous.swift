import Contracts
import FormsContracts
import Postgres
import ServiceKit

// Anonymous responses, stored without a link to the request: random id, time in whole minutes, untraced event, no
// idempotency record. Participants are kept as a set of keyed hashes, without a row for each.
extension ResponseSubmitter {
    /// Stores an anonymous response, or refuses it.
    ///
    /// With an idempotency key, the response's id is a keyed hash of person and key, so a retry finds its response.
    func submitAnonymously(
        _ submission: ResponseSubmission,
        _ checked: CheckedAnswers,
        to form: PublishedForm,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> Created<FormResponse> {
        guard submission.updateProfile.isEmpty else {
            throw ValidationError("updateProfile", .notAllowed, "An anonymous answer changes no profile.")
        }
        let sql = database.scoped(to: context)
        let id = try await responseID(of: user.id, to: form, context)
        if context.idempotencyKey != nil, let earlier = try await repeated(id, checked, form, sql) { return earlier }
        let response = FormResponse(
            id: id,
            formId: form.id,
            formVersion: form.form.version,
            userId: nil,
            answers: checked.json,
            paymentStatus: form.settings.payment?.required.value == true ? .pending : nil,
            submittedAt: context.receivedAt.wholeMinute,
            completionTime: nil
        )
        let new = NewResponse(response: response, form: form, respondent: user.id, submissionKey: nil)
        do { try await storeAnonymously(new, checked, context) } catch let error as PostgresError
            where error.isRepeatedResponse
        {
            // A concurrent retry was first.
            guard let earlier = try await repeated(id, checked, form, sql) else { throw error }
            return earlier
        } catch let error as PostgresError where error.isIntakeRefusal {
            throw try await refusal(of: new, context)
        }
        database.eventsCommitted()
        return Created(response)
    }

    private func responseID(
        of user: UserID,
        to form: PublishedForm,
        _ context: RequestContext
    ) async throws -> FormResponseID {
        guard let key = context.idempotencyKey else { return .random() }
        return try await participants.responseID(of: user, to: form, key: key, database.scoped(to: context))
    }

    /// Returns the response that an earlier attempt has stored.
    ///
    /// - Throws: `IDEMPOTENCY_KEY_REUSED` if the key was used with other answers.
    private func repeated(
        _ id: FormResponseID,
        _ checked: CheckedAnswers,
        _ form: PublishedForm,
        _ sql: ScopedDatabase
    ) async throws -> Created<FormResponse>? {
        let responses = ResponseStore(sql: sql)
        guard let stored = try await responses.find(id, of: form.id) else { return nil }
        guard try await responses.hasAnswers(checked.json, id) else { throw ServiceError(.idempotencyKeyReused) }
        return Created(stored.response)
    }

    private func storeAnonymously(
        _ new: NewResponse,
        _ checked: CheckedAnswers,
        _ context: RequestContext
    ) async throws {
        let event = Outbox.insertUnlinked(FormResponseSubmitted(new), tenant: new.form.tenant)
        // The service's own context: the request's would record its key in the same transaction.
        let own = RequestContext.system("forms", timeLeft: context.timeLeft, logger: context.logger)
        let earlierBytes = try shares.take(new.weight, of: new.respondent, in: new.form.id)
        do {
            try await database.transaction(own, scope: context.scope) { transaction in
                try await ResponseStore(sql: transaction).insert(new, event: event, earlierBytes: earlierBytes)
                try await OptionCounterStore(sql: transaction).take(checked.limitedOptions, of: new.form.id)
                if new.form.settings.oneResponsePerUser.value { try await participants.add(new, transaction) }
            }
        } catch {
            shares.giveBack(new.weight, of: new.respondent, in: new.form.id)
            throw error
        }
    }
}

extension Timestamp {
    /// The time rounded down to the minute, the only time kept of an anonymous answer.
    var wholeMinute: Timestamp {
        let minute: Int64 = 60_000_000
        let past = microseconds % minute
        return Timestamp(microseconds: microseconds - (past < 0 ? past + minute : past))
    }
}
