/// The tables that ServiceKit has in every service's schema, with the record of migrations.
public let serviceKitTables = [
    RetainedTable(
        "idempotency_records",
        [
            RetentionRule(
                "all",
                for: .days(1),
                after: "created_at",
                because: "The period that clients are promised for retries with the same key."
            )
        ]
    ),
    RetainedTable(
        "outbox",
        [
            RetentionRule(
                "sent",
                for: .days(7),
                after: "created_at",
                where: "position IS NOT NULL",
                because: "The time that a consumer has to come back and read them."
            )
        ],
        others: "Events that were not sent yet wait for the relay."
    ),
    RetainedTable("outbox_state", kept: "One row."),
    RetainedTable("consumer_cursors", kept: "One row for each producer."),
    RetainedTable("consumer_subscriptions", kept: "One row for each type of event that some release takes in."),
    RetainedTable(
        "parked_events",
        kept: "Each waits until it is taken in or discarded by an operator: [events that failed](#events-that-failed)."
    ),
    RetainedTable("schema_migrations", kept: "One row for each migration."),
]
