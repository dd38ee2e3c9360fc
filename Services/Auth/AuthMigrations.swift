import Postgres

/// The tables of the service, in the order in which they came.
let authMigrations = [
    Migration(
        "0001_create_users",
        up: PackageResources._001_create_users_up_sql,
        down: PackageResources._001_create_users_down_sql
    ),
    Migration(
        "0002_create_sessions",
        up: PackageResources._002_create_sessions_up_sql,
        down: PackageResources._002_create_sessions_down_sql
    ),
    Migration(
        "0003_create_signing_keys",
        up: PackageResources._003_create_signing_keys_up_sql,
        down: PackageResources._003_create_signing_keys_down_sql
    ),
    Migration(
        "0004_create_profiles",
        up: PackageResources._004_create_profiles_up_sql,
        down: PackageResources._004_create_profiles_down_sql
    ),
    Migration(
        "0005_index_spent_refresh_tokens",
        up: PackageResources._005_index_spent_refresh_tokens_up_sql,
        down: PackageResources._005_index_spent_refresh_tokens_down_sql
    ),
    Migration(
        "0006_create_api_keys",
        up: PackageResources._006_create_api_keys_up_sql,
        down: PackageResources._006_create_api_keys_down_sql
    ),
    Migration(
        "0007_bound_credentials",
        up: PackageResources._007_bound_credentials_up_sql,
        down: PackageResources._007_bound_credentials_down_sql
    ),
    Migration(
        "0008_announce_expired_keys",
        up: PackageResources._008_announce_expired_keys_up_sql,
        down: PackageResources._008_announce_expired_keys_down_sql
    ),
    Migration(
        "0009_count_made_keys",
        up: PackageResources._009_count_made_keys_up_sql,
        down: PackageResources._009_count_made_keys_down_sql
    ),
    Migration(
        "0010_key_user_searches",
        up: PackageResources._010_key_user_searches_up_sql,
        down: PackageResources._010_key_user_searches_down_sql
    ),
    Migration(
        "0011_fill_user_search_keys",
        up: PackageResources._011_fill_user_search_keys_up_sql,
        down: PackageResources._011_fill_user_search_keys_down_sql
    ),
    Migration(
        "0012_index_user_searches",
        up: PackageResources._012_index_user_searches_up_sql,
        down: PackageResources._012_index_user_searches_down_sql
    ),
    Migration(
        "0013_order_all_users_by_creation",
        up: PackageResources._013_order_all_users_by_creation_up_sql,
        down: PackageResources._013_order_all_users_by_creation_down_sql
    ),
    Migration(
        "0014_order_all_users_by_name",
        up: PackageResources._014_order_all_users_by_name_up_sql,
        down: PackageResources._014_order_all_users_by_name_down_sql
    ),
    Migration(
        "0015_order_all_users_by_email",
        up: PackageResources._015_order_all_users_by_email_up_sql,
        down: PackageResources._015_order_all_users_by_email_down_sql
    ),
    Migration(
        "0016_index_platform_admins",
        up: PackageResources._016_index_platform_admins_up_sql,
        down: PackageResources._016_index_platform_admins_down_sql
    ),
    Migration(
        "0017_index_sessions_by_user",
        up: PackageResources._017_index_sessions_by_user_up_sql,
        down: PackageResources._017_index_sessions_by_user_down_sql
    ),
    Migration(
        "0018_drop_index_of_live_sessions",
        up: PackageResources._018_drop_index_of_live_sessions_up_sql,
        down: PackageResources._018_drop_index_of_live_sessions_down_sql
    ),
    Migration(
        "0019_index_present_users",
        up: PackageResources._019_index_present_users_up_sql,
        down: PackageResources._019_index_present_users_down_sql
    ),
    Migration(
        "0020_index_profile_changes_by_age",
        up: PackageResources._020_index_profile_changes_by_age_up_sql,
        down: PackageResources._020_index_profile_changes_by_age_down_sql
    ),
    Migration(
        "0021_index_deleted_users",
        up: PackageResources._021_index_deleted_users_up_sql,
        down: PackageResources._021_index_deleted_users_down_sql
    ),
    Migration(
        "0022_estimate_tenants",
        up: PackageResources._022_estimate_tenants_up_sql,
        down: PackageResources._022_estimate_tenants_down_sql
    ),
]
