import Postgres

/// The service's own tables, in order.
let academicMigrations = [
    Migration(
        "0001_create_universities",
        up: PackageResources._001_create_universities_up_sql,
        down: PackageResources._001_create_universities_down_sql
    )
]
