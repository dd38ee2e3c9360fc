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
    Migration(
        "0020_mark_use_of_channels",
        up: PackageResources._020_mark_use_of_channels_up_sql,
        down: PackageResources._020_mark_use_of_channels_down_sql
    ),
    Migration(
        "0021_index_channels_by_use",
        up: PackageResources._021_index_channels_by_use_up_sql,
        down: PackageResources._021_index_channels_by_use_down_sql
    ),
    Migration(
        "0022_index_read_notifications",
        up: PackageResources._022_index_read_notifications_up_sql,
        down: PackageResources._022_index_read_notifications_down_sql
    ),
    Migration(
        "0023_index_unread_notifications",
        up: PackageResources._023_index_unread_notifications_up_sql,
        down: PackageResources._023_index_unread_notifications_down_sql
    ),
]
