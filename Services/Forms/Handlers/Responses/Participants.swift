import Contracts
import FormsContracts
import OpenSSL
import Postgres
import ServiceKit

/// The participants of an anonymous form: a set of keyed hashes whose order reveals no time.
///
/// Each form has its own secret; every hash also uses the deployment's key, which is not in the database.
struct Participants: Sendable {
    /// `FORMS_PARTICIPANT_KEY`; empty if the deployment has none.
    let key: [UInt8]

    /// The size of a person's hash, equal to a row of the set.
    private static let hashBytes = 16
    /// A new set begins with this many decoy hashes, so that the first person isn't alone in it.
    private static let decoys = 64
    /// Beyond this number, half of them move into rows, in order of the hashes.
    private static let recentLimit = 256

    /// Adds a person whose response this transaction has stored, which locked the form's intake.
    ///
    /// - Throws: `ALREADY_RESPONDED`.
    func add(_ new: NewResponse, _ transaction: ServiceTransaction) async throws {
        let store = ParticipantStore(sql: transaction)
        let form = new.form
        let secret = try await secret(of: form, transaction)
        guard try await !store.hasNamedResponse(form.id, new.respondent) else { throw ServiceError(.alreadyResponded) }
        var set: [[UInt8]]
        if let recent = try await store.recent(form.id) {
            set = hashes(recent)
        } else {
            set = (0..<Self.decoys).map { _ in SecureRandom.bytes(Self.hashBytes) }
        }
        // Participants that earlier releases stored in plain text.
        set += try await store.takeClear(form.id).map { hash($0, secret) }
        let own = hash(new.respondent, secret)
        guard !set.contains(own), try await !store.contains(own, form.id) else {
            throw ServiceError(.alreadyResponded)
        }
        set.append(own)
        set.sort { $0.lexicographicallyPrecedes($1) }
        if set.count > Self.recentLimit {
            let kept = Self.recentLimit / 2
            try await store.insert(set[kept...].flatMap(\.self), each: Self.hashBytes, form.id, form.tenant)
            set.removeSubrange(kept...)
        }
        try await store.putRecent(set.flatMap(\.self), form.id, form.tenant)
    }

    /// - Throws: `ALREADY_RESPONDED` if the person answered while the form was anonymous.
    func requireNew(_ new: NewResponse, _ transaction: ServiceTransaction) async throws {
        guard try await !isParticipant(new.form, new.respondent, transaction) else {
            throw ServiceError(.alreadyResponded)
        }
    }

    /// Tells whether a person has answered a one-response form, anonymously or not.
    func hasAnswered(_ form: PublishedForm, _ user: UserID, _ sql: any SQLExecutor) async throws -> Bool {
        if try await ParticipantStore(sql: sql).hasNamedResponse(form.id, user) { return true }
        guard form.wasAnonymous else { return false }
        return try await isParticipant(form, user, sql)
    }

    private func isParticipant(_ form: PublishedForm, _ user: UserID, _ sql: any SQLExecutor) async throws -> Bool {
        let store = ParticipantStore(sql: sql)
        if try await store.hasClear(form.id, user) { return true }
        guard let secret = try await store.secret(form.id) else { return false }
        let own = hash(user, secret)
        if let recent = try await store.recent(form.id), hashes(recent).contains(own) { return true }
        return try await store.contains(own, form.id)
    }

    /// Derives the response's id from the person and an idempotency key; it reveals nothing without the keys.
    func responseID(
        of user: UserID,
        to form: PublishedForm,
        key: String,
        _ sql: any SQLExecutor
    ) async throws -> FormResponseID {
        let secret = try await secret(of: form, sql)
        let code = HMACSHA256(key: self.key + secret)
            .authenticationCode(for: Array("response".utf8), user.bytes, Array(key.utf8))
        func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return FormResponseID(randomBits: (half(code[0..<8]), half(code[8..<16])))
    }

    private func secret(of form: PublishedForm, _ sql: any SQLExecutor) async throws -> [UInt8] {
        let store = ParticipantStore(sql: sql)
        if let secret = try await store.secret(form.id) { return secret }
        return try await store.insertSecret(SecureRandom.bytes(32), form.id, form.tenant)
    }

    private func hash(_ user: UserID, _ secret: [UInt8]) -> [UInt8] {
        let code = HMACSHA256(key: key + secret).authenticationCode(for: Array("participant".utf8), user.bytes)
        return Array(code.prefix(Self.hashBytes))
    }

    private func hashes(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: Self.hashBytes).map { Array(bytes[$0..<$0 + Self.hashBytes]) }
    }
}
