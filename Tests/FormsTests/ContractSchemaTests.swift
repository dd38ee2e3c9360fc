import Contracts
import FormsContracts
import TestKit
import Testing

@Suite struct ContractSchemaTests {
    // A patch of the settings is left out: what an object inside of them lacks may stand in the form.
    private static let types: [any ContractObject.Type] = [
        ListForms.self, CreateForm.self, ReplaceForm.self, DuplicateForm.self, AddPage.self, UpdatePage.self,
        AddQuestion.self, UpdateQuestion.self, ReorderForm.self, SubmitResponse.self, SubmitForEntity.self,
        ListResponses.self, GetResponse.self, ListProfileUpdates.self, CreateProfileFieldMapping.self,
        ReplaceProfileFieldMapping.self, FormSettings.self, ConditionalLogic.self, ValidationRules.self,
        FormResponse.self, ProfileUpdate.self, FormPublished.self, FormResponseSubmitted.self,
    ]

    // **Feature: rovierr-platform-foundation, Property 2: Database to API Schema Consistency**
    @Test("Property 2: what a published schema accepts, decoding accepts, and what it refuses, decoding refuses")
    func agreement() throws {
        // What no schema tells: a cursor's inside, whether there is a day, which fields go together, and how many
        // conditions there are.
        let agreement = SchemaAgreement(
            Self.types,
            beyondSchema: [
                "cursor", "opensAt", "closesAt", "startedAt", "submittedAt", "createdAt", "decidedAt", "minDate",
                "maxDate", "conditions", "targetPageId", "price", "entityId",
            ]
        )
        let outcomes = try Seed.batch(2).map { try agreement.disagreements(100, seed: $0) }
        for disagreement in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(disagreement)") }
        // Neither verdict comes for free.
        #expect(outcomes.map(\.accepted).reduce(0, +) > 1_000)
        #expect(outcomes.map(\.refused).reduce(0, +) > 1_000)
    }
}
