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
        "0009_recount_options",
        up: PackageResources._009_recount_options_up_sql,
        down: PackageResources._009_recount_options_down_sql
    ),
    Migration(
        "0010_measure_versions",
        up: PackageResources._010_measure_versions_up_sql,
        down: PackageResources._010_measure_versions_down_sql
    ),
    Migration(
        "0011_move_documents",
        up: PackageResources._011_move_documents_up_sql,
        down: PackageResources._011_move_documents_down_sql
    ),
    Migration(
        "0012_search_titles",
        up: PackageResources._012_search_titles_up_sql,
        down: PackageResources._012_search_titles_down_sql
    ),
    Migration(
        "0013_index_titles",
        up: PackageResources._013_index_titles_up_sql,
        down: PackageResources._013_index_titles_down_sql
    ),
    Migration(
        "0014_index_forms_of_all_universities",
        up: PackageResources._014_index_forms_of_all_universities_up_sql,
        down: PackageResources._014_index_forms_of_all_universities_down_sql
    ),
    Migration(
        "0015_index_forms_of_a_university",
        up: PackageResources._015_index_forms_of_a_university_up_sql,
        down: PackageResources._015_index_forms_of_a_university_down_sql
    ),
    Migration(
        "0016_index_public_forms",
        up: PackageResources._016_index_public_forms_up_sql,
        down: PackageResources._016_index_public_forms_down_sql
    ),
    Migration(
        "0017_close_submissions_with_responses",
        up: PackageResources._017_close_submissions_with_responses_up_sql,
        down: PackageResources._017_close_submissions_with_responses_down_sql
    ),
    Migration(
        "0018_close_earlier_submissions",
        up: PackageResources._018_close_earlier_submissions_up_sql,
        down: PackageResources._018_close_earlier_submissions_down_sql
    ),
    Migration(
        "0019_index_withdrawn_submissions",
        up: PackageResources._019_index_withdrawn_submissions_up_sql,
        down: PackageResources._019_index_withdrawn_submissions_down_sql
    ),
    Migration(
        "0020_index_decided_profile_updates",
        up: PackageResources._020_index_decided_profile_updates_up_sql,
        down: PackageResources._020_index_decided_profile_updates_down_sql
    ),
    Migration(
        "0021_index_pending_profile_updates",
        up: PackageResources._021_index_pending_profile_updates_up_sql,
        down: PackageResources._021_index_pending_profile_updates_down_sql
    ),
    Migration(
        "0022_require_first_responses",
        up: PackageResources._022_require_first_responses_up_sql,
        down: PackageResources._022_require_first_responses_down_sql
    ),
]
