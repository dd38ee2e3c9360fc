import Contracts
import Postgres
import ServiceKit

/// A signing key as stored.
struct StoredSigningKey: PostgresRowDecodable {
    let generation: Int
    let id: String
    let sealedPrivateKey: [UInt8]
    let signsFrom: Timestamp

    init(generation: Int, id: String, sealedPrivateKey: [UInt8], signsFrom: Timestamp) {
        self.generation = generation
        self.id = id
        self.sealedPrivateKey = sealedPrivateKey
        self.signsFrom = signsFrom
    }

    init(row: PostgresRow) throws {
        generation = Int(try row["generation"] as Int32)
        id = try row["id"]
        sealedPrivateKey = try row["sealed_private_key"]
        signsFrom = try row["signs_from"]
    }
}

/// Every statement that names the `signing_keys` table.
struct SigningKeyStore {
    let sql: any SQLExecutor

    func all() async throws -> [StoredSigningKey] {
        try await sql.all(
            "SELECT generation, id, sealed_private_key, signs_from FROM signing_keys ORDER BY generation",
            as: StoredSigningKey.self
        )
    }

    /// Adds a key unless another replica was faster.
    func insert(_ key: StoredSigningKey) async throws {
        try await sql.execute(
            """
            INSERT INTO signing_keys (generation, id, sealed_private_key, signs_from)
            VALUES (\(Int32(key.generation)), \(key.id), \(key.sealedPrivateKey), \(key.signsFrom))
            ON CONFLICT (generation) DO NOTHING
            """
        )
    }

    /// Removes the keys before a generation.
    func remove(before generation: Int) async throws {
        try await sql.execute("DELETE FROM signing_keys WHERE generation < \(Int32(generation))")
    }
}
