public import Contracts
import HTTPTypes

extension ErrorCode {
    public static let universityCodeTaken = ErrorCode(
        "UNIVERSITY_CODE_TAKEN",
        .conflict,
        "Another university has this code."
    )
    public static let mailDomainTaken = ErrorCode(
        "MAIL_DOMAIN_TAKEN",
        .conflict,
        "Another university has this mail domain."
    )
    public static let departmentCodeTaken = ErrorCode(
        "DEPARTMENT_CODE_TAKEN",
        .conflict,
        "Another department of this university has this code."
    )
    public static let programNameTaken = ErrorCode(
        "PROGRAM_NAME_TAKEN",
        .conflict,
        "The department has a program of this name and degree already."
    )
    public static let universityInUse = ErrorCode(
        "UNIVERSITY_IN_USE",
        .conflict,
        "The university still has departments, accounts, societies, forms or patterns; delete these first."
    )
    public static let departmentInUse = ErrorCode(
        "DEPARTMENT_IN_USE",
        .conflict,
        "The department still has programs; delete these first."
    )
}
