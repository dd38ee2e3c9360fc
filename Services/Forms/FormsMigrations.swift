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
    Migration(
        "0003_bind_registration_forms",
        up: PackageResources._003_bind_registration_forms_up_sql,
        down: PackageResources._003_bind_registration_forms_down_sql
    ),
    Migration(
        "0004_forget_respondents",
        up: PackageResources._004_forget_respondents_up_sql,
        down: PackageResources._004_forget_respondents_down_sql
    ),
    Migration(
        "0005_count_what_is_kept",
        up: PackageResources._005_count_what_is_kept_up_sql,
        down: PackageResources._005_count_what_is_kept_down_sql
    ),
    Migration(
        "0006_weigh_responses",
        up: PackageResources._006_weigh_responses_up_sql,
        down: PackageResources._006_weigh_responses_down_sql
    ),
    Migration(
        "0007_bound_responses",
        up: PackageResources._007_bound_responses_up_sql,
        down: PackageResources._007_bound_responses_down_sql
    ),
    Migration(
        "0008_mark_orphaned_forms",
        up: PackageResources._008_mark_orphaned_forms_up_sql,
        down: PackageResources._008_mark_orphaned_forms_down_sql
    ),
    Migration(
        "0020_close_submissions_with_responses",
        up: PackageResources._020_close_submissions_with_responses_up_sql,
        down: PackageResources._020_close_submissions_with_responses_down_sql
    ),
    Migration(
        "0021_close_earlier_submissions",
        up: PackageResources._021_close_earlier_submissions_up_sql,
        down: PackageResources._021_close_earlier_submissions_down_sql
    ),
    Migration(
        "0022_index_withdrawn_submissions",
        up: PackageResources._022_index_withdrawn_submissions_up_sql,
        down: PackageResources._022_index_withdrawn_submissions_down_sql
    ),
    Migration(
        "0023_index_decided_profile_updates",
        up: PackageResources._023_index_decided_profile_updates_up_sql,
        down: PackageResources._023_index_decided_profile_updates_down_sql
    ),
    Migration(
        "0024_index_pending_profile_updates",
        up: PackageResources._024_index_pending_profile_updates_up_sql,
        down: PackageResources._024_index_pending_profile_updates_down_sql
    ),
]
