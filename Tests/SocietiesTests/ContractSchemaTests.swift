import Contracts
import SocietiesContracts
import TestKit
import Testing

@Suite("Schemas of societies")
struct ContractSchemaTests {
    private static let types: [any ContractObject.Type] = [
        CreateSociety.self, ListSocieties.self, GetSociety.self, ReplaceSociety.self, UpdateSociety.self,
        DeleteSociety.self, ApproveSociety.self, Society.self, ListMembers.self, ChangeMemberRole.self,
        RemoveMember.self, LeaveSociety.self, TransferPresidency.self, Member.self, CheckOfficer.self,
        OfficerCheck.self, ConfigureRegistration.self, GetRegistrationSettings.self, RegistrationSettings.self,
        RegisterForSociety.self, ListRegistrations.self, ApproveRegistration.self, RejectRegistration.self,
        GetOwnRegistration.self, WithdrawRegistration.self, Registration.self, RegistrationSubmitted.self,
        RegistrationApproved.self, RegistrationRejected.self, MemberJoined.self, MemberLeft.self,
    ]

    // **Feature: rovierr-platform-foundation, Property 2: Database to API Schema Consistency**
    @Test("What a published schema accepts, decoding accepts, and what it refuses, decoding refuses")
    func agreement() throws {
        // What no schema tells: a cursor's inside, whether there is such a day, and that closing comes after opening.
        let agreement = SchemaAgreement(
            Self.types,
            beyondSchema: ["cursor", "createdAt", "updatedAt", "joinedAt", "decidedAt", "opensAt", "closesAt"]
        )
        let outcomes = try Seed.batch(4).map { try agreement.disagreements(100, seed: $0) }
        for disagreement in outcomes.flatMap(\.found).prefix(20) { Issue.record("\(disagreement)") }
        // Neither verdict comes for free.
        #expect(outcomes.map(\.accepted).reduce(0, +) > 2_000)
        #expect(outcomes.map(\.refused).reduce(0, +) > 2_000)
    }
}
