import ServiceKit

/// The tables of the service, with how long their rows are kept.
let notifierTables = [
    RetainedTable(
        "publications",
        [
            RetentionRule(
                "all",
                for: ChannelStream.retention,
                after: "created_at",
                because: "The time for which a live client can catch up; what it missed is in the inbox as well."
            )
        ]
    ),
    RetainedTable(
        "notifications",
        [
            RetentionRule(
                "read",
                for: .days(90),
                after: "read_at",
                because: "A term, during which people may look for one again."
            ),
            RetentionRule(
                "unread",
                for: .days(365),
                after: "created_at",
                where: "read_at IS NULL",
                because: "Nobody acts on older ones; a person has at most 1,000 notifications."
            ),
        ]
    ),
    RetainedTable(
        "channels",
        [
            RetentionRule(
                "unused",
                // Longer than any notification, read on its last day or not: their positions are the stream's, and
                // those of a new stream begin at 1 again.
                for: .days(730),
                after: "used_at",
                where: "NOT EXISTS (SELECT FROM publications WHERE channel = channels.name)",
                because: "Longer than any notification is kept; a client that returns later gets a new stream."
            )
        ]
    ),
]
