import ServiceKit

/// The tables of the service, with why their rows stay.
let idParserTables = [
    RetainedTable(
        "universities",
        kept: "One row for each university, deleted ones included, so that a late write cannot bring one back."
    ),
    RetainedTable("id_patterns", kept: "Deleted by a university's administrators, or together with the university."),
    RetainedTable("pattern_catalog", kept: "One row."),
]
