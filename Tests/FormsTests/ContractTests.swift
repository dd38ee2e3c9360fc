import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite struct ContractTests {
    @Test("Logic with nested groups reads as it was written, and only there where it is right")
    func logicRoundTrips() throws {
        let id = QuestionID()
        let json: JSONValue = [
            "action": "hide", "match": "any",
            "conditions": [
                ["questionId": .string("\(id)"), "operator": "equals", "value": 0],
                ["match": "all", "conditions": [["questionId": .string("\(id)"), "operator": "is-empty"]]],
            ],
        ]
        let logic = try ConditionalLogic.read(json)
        #expect(logic.conditions.flatMap(\.comparisons).map(\.operator) == [.equals, .isEmpty])
        #expect(try ConditionalLogic(jsonBytes: logic.jsonBytes) == logic)
        func faults(_ json: JSONValue) -> [String] {
            do throws(ValidationError) {
                _ = try ConditionalLogic.read(json)
                return []
            } catch { return error.details.map(\.field) }
        }
        #expect(faults(["action": "show", "conditions": []]) == ["conditions"])
        #expect(
            faults(["action": "skip-to", "conditions": [["questionId": .string("\(id)"), "operator": "is-empty"]]]) == [
                "targetPageId"
            ]
        )
        #expect(
            faults(["action": "show", "conditions": [["questionId": "1", "operator": "is"]]]) == [
                "conditions.0.questionId", "conditions.0.operator",
            ]
        )
    }

    @Test("The service's description reads back whole, with each operation once")
    func descriptionIsWhole() throws {
        let description = ServiceDescription(of: formsAPI, version: "1")
        let read = try ServiceDescription(jsonBytes: description.jsonBytes)
        #expect(read == description)
        #expect(Set(read.operations.map(\.name)).count == formsAPI.operations.count)
        #expect(read.operations.allSatisfy { $0.name.hasPrefix("forms.") })
        let submit = try #require(read.operations.first { $0.name == "forms.responses.create" })
        #expect(submit.paths == ["/api/v1/forms/{id}/responses"])
        #expect(submit.parameters.map(\.name) == ["id"])
        #expect(
            Set(submit.errors.map(\.code)).isSuperset(of: [
                "FORM_FULL", "FORM_CLOSED", "FORM_NOT_OPEN", "ALREADY_RESPONDED",
            ])
        )
    }

    @Test("Rules that are not set are not written, as their schema says")
    func rulesAreSparse() {
        #expect(ValidationRules(min: 1, max: 5).jsonBytes == Array(#"{"min":1,"max":5}"#.utf8))
        var components = SchemaComponents()
        _ = GetForm.describe(&components)
        let (written, read) = (
            components.schemas["Forms.ValidationRules"], components.schemas["Forms.ValidationRules-request"]
        )
        #expect(written?["required"] == nil && written?["properties"]?["min"] == ["type": "number"])
        #expect(read?["properties"]?["min"] == ["type": ["number", "null"]])
        let settings = components.schemas["Forms.FormSettings"]
        #expect(settings?["properties"]?["public"] == ["type": "boolean"])
        #expect(settings?["required"]?.arrayValue?.contains("public") == true)
    }
}
