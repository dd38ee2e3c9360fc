import ServiceKit

/// The tables of the service, with how long their rows are kept.
let formsTables = [
    RetainedTable(
        "profile_updates",
        [
            RetentionRule(
                "decided",
                for: .days(180),
                after: "decided_at",
                because: "The time in which people look up what they agreed to; the rows hold profile values."
            ),
            RetentionRule(
                "pending",
                for: .days(365),
                after: "created_at",
                where: "status = 'pending'",
                because: "What nobody has agreed to in a year counts as declined; a person has at most 500 in all."
            ),
        ]
    ),
    RetainedTable(
        "form_submissions",
        [
            RetentionRule(
                "withdrawn",
                for: .days(30),
                after: "withdrawn_at",
                because: "A submission still under way must find the withdrawal; none takes longer than a minute."
            )
        ],
        others: "One row for each response that another service submitted and may withdraw."
    ),
    RetainedTable(
        "form_responses",
        kept: "Answers belong to the form's owner, who deletes them; a form holds at most 256 MiB."
    ),
    RetainedTable("forms", kept: "Owners delete them; authors, societies and universities have limited numbers."),
    RetainedTable(
        "form_versions",
        kept: "At most 200 for each form: the last ten, and those that have responses."
    ),
    RetainedTable("form_intake", kept: "One row for each form."),
    RetainedTable("form_option_counters", kept: "One row for each limited option of a form."),
    RetainedTable(
        "form_option_recounts",
        kept: "One row for each newly limited option; removed when the edit is stored."
    ),
    RetainedTable("form_participants", kept: "Rows of earlier releases; they are hashed with the form's next answer."),
    RetainedTable("form_participant_secrets", kept: "One row for each form that was anonymous."),
    RetainedTable("form_recent_participants", kept: "One row for each form that was anonymous."),
    RetainedTable(
        "form_participant_hashes",
        kept: "They keep people from answering an anonymous form twice; removed with the form."
    ),
    RetainedTable("profile_field_mappings", kept: "Platform administrators write and delete them."),
]
