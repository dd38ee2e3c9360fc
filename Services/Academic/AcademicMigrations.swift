import Postgres

/// The service's own tables, in order.
let academicMigrations = [
    Migration(
        "0001_create_universities",
        up: PackageResources._001_create_universities_up_sql,
        down: PackageResources._001_create_universities_down_sql
    ),
    Migration(
        "0002_fold_names",
        up: PackageResources._002_fold_names_up_sql,
        down: PackageResources._002_fold_names_down_sql
    ),
    Migration(
        "0003_index_programs_of_departments",
        up: PackageResources._003_index_programs_of_departments_up_sql,
        down: PackageResources._003_index_programs_of_departments_down_sql
    ),
    Migration(
        "0004_order_programs_by_name",
        up: PackageResources._004_order_programs_by_name_up_sql,
        down: PackageResources._004_order_programs_by_name_down_sql
    ),
    Migration(
        "0005_order_programs_by_duration",
        up: PackageResources._005_order_programs_by_duration_up_sql,
        down: PackageResources._005_order_programs_by_duration_down_sql
    ),
    Migration(
        "0006_order_programs_by_creation",
        up: PackageResources._006_order_programs_by_creation_up_sql,
        down: PackageResources._006_order_programs_by_creation_down_sql
    ),
    Migration(
        "0007_drop_index_of_programs_by_tenant",
        up: PackageResources._007_drop_index_of_programs_by_tenant_up_sql,
        down: PackageResources._007_drop_index_of_programs_by_tenant_down_sql
    ),
]
