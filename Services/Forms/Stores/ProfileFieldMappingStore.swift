import Contracts
public import FormsContracts
public import Postgres
import ServiceKit

/// Every statement that names the `profile_field_mappings` table.
struct ProfileFieldMappingStore {
    let sql: any SQLExecutor

    private static let columns = """
        id, field_key, display_label, category, data_type, profile_path, default_validation_rules, is_active
        """

    func find(_ id: ProfileFieldMappingID) async throws -> ProfileFieldMapping? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM profile_field_mappings WHERE id = \(id)",
            as: ProfileFieldMapping.self
        )
    }

    /// Returns the mapping, locked until this transaction ends.
    func lock(_ id: ProfileFieldMappingID) async throws -> ProfileFieldMapping? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM profile_field_mappings WHERE id = \(id) FOR UPDATE",
            as: ProfileFieldMapping.self
        )
    }

    /// The active mappings of these names.
    func active(_ keys: Set<ProfileFieldKey>) async throws -> [ProfileFieldKey: ProfileFieldMapping] {
        guard !keys.isEmpty else { return [:] }
        let mappings = try await sql.all(
            """
            SELECT \(raw: Self.columns) FROM profile_field_mappings
            WHERE field_key = ANY(\(keys.map(\.text))) AND is_active
            """,
            as: ProfileFieldMapping.self
        )
        return Dictionary(mappings.map { ($0.fieldKey, $0) }) { first, _ in first }
    }

    func page(_ request: ListProfileFieldMappings) async throws -> Page<ProfileFieldMapping> {
        let matching: SQL = """
            FROM profile_field_mappings WHERE (\(request.isActive)::boolean IS NULL OR is_active = \(request.isActive))
            """
        let keyset = try Keyset("field_key", as: .text, descending: false, page: request.page)
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// - Throws: `PostgresError` that breaks `profile_field_mappings_field_key_is_unique`.
    func insert(_ mapping: ProfileFieldMapping) async throws {
        try await sql.execute(
            """
            INSERT INTO profile_field_mappings (\(raw: Self.columns))
            VALUES (\(mapping.id), \(mapping.fieldKey), \(mapping.displayLabel), \(mapping.category),
                \(mapping.dataType), \(mapping.profilePath), \(mapping.defaultValidationRules.map(Stored.init)),
                \(mapping.isActive))
            """
        )
    }

    /// - Throws: `PostgresError` that breaks `profile_field_mappings_field_key_is_unique`.
    func update(_ mapping: ProfileFieldMapping) async throws {
        try await sql.execute(
            """
            UPDATE profile_field_mappings SET field_key = \(mapping.fieldKey),
                display_label = \(mapping.displayLabel), category = \(mapping.category),
                data_type = \(mapping.dataType), profile_path = \(mapping.profilePath),
                default_validation_rules = \(mapping.defaultValidationRules.map(Stored.init)),
                is_active = \(mapping.isActive)
            WHERE id = \(mapping.id)
            """
        )
    }

    func delete(_ id: ProfileFieldMappingID) async throws {
        try await sql.execute("DELETE FROM profile_field_mappings WHERE id = \(id)")
    }
}

extension ProfileFieldMapping: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            fieldKey: try row["field_key"],
            displayLabel: try row["display_label"],
            category: try row["category"],
            dataType: try row["data_type"],
            profilePath: try row["profile_path"],
            defaultValidationRules: (try row["default_validation_rules"] as Stored<ValidationRules>?)?.value,
            isActive: try row["is_active"]
        )
    }
}
