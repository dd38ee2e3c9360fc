public import Postgres

/// The tables that ServiceKit itself needs in every service's schema.
///
/// Those that came later are numbered from 9001 on, a series beside the service's own: what a release adds to one of them
/// leaves the other as it is, and an older release accepts newer steps at the end of both.
public let serviceKitMigrations = [
    Migration(
        "0000_servicekit",
        up: PackageResources._000_servicekit_up_sql,
        down: PackageResources._000_servicekit_down_sql
    ),
    Migration(
        "9001_park_by_aggregate",
        up: PackageResources._001_park_by_aggregate_up_sql,
        down: PackageResources._001_park_by_aggregate_down_sql
    ),
    Migration(
        "9002_event_version_and_actor",
        up: PackageResources._002_event_version_and_actor_up_sql,
        down: PackageResources._002_event_version_and_actor_down_sql
    ),
    Migration(
        "9003_count_large_replies",
        up: PackageResources._003_count_large_replies_up_sql,
        down: PackageResources._003_count_large_replies_down_sql
    ),
    Migration(
        "9004_hold_up_single_aggregates",
        up: PackageResources._004_hold_up_single_aggregates_up_sql,
        down: PackageResources._004_hold_up_single_aggregates_down_sql
    ),
    Migration(
        "9005_find_heads_of_aggregates",
        up: PackageResources._005_find_heads_of_aggregates_up_sql,
        down: PackageResources._005_find_heads_of_aggregates_down_sql
    ),
    Migration(
        "9006_index_due_events",
        up: PackageResources._006_index_due_events_up_sql,
        down: PackageResources._006_index_due_events_down_sql
    ),
    Migration(
        "9007_carry_notices",
        up: PackageResources._007_carry_notices_up_sql,
        down: PackageResources._007_carry_notices_down_sql
    ),
]
