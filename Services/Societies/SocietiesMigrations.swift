import Postgres

/// The tables of the service, in the order in which they came.
let societiesMigrations = [
    Migration(
        "0001_create_societies",
        up: PackageResources._001_create_societies_up_sql,
        down: PackageResources._001_create_societies_down_sql
    ),
    Migration(
        "0002_create_registrations",
        up: PackageResources._002_create_registrations_up_sql,
        down: PackageResources._002_create_registrations_down_sql
    ),
    Migration(
        "0003_fold_names",
        up: PackageResources._003_fold_names_up_sql,
        down: PackageResources._003_fold_names_down_sql
    ),
    Migration(
        "0004_announce_registration_forms",
        up: PackageResources._004_announce_registration_forms_up_sql,
        down: PackageResources._004_announce_registration_forms_down_sql
    ),
    Migration(
        "0005_count_foundings",
        up: PackageResources._005_count_foundings_up_sql,
        down: PackageResources._005_count_foundings_down_sql
    ),
    Migration(
        "0006_share_foundings",
        up: PackageResources._006_share_foundings_up_sql,
        down: PackageResources._006_share_foundings_down_sql
    ),
    Migration(
        "0007_postpone_recoveries",
        up: PackageResources._007_postpone_recoveries_up_sql,
        down: PackageResources._007_postpone_recoveries_down_sql
    ),
    Migration(
        "0008_index_recoveries",
        up: PackageResources._008_index_recoveries_up_sql,
        down: PackageResources._008_index_recoveries_down_sql
    ),
    Migration(
        "0009_index_lists_of_societies",
        up: PackageResources._009_index_lists_of_societies_up_sql,
        down: PackageResources._009_index_lists_of_societies_down_sql
    ),
    Migration(
        "0010_index_few_members",
        up: PackageResources._010_index_few_members_up_sql,
        down: PackageResources._010_index_few_members_down_sql
    ),
    Migration(
        "0011_index_members_by_society",
        up: PackageResources._011_index_members_by_society_up_sql,
        down: PackageResources._011_index_members_by_society_down_sql
    ),
    Migration(
        "0012_index_registrations_by_state",
        up: PackageResources._012_index_registrations_by_state_up_sql,
        down: PackageResources._012_index_registrations_by_state_down_sql
    ),
    Migration(
        "0013_index_former_members",
        up: PackageResources._013_index_former_members_up_sql,
        down: PackageResources._013_index_former_members_down_sql
    ),
    Migration(
        "0014_index_ended_registrations",
        up: PackageResources._014_index_ended_registrations_up_sql,
        down: PackageResources._014_index_ended_registrations_down_sql
    ),
    Migration(
        "0015_index_moderations_by_age",
        up: PackageResources._015_index_moderations_by_age_up_sql,
        down: PackageResources._015_index_moderations_by_age_down_sql
    ),
    Migration(
        "0016_index_deleted_societies",
        up: PackageResources._016_index_deleted_societies_up_sql,
        down: PackageResources._016_index_deleted_societies_down_sql
    ),
    Migration(
        "0017_estimate_tenants",
        up: PackageResources._017_estimate_tenants_up_sql,
        down: PackageResources._017_estimate_tenants_down_sql
    ),
    Migration(
        "0018_date_withdrawals",
        up: PackageResources._018_date_withdrawals_up_sql,
        down: PackageResources._018_date_withdrawals_down_sql
    ),
    Migration(
        "0019_index_members_of_user",
        up: PackageResources._019_index_members_of_user_up_sql,
        down: PackageResources._019_index_members_of_user_down_sql
    ),
]
