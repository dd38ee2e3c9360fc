import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Preconditions of societies", .timeLimit(.minutes(10)))
struct PreconditionTests {
    @Test("Every write refuses a stale revision")
    func stale() async throws {
        try await withSocieties { societies in
            let (president, member, applicant) = (societies.student(), societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            let form = try await societies.configure(society.id, by: president).formId
            try await societies.join(society.id, member, president: president)
            let registration = try await societies.register(society.id, by: applicant)
            func refused(_ operation: some ServiceOperation, by user: RequestContext.User) async throws -> ErrorCode? {
                try await refusal { try await societies.call(operation, as: user, ifMatch: "\"stale\"") }
            }
            let moderator = societies.moderator()
            let outcomes: [ErrorCode?] = [
                try await refused(UpdateSociety(id: society.id, name: .set(Name(unchecked: "Go"))), by: president),
                try await refused(ReplaceSociety(id: society.id, name: Name(unchecked: "Go")), by: president),
                try await refused(SuspendSociety(id: society.id), by: moderator),
                try await refused(ArchiveSociety(id: society.id), by: moderator),
                try await refused(TransferPresidency(id: society.id, userId: member.id), by: president),
                try await refused(ChangeMemberRole(id: society.id, userId: member.id, role: .admin), by: president),
                try await refused(RemoveMember(id: society.id, userId: member.id), by: president),
                try await refused(LeaveSociety(id: society.id), by: member),
                try await refused(ConfigureRegistration(id: society.id, formId: form), by: president),
                try await refused(ApproveRegistration(id: society.id, registrationId: registration.id), by: president),
                try await refused(RejectRegistration(id: society.id, registrationId: registration.id), by: president),
                try await refused(WithdrawRegistration(id: society.id), by: applicant),
                try await refused(DeleteSociety(id: society.id), by: president),
            ]
            #expect(outcomes.allSatisfy { $0 == .preconditionFailed }, "\(outcomes.map { $0?.code ?? "done" })")
            #expect(try await societies.get(society.id, by: nil).name == society.name)
        }
    }

    @Test("The present revision passes, and a change that changes nothing keeps it")
    func present() async throws {
        try await withSocieties { societies in
            let (president, applicant) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let resource = GetSociety(id: society.id)
            let tag = try await societies.tag(of: resource, as: president)
            let same = UpdateSociety(id: society.id, name: .set(society.name))
            try await societies.call(same, as: president, ifMatch: tag)
            #expect(try await societies.tag(of: resource, as: president) == tag)
            let registration = try await societies.register(society.id, by: applicant)
            let approved = try await societies.call(
                ApproveRegistration(id: society.id, registrationId: registration.id),
                as: president,
                ifMatch: registration.etag
            )
            #expect(approved.etag != registration.etag)
            #expect(try await societies.ownRegistration(society.id, by: applicant).etag == approved.etag)
            let present = try await societies.tag(of: resource, as: president)
            try await societies.call(DeleteSociety(id: society.id), as: president, ifMatch: present)
        }
    }
}
