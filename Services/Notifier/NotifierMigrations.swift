import Postgres

/// The tables of the service, in the order in which they came.
let notifierMigrations = [
    Migration(
        "0001_create_channels",
        up: PackageResources._001_create_channels_up_sql,
        down: PackageResources._001_create_channels_down_sql
    ),
    Migration(
        "0002_create_notifications",
        up: PackageResources._002_create_notifications_up_sql,
        down: PackageResources._002_create_notifications_down_sql
    ),
]
