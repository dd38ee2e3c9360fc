import ServiceKit

/// The tables of the service, with why their rows stay: administrators write and delete them all.
let academicTables = [
    RetainedTable("universities", kept: "Platform administrators create and delete them."),
    RetainedTable("mail_domains", kept: "A few rows for each university."),
    RetainedTable("departments", kept: "A university's administrators create and delete them."),
    RetainedTable("programs", kept: "A university's administrators create and delete them."),
]
