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
        "0003_mark_use_of_channels",
        up: PackageResources._003_mark_use_of_channels_up_sql,
        down: PackageResources._003_mark_use_of_channels_down_sql
    ),
    Migration(
        "0004_index_channels_by_use",
        up: PackageResources._004_index_channels_by_use_up_sql,
        down: PackageResources._004_index_channels_by_use_down_sql
    ),
    Migration(
        "0005_index_read_notifications",
        up: PackageResources._005_index_read_notifications_up_sql,
        down: PackageResources._005_index_read_notifications_down_sql
    ),
    Migration(
        "0006_index_unread_notifications",
        up: PackageResources._006_index_unread_notifications_up_sql,
        down: PackageResources._006_index_unread_notifications_down_sql
    ),
    Migration(
        "0007_estimate_tenants",
        up: PackageResources._007_estimate_tenants_up_sql,
        down: PackageResources._007_estimate_tenants_down_sql
    ),
    Migration(
        "0008_mark_erased_channels",
        up: PackageResources._008_mark_erased_channels_up_sql,
        down: PackageResources._008_mark_erased_channels_down_sql
    ),
]
