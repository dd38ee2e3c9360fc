import Postgres

/// The service's own tables, in order.
let idParserMigrations = [
    Migration(
        "0001_create_id_patterns",
        up: PackageResources._001_create_id_patterns_up_sql,
        down: PackageResources._001_create_id_patterns_down_sql
    ),
    Migration(
        "0002_fold_names",
        up: PackageResources._002_fold_names_up_sql,
        down: PackageResources._002_fold_names_down_sql
    ),
    Migration(
        "0003_index_patterns_by_university",
        up: PackageResources._003_index_patterns_by_university_up_sql,
        down: PackageResources._003_index_patterns_by_university_down_sql
    ),
]
