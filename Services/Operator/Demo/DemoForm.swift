import Contracts

/// The registration form of the demo society: two pages, most of which the profile fills.
enum DemoForm {
    static func definition(for society: String) -> JSONValue {
        [
            "title": "Join the Demo Chess Society", "description": "What your profile knows is filled in already.",
            "entityType": "society", "entityId": .string(society),
            "settings": ["confirmationMessage": "Thank you; the committee looks at it within a week."],
            "pages": [
                ["title": "About you", "questions": aboutYou], ["title": "About chess", "questions": aboutChess],
            ],
        ]
    }

    private static let aboutYou: JSONValue = [
        question("First name", "short-text", required: true, profileField: "firstName", rules: ["maxLength": 100]),
        question("Last name", "short-text", required: true, profileField: "lastName", rules: ["maxLength": 100]),
        question("Student number", "short-text", required: true, profileField: "studentId"),
        question("Year of study", "number", required: true, profileField: "yearOfStudy", rules: ["min": 1, "max": 8]),
        question("Phone", "phone", profileField: "phone"),
        question("Dietary requirements", "short-text", profileField: "dietaryRequirements"),
    ]

    private static let aboutChess: JSONValue = [
        question(
            "How well do you play?",
            "multiple-choice",
            required: true,
            options: ["I know the moves", "I play in a club", "I have a rating"]
        ),
        question("Evenings that suit you", "checkboxes", options: ["Monday", "Thursday"]),
        question("Will you play in the team?", "yes-no", required: true),
        question(
            "Why do you want to join?",
            "long-text",
            required: true,
            rules: ["minLength": 10, "maxLength": 2_000]
        ),
    ]

    /// An answer to a question that the profile did not fill, as a new student might give it.
    static func answer(to question: JSONValue) -> JSONValue? {
        switch question["type"]?.stringValue {
        case "multiple-choice", "dropdown": question["options"]?.arrayValue?.first?["value"]
        case "checkboxes": (question["options"]?.arrayValue?.first?["value"]).map { .array([$0]) }
        case "yes-no": true
        case "long-text": "I learned the moves from my grandmother and would like to play more."
        default: nil
        }
    }

    private static func question(
        _ title: String,
        _ type: String,
        required: Bool = false,
        profileField: String? = nil,
        options: [String] = [],
        rules: JSONValue? = nil
    ) -> JSONValue {
        var question = JSONObject([("type", .string(type)), ("title", .string(title)), ("required", .bool(required))])
        question["profileFieldKey"] = profileField.map { .string($0) }
        if !options.isEmpty {
            question["options"] = .array(options.map { ["value": .string($0), "label": .string($0)] })
        }
        question["validationRules"] = rules
        return .object(question)
    }
}
