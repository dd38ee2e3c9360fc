import Postgres

/// The service's own tables, in order.
let academicMigrations = [
    Migration(
        "0001_create_universities",
        up: PackageResources._001_create_universities_up_sql,
        down: PackageResources._001_create_universities_down_sql
    ),
    Migration(
        "0002_fold_names",
        up: PackageResources._002_fold_names_up_sql,
        down: PackageResources._002_fold_names_down_sql
    ),
]
