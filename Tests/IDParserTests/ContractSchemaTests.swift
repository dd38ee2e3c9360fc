import AcademicContracts
import Contracts
import IDParserContracts
import TestKit
import Testing

@Suite("Schemas of academic and id-parser")
struct ContractSchemaTests {
    private static let types: [any ContractObject.Type] = [
        ListUniversities.self, GetUniversity.self, CreateUniversity.self, ReplaceUniversity.self,
        UpdateUniversity.self, DeleteUniversity.self, ResolveUniversity.self, CheckAffiliations.self, University.self,
        UniversityReference.self, ListDepartments.self, CreateDepartment.self, ReplaceDepartment.self,
        UpdateDepartment.self, Department.self, ListPrograms.self, CreateProgram.self, ReplaceProgram.self,
        UpdateProgram.self, Program.self, ListIDPatterns.self, GetIDPattern.self, CreateIDPattern.self,
        ReplaceIDPattern.self, UpdateIDPattern.self, DeleteIDPattern.self, ParseStudentIDs.self,
        ParseStudentIDBatch.self, VerifyStudentID.self, StudentIDVerification.self, ParsedText.self,
    ]

    // **Feature: rovierr-platform-foundation, Property 2: Database to API Schema Consistency**
    @Test("What a published schema accepts, decoding accepts, and what it refuses, decoding refuses")
    func agreement() throws {
        // What no schema tells: a cursor's inside, whether there is a day, which of two fields is given, how many
        // characters a modulus needs. An object without any of these names its own rule by the empty path.
        let agreement = SchemaAgreement(
            Self.types,
            beyondSchema: ["cursor", "createdAt", "updatedAt", "universityCode", "characters", ""]
        )
        let outcomes = try Seed.batch(4).map { try agreement.disagreements(100, seed: $0) }
        for disagreement in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(disagreement)") }
        // Neither verdict comes for free.
        #expect(outcomes.map(\.accepted).reduce(0, +) > 2_000)
        #expect(outcomes.map(\.refused).reduce(0, +) > 2_000)
    }
}
