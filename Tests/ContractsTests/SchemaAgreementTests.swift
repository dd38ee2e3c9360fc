import AcademicContracts
import AuthContracts
import Contracts
import FormsContracts
import IDParserContracts
import NotifierContracts
import SocietiesContracts
import TestKit
import Testing

@Suite("Schemas of every service's operations and events", .timeLimit(.minutes(10)))
struct SchemaAgreementTests {
    /// A service, and what its schemas leave open.
    struct Subject: Sendable, CustomTestStringConvertible {
        let api: ServiceAPI
        /// Values that it answers or stores, tried beside its operations and events.
        var values: [any ContractObject.Type] = []
        /// Values that it stores and passes on, written in place of `replies`.
        var stored: [any ContractObject.Type] = []
        var replies: [any OperationReply.Type] = []
        /// Names of operations that accept less or more than their schemas in ways that no field name tells.
        var without: Set<String> = []
        /// See `SchemaAgreement`.
        let beyondSchema: Set<String>
        var seeds = 4

        var testDescription: String { api.service }

        var agreement: SchemaAgreement {
            SchemaAgreement(
                of: api,
                and: values,
                storing: stored,
                for: replies,
                without: without,
                beyondSchema: beyondSchema
            )
        }
    }

    // Rules that a schema can't express: a cursor's content, valid dates, and combinations of values.
    private static let subjects = [
        Subject(
            api: academicAPI,
            values: [University.self, UniversityReference.self, Department.self, Program.self],
            // An object without any of several fields names its own rule by the empty path.
            beyondSchema: ["cursor", "createdAt", "updatedAt", ""]
        ),
        Subject(
            api: authAPI,
            // A mailbox and its domain are folded; profiles have fixed fields, whose names are paths.
            beyondSchema: ["cursor", "expiresAt", "dateOfBirth", "email", "phone", "paths.*", "values.*"]
        ),
        Subject(
            api: formsAPI,
            values: [
                FormSettings.self, ConditionalLogic.self, ValidationRules.self, FormResponse.self, ProfileUpdate.self,
            ],
            stored: [Form.self],
            replies: [FormReply.self, Created<FormReply>.self],
            // A patch of the settings is left out: what an object inside of them lacks may stand in the form.
            without: [UpdateForm.contract.name],
            beyondSchema: [
                "cursor", "opensAt", "closesAt", "startedAt", "submittedAt", "createdAt", "decidedAt", "minDate",
                "maxDate", "conditions", "targetPageId", "price", "entityId",
            ],
            seeds: 2
        ),
        Subject(
            api: idParserAPI,
            values: [StudentIDVerification.self, ParsedText.self],
            // Which of two fields is given, and how many characters a modulus needs.
            beyondSchema: ["cursor", "createdAt", "updatedAt", "universityCode", "characters", ""]
        ),
        Subject(
            api: notifierAPI,
            values: [InboxNotification.self, UnreadCount.self, RealtimeToken.self, RealtimeAdmission.self],
            beyondSchema: ["cursor", "createdAt", "readAt", "expiresAt"]
        ),
        Subject(
            api: societiesAPI,
            values: [Society.self, Member.self, EntityStanding.self, RegistrationSettings.self, Registration.self],
            beyondSchema: ["cursor", "createdAt", "updatedAt", "joinedAt", "decidedAt", "opensAt", "closesAt"]
        ),
    ]

    // **Feature: rovierr-platform-foundation, Property 2: Database to API Schema Consistency**
    @Test(
        "Property 2: what a published schema accepts, decoding accepts, and what it refuses, decoding refuses",
        arguments: subjects
    )
    func agreement(_ subject: Subject) throws {
        let agreement = subject.agreement
        let outcomes = try Seed.batch(subject.seeds).map { try agreement.disagreements(100, seed: $0) }
        for disagreement in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(disagreement)") }
        // Neither verdict comes for free.
        let accepted = outcomes.map(\.accepted).reduce(0, +)
        let refused = outcomes.map(\.refused).reduce(0, +)
        #expect(min(accepted, refused) > (accepted + refused) / 10)
    }

    @Test("What replies and events are written as, their published schemas accept", arguments: subjects)
    func writing(_ subject: Subject) throws {
        let agreement = subject.agreement
        let outcomes = try Seed.batch(subject.seeds).map { try agreement.miswritten(50, seed: $0) }
        for document in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(document)") }
        let untried = outcomes.reduce(into: outcomes.first?.untried ?? []) { $0.formIntersection($1.untried) }
        #expect(untried.isEmpty)
    }
}
