import ServiceKit

/// The tables of the service, with how long their rows are kept; those that refer to others come first.
let societiesTables = [
    RetainedTable(
        "members",
        [
            RetentionRule(
                "former",
                for: .days(365),
                after: "left_at",
                // Forms takes back the answers that the person registered with; then the registration goes as well.
                then: """
                    UPDATE registrations SET state = 'abandoned', response_must_go = true FROM gone
                    WHERE registrations.id = gone.registration_id AND registrations.state = 'approved'
                    """,
                because: "A year of office and its audit; then the registration and its answers are removed too."
            ),
            RetentionRule(
                "of deleted societies",
                for: .days(30),
                after: "societies.deleted_at",
                joining: "JOIN societies ON societies.id = members.society_id",
                where: "members.left_at IS NULL",
                because: "The time to undo a mistake."
            ),
        ],
        others: "Memberships last until people leave."
    ),
    RetainedTable(
        "registrations",
        [
            RetentionRule(
                "rejected, withdrawn",
                for: .days(180),
                after: "coalesce(decided_at, created_at)",
                where: "state IN ('rejected', 'withdrawn') AND NOT response_must_go",
                because: "The time for a complaint; the answers were removed at once."
            ),
            RetentionRule(
                "of deleted societies",
                for: .days(30),
                after: "societies.deleted_at",
                joining: "JOIN societies ON societies.id = registrations.society_id",
                where: """
                    registrations.state NOT IN ('submitting', 'abandoned') AND NOT registrations.response_must_go
                    """,
                because: "The time to undo a mistake; the university's administrators delete the answers."
            ),
        ],
        others: "Approved ones are removed with the former member; a person has a limited number of undecided ones."
    ),
    RetainedTable(
        "registration_settings",
        [
            RetentionRule(
                "of deleted societies",
                for: .days(30),
                after: "societies.deleted_at",
                joining: "JOIN societies ON societies.id = registration_settings.society_id",
                because: "As for the registrations."
            )
        ],
        others: "One row for each society."
    ),
    RetainedTable(
        "moderations",
        [
            RetentionRule(
                "all",
                for: .days(1_095),
                after: "happened_at",
                because: "The record of what moderators did: three years, a usual limitation period for claims."
            )
        ]
    ),
    RetainedTable(
        "societies",
        [
            RetentionRule(
                "deleted",
                for: .days(400),
                after: "deleted_at",
                // One that is still referred to would stop the removal of all others.
                where: """
                    NOT EXISTS (SELECT FROM moderations WHERE society_id = societies.id)
                        AND NOT EXISTS (SELECT FROM registrations WHERE society_id = societies.id)
                        AND NOT EXISTS (SELECT FROM registration_settings WHERE society_id = societies.id)
                        AND NOT EXISTS (SELECT FROM members WHERE society_id = societies.id)
                    """,
                batch: 10,  // each is checked for members, settings, registrations and moderations
                because: "Nobody else gets its address for a year; rows that still refer to it keep it longer."
            )
        ],
        others: "A university has a limited number."
    ),
]
