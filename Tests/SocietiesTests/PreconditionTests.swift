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
            let (database, submissions) = (societies.database, societies.submissions)
            func stale(_ user: RequestContext.User) -> RequestContext {
                societies.context(user, precondition: "\"stale\"")
            }
            let (officer, moderator) = (stale(president), stale(societies.moderator()))
            let outcomes: [ErrorCode?] = [
                try await refusal {
                    try await UpdateSocietyHandler(database: database)
                        .handle(UpdateSociety(id: society.id, name: .set(Name(unchecked: "Go"))), context: officer)
                },
                try await refusal {
                    try await ReplaceSocietyHandler(database: database)
                        .handle(ReplaceSociety(id: society.id, name: Name(unchecked: "Go")), context: officer)
                },
                try await refusal {
                    try await SuspendSocietyHandler(database: database)
                        .handle(SuspendSociety(id: society.id), context: moderator)
                },
                try await refusal {
                    try await ArchiveSocietyHandler(database: database)
                        .handle(ArchiveSociety(id: society.id), context: moderator)
                },
                try await refusal {
                    try await TransferPresidencyHandler(database: database)
                        .handle(TransferPresidency(id: society.id, userId: member.id), context: officer)
                },
                try await refusal {
                    try await ChangeMemberRoleHandler(database: database)
                        .handle(ChangeMemberRole(id: society.id, userId: member.id, role: .admin), context: officer)
                },
                try await refusal {
                    try await RemoveMemberHandler(database: database)
                        .handle(RemoveMember(id: society.id, userId: member.id), context: officer)
                },
                try await refusal {
                    try await LeaveSocietyHandler(database: database)
                        .handle(LeaveSociety(id: society.id), context: stale(member))
                },
                try await refusal {
                    try await ConfigureRegistrationHandler(database: database, caller: societies.caller)
                        .handle(ConfigureRegistration(id: society.id, formId: form), context: officer)
                },
                try await refusal {
                    try await ApproveRegistrationHandler(database: database).handle(
                        ApproveRegistration(id: society.id, registrationId: registration.id),
                        context: officer
                    )
                },
                try await refusal {
                    try await RejectRegistrationHandler(database: database, submissions: submissions).handle(
                        RejectRegistration(id: society.id, registrationId: registration.id),
                        context: officer
                    )
                },
                try await refusal {
                    try await WithdrawRegistrationHandler(database: database, submissions: submissions)
                        .handle(WithdrawRegistration(id: society.id), context: stale(applicant))
                },
                try await refusal {
                    try await DeleteSocietyHandler(database: database)
                        .handle(DeleteSociety(id: society.id), context: officer)
                },
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
            let same = try await UpdateSocietyHandler(database: societies.database).handle(
                UpdateSociety(id: society.id, name: .set(society.name)),
                context: societies.context(president, precondition: society.etag)
            )
            #expect(same.etag == society.etag)
            let registration = try await societies.register(society.id, by: applicant)
            let approved = try await ApproveRegistrationHandler(database: societies.database).handle(
                ApproveRegistration(id: society.id, registrationId: registration.id),
                context: societies.context(president, precondition: registration.etag)
            )
            #expect(approved.etag != registration.etag)
            #expect(try await societies.ownRegistration(society.id, by: applicant).etag == approved.etag)
            let present = try await societies.get(society.id, by: president)
            _ = try await DeleteSocietyHandler(database: societies.database).handle(
                DeleteSociety(id: society.id),
                context: societies.context(president, precondition: present.etag)
            )
        }
    }
}
