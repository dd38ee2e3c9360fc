import Postgres

/// The service's own tables, in order.
let idParserMigrations = [
    Migration(
        "0001_create_id_patterns",
        up: PackageResources._001_create_id_patterns_up_sql,
        down: PackageResources._001_create_id_patterns_down_sql
    )
]
