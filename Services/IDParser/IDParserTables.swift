import ServiceKit

/// The tables of the service, with why their rows stay.
let idParserTables = [
    RetainedTable(
        "universities",
        kept: "One row for each university, deleted ones included, so that a late write cannot bring one back."
    ),
    RetainedTable("id_patterns", kept: "A university's administrators create and delete them; they go with it."),
    RetainedTable("pattern_catalog", kept: "One row."),
]
