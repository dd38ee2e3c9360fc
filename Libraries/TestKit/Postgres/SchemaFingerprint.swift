import Logging
public import Postgres

/// Everything that makes a schema what it is, a sorted line for each fact: tables, columns, constraints, indexes, policies,
/// functions, triggers, types, views, sequences and grants.
///
/// Two schemas are equal when their lines are, and what tells them apart shows in the lines. What PostgreSQL numbers as it
/// goes (object identifiers, places of dropped columns) does not appear, so that down and up again gives the same.
public func schemaFingerprint(of schema: String, in configuration: PostgresConfiguration) async throws -> [String] {
    let database = Database(configuration: configuration, logger: Logger(label: "schema-fingerprint"))
    do {
        let lines: [String] = try await database.query(catalogs(of: schema), scope: .none).map { try $0[0] }
        await database.close()
        return lines
    } catch {
        await database.close()
        throw error
    }
}

private func catalogs(of schema: String) -> SQL {
    """
    WITH schema AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = \(schema)),
    relation AS (
        SELECT c.*, format('%s %I', c.relkind, c.relname) AS label FROM pg_class c JOIN schema ON c.relnamespace = schema.oid
    ),
    fact AS (
        SELECT format('schema owner %s grants %s', nspowner::regrole, nspacl) AS line FROM schema
        UNION ALL
        SELECT format('%s owner %s grants %s security %s %s options %s',
            label, relowner::regrole, relacl, relrowsecurity, relforcerowsecurity, reloptions)
        FROM relation WHERE relkind <> 'i' AND relkind <> 't'
        UNION ALL
        SELECT format('%s column %s %I %s null %s default %s identity %s generated %s collation %s grants %s',
            label, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname, format_type(atttypid, atttypmod),
            NOT attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated, attcollation::regcollation, attacl)
        FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE relkind <> 'i' AND relkind <> 't'
        UNION ALL
        SELECT format('%s constraint %I %s', label, conname, pg_get_constraintdef(pg_constraint.oid))
        FROM relation JOIN pg_constraint ON conrelid = relation.oid
        UNION ALL
        SELECT format('%s definition %s', label, pg_get_indexdef(indexrelid))
        FROM relation JOIN pg_index ON indexrelid = relation.oid
        UNION ALL
        SELECT format('%s policy %I %s %s to %s using %s check %s', label, polname, polcmd, polpermissive,
            ARRAY(SELECT role::regrole::text FROM unnest(polroles) AS role ORDER BY 1),
            pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM relation JOIN pg_policy ON polrelid = relation.oid
        UNION ALL
        SELECT format('%s trigger %s', label, pg_get_triggerdef(pg_trigger.oid))
        FROM relation JOIN pg_trigger ON tgrelid = relation.oid AND NOT tgisinternal
        UNION ALL
        SELECT format('%s view %s', label, pg_get_viewdef(oid)) FROM relation WHERE relkind IN ('v', 'm')
        UNION ALL
        SELECT format('%s sequence %s %s %s %s %s', label, seqtypid::regtype, seqstart, seqincrement, seqmax, seqcycle)
        FROM relation JOIN pg_sequence ON seqrelid = relation.oid
        UNION ALL
        SELECT format('function %s grants %s %s', pg_proc.oid::regprocedure, proacl,
            CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(pg_proc.oid) END)
        FROM pg_proc JOIN schema ON pronamespace = schema.oid
        UNION ALL
        SELECT format('type %I %s base %s null %s labels %s', typname, typtype, format_type(typbasetype, typtypmod),
            NOT typnotnull, ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = pg_type.oid ORDER BY enumsortorder))
        FROM pg_type JOIN schema ON typnamespace = schema.oid WHERE typtype IN ('d', 'e', 'r')
        UNION ALL
        SELECT format('domain %I constraint %s', typname, pg_get_constraintdef(pg_constraint.oid))
        FROM pg_type JOIN schema ON typnamespace = schema.oid JOIN pg_constraint ON contypid = pg_type.oid
        UNION ALL
        SELECT format('default privileges of %s on %s %s', defaclrole::regrole, defaclobjtype, defaclacl)
        FROM pg_default_acl JOIN schema ON defaclnamespace = schema.oid
    )
    SELECT line FROM fact ORDER BY line COLLATE "C"
    """
}
