import Contracts
import HTTPTypes
import Mesh
import OpenSSL
import Postgres
import Synchronization

/// A request that carries an `Idempotency-Key`, as its record names it.
///
/// The scope is credential, operation and key. Only a hash of these is stored, and the reply is sealed under a key derived
/// from the client's own, so that the table holds no token in clear.
struct IdempotentRequest: Sendable {
    /// Names, in a request from the gateway, what it presented where that was no valid credential: a hash of
    /// `Authorization`, `X-API-Key` and `Cookie`.
    static let credentialHeader = "x-credential"

    /// What has become of the request so far.
    final class Progress: Sendable {
        private let recorded = Atomic<Bool>(false)
        /// Whether the reply was stored in the transaction that made its effect.
        var isRecorded: Bool { recorded.load(ordering: .relaxed) }
        func record() { recorded.store(true, ordering: .relaxed) }
    }

    let id: [UInt8]
    /// A hash of the user, or of an anonymous client's network, whose large replies share a quota.
    let holder: [UInt8]
    /// What the key was used for: path, query and body.
    let fingerprint: [UInt8]
    let progress = Progress()
    private let secret: [UInt8]
    /// The operation's reply as it will be sent, or `nil` for anything else that a transaction returned.
    let encode: @Sendable (Any) -> HandlerReply?

    /// - Returns: `nil` for a request without a key, and for an operation that ignores it.
    init?(_ request: MeshRequest, _ contract: Contract) {
        guard let key = request.idempotencyKey, contract.idempotency == .recorded else { return nil }
        let scope = [Self.credential(of: request), contract.name, key].joined(separator: "\n")
        secret = Array(scope.utf8)
        id = SHA256.hash(secret)
        let person = request.principal.map { Array("user \($0.userID)".utf8) }
        holder = SHA256.hash(person ?? Array("network ".utf8) + (request.clientNetwork ?? []))
        let parameters = (request.pathParameters + request.query).map { "\($0.name)=\($0.value)\n" }.joined()
        fingerprint = SHA256.hash(Array(parameters.utf8) + request.body)
        encode = { reply in
            (reply as? any OperationReply).map { HandlerReply($0, contract, trimmedTo: nil) }
        }
    }

    /// The session or the API key; without one what else tells the caller from others.
    private static func credential(of request: MeshRequest) -> String {
        if let principal = request.principal { return "user \(principal.userID)\nsession \(principal.sessionID)" }
        let address = request.headers.first(named: "x-client-address") ?? ""
        return "address \(address)\ncredential \(request.headers.first(named: credentialHeader) ?? "")"
    }

    /// The number of the transaction-scoped lock that only one request with this key can hold.
    var lockNumber: Int64 {
        id.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    private func cipher() throws -> AES256GCM {
        try AES256GCM(key: HKDFSHA256.deriveKey(from: secret, info: Array("idempotent reply".utf8), count: 32))
    }

    func seal(_ reply: HandlerReply) throws -> [UInt8] {
        var writer = JSONWriter(capacity: reply.body.count + 256)
        writer.beginObject()
        writer.name("status")
        writer.integer(reply.status)
        writer.name("contentType")
        writer.string(reply.contentType)
        writer.name("headers")
        reply.headers.write(to: &writer)
        writer.endObject()
        return try cipher().seal(writer.bytes + [0] + reply.body, authenticating: id)
    }

    func open(_ sealed: [UInt8]) throws -> HandlerReply {
        let plain = try cipher().open(sealed, authenticating: id)
        let head = plain.prefix { $0 != 0 }
        let json = try JSONParser.parse(Array(head))
        return HandlerReply(
            status: json["status"]?.intValue ?? 200,
            contentType: json["contentType"]?.stringValue ?? "",
            headers: try [HandlerReply.Header].read(json["headers"] ?? []),
            body: Array(plain.dropFirst(head.count + 1))
        )
    }
}

/// Thrown out of a transaction whose request was answered before, once its body has passed every check again.
struct RepeatedRequest: Error {
    let reply: HandlerReply
}

/// Every statement that names the `idempotency_records` table.
struct IdempotencyRecords: Sendable {
    let database: Database

