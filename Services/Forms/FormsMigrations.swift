import Postgres

/// The service's own tables, oldest first.
let formsMigrations = [
    Migration(
        "0001_create_forms",
        up: PackageResources._001_create_forms_up_sql,
        down: PackageResources._001_create_forms_down_sql
    ),
    Migration(
        "0002_create_profile_updates",
        up: PackageResources._002_create_profile_updates_up_sql,
        down: PackageResources._002_create_profile_updates_down_sql
    ),
]
