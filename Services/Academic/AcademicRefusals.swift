import AcademicContracts
import Contracts
import ServiceKit

/// Errors for violated constraints of the service's tables.
let academicRefusals: Refusals = [
    "universities_code_is_unique": ServiceError(.universityCodeTaken),
    "mail_domains_domain_is_unique": ServiceError(.mailDomainTaken),
    "departments_code_is_unique": ServiceError(.departmentCodeTaken),
    "departments_belong_to_a_university": ServiceError(.universityInUse),
    "programs_name_is_unique": ServiceError(.programNameTaken),
    "programs_name_key_is_short": .longNameKey,
    "programs_belong_to_a_department": ServiceError(.departmentInUse),
]