    /// The stored answer to a request that was made before within 24 hours.
    ///
    /// - Throws: `IDEMPOTENCY_KEY_REUSED` when the key was used for another request.
    func find(_ request: IdempotentRequest) async throws -> HandlerReply? {
        try Self.reply(in: await database.query(Self.select(request), scope: .none), request)
    }

    /// Makes sure that this transaction alone answers the request.
    ///
    /// - Returns: The reply, if another one has answered it.
    /// - Throws: `IDEMPOTENCY_IN_PROGRESS` while another one does, `IDEMPOTENCY_KEY_REUSED`.
    static func claim(_ request: IdempotentRequest, in transaction: Transaction) async throws -> HandlerReply? {
        let row = try await transaction.one("SELECT pg_try_advisory_xact_lock(\(request.lockNumber)) AS is_ours")
        guard try row["is_ours"] as Bool else { throw ServiceError(.idempotencyInProgress, retryAfter: .seconds(1)) }
        return try reply(in: await transaction.query(select(request)), request)
    }

    /// Stores a reply beside the effect, for a handler that made it outside of a transaction.
    ///
    /// A reply beyond the quota is not stored: the operation is idempotent, so a retry has no further effect.
    ///
    /// - Returns: The reply, or the one that a twin of the request has stored meanwhile.
    func insert(_ request: IdempotentRequest, reply: HandlerReply) async throws -> HandlerReply {
        do {
            return try await database.transaction(scope: .none) { transaction in
                if let stored = try await Self.claim(request, in: transaction) { return stored }
                try await Self.insert(request, reply: reply, in: transaction)
                return reply
            }
        } catch let error as ServiceError where error.code == .rateLimited {
            return reply
        }
    }

    /// - Throws: `RATE_LIMITED` for a large reply beyond the holder's quota.
    static func insert(_ request: IdempotentRequest, reply: HandlerReply, in transaction: Transaction) async throws {
        let sealed = try request.seal(reply)
        let holder: [UInt8]? = sealed.count > largeReply ? request.holder : nil
        if let holder { try await requireRoom(for: holder, in: transaction) }
        try await transaction.execute(
            """
            INSERT INTO idempotency_records (id, fingerprint, reply, holder)
            VALUES (\(request.id), \(request.fingerprint), \(sealed), \(holder))
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, reply = excluded.reply,
                holder = excluded.holder, created_at = now()
            """
        )
    }

    /// The size in bytes, sealed, above which a reply counts; most replies are far smaller and skip the count.
    static let largeReply = 4_096
    /// The total size of a holder's large replies in 24 hours, in bytes, at which the next one is refused.
    static let heldBytes: Int64 = 16 << 20

    private static func requireRoom(for holder: [UInt8], in transaction: Transaction) async throws {
        let row = try await transaction.one(
            """
            SELECT coalesce(sum(octet_length(reply)), 0)::bigint AS held,
                ceil(extract(epoch FROM min(created_at) + interval '24 hours' - now()))::bigint AS wait
            FROM idempotency_records WHERE holder = \(holder) AND created_at >= now() - interval '24 hours'
            """
        )
        let (held, wait): (Int64, Int64?) = (try row["held"], try row["wait"])
        guard held < heldBytes else {
            throw ServiceError(
                .rateLimited,
                "Too many large replies are stored for your idempotency keys; retry later or without a key.",
                retryAfter: .seconds(max(1, wait ?? 1))
            )
        }
    }

    private static func select(_ request: IdempotentRequest) -> SQL {
        """
        SELECT fingerprint, reply FROM idempotency_records
        WHERE id = \(request.id) AND created_at >= now() - interval '24 hours'
        """
    }

    private static func reply(in rows: PostgresRows, _ request: IdempotentRequest) throws -> HandlerReply? {
        guard let row = rows.first else { return nil }
        guard try row["fingerprint"] == request.fingerprint else { throw ServiceError(.idempotencyKeyReused) }
        return try request.open(row["reply"])
    }
}
