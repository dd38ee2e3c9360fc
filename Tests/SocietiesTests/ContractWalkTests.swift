import Contracts
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of societies promise", .timeLimit(.minutes(10)))
struct ContractWalkTests {
    @Test("Every POST handles an Idempotency-Key as its contract says")
    func idempotency() async throws {
        try await withSocieties { societies in
            let walk = RepeatedRequests(of: societies.walked, calls: societies.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withSocieties { societies in
            let walk = ConditionalRequests(of: societies.walked, calls: societies.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 15: What societies accepts reads back**
    //
    // A request in which some members take extreme values of their types is rejected at its fields, or its result
    // is readable by every GET, list, export and event.
    @Test("Property 15: what is accepted at the edges of its types reads back everywhere")
    func extremes() async throws {
        try await withSocieties { societies in
            let walk = ExtremeRequests(of: societies.walked, calls: societies.calls)
            let faults = try await walk.faults(Seed.batch(100))
            #expect(faults == [])
        }
    }
}

extension ServiceLab {
    fileprivate var calls: [SampleCall] { societyCalls + memberCalls + registrationCalls }

    /// A separate society for each request, with an officer beside its president.
    private struct Scene {
        let president: RequestContext.User
        let officer: RequestContext.User
        let society: Society
    }

    private func scene() async throws -> Scene {
        let (president, officer) = (student(), student())
        let society = try await activeSociety("Society \(UserID())", by: president)
        try await configure(society.id, by: president)
        try await join(society.id, officer, president: president)
        _ = try await call(ChangeMemberRole(id: society.id, userId: officer.id, role: .admin), as: president)
        return Scene(president: president, officer: officer, society: society)
    }

    private var societyCalls: [SampleCall] {
        [
            SampleCall(CreateSociety.self) {
                let name = Name(unchecked: "Society \(UserID())")
                let slug = Slug(unchecked: "society-\(UserID())")
                return Sample(CreateSociety(name: name, slug: slug), by: student())
            },
            SampleCall(ReplaceSociety.self) {
                let scene = try await scene()
                let request = ReplaceSociety(id: scene.society.id, name: Name(unchecked: "Society \(UserID())"))
                return Sample(request, by: scene.officer, of: GetSociety(id: scene.society.id))
            },
            SampleCall(UpdateSociety.self) {
                let scene = try await scene()
                let request = UpdateSociety(id: scene.society.id, description: .set(Description(unchecked: "Chess")))
                return Sample(request, by: scene.officer, of: GetSociety(id: scene.society.id))
            },
            SampleCall(DeleteSociety.self) {
                let scene = try await scene()
                let request = DeleteSociety(id: scene.society.id)
                return Sample(request, by: scene.president, of: GetSociety(id: scene.society.id))
            },
            SampleCall(ApproveSociety.self) {
                let society = try await found("Society \(UserID())", by: student())
                return Sample(ApproveSociety(id: society.id), by: moderator(), of: GetSociety(id: society.id))
            },
            SampleCall(SuspendSociety.self) {
                let society = try await scene().society
                return Sample(SuspendSociety(id: society.id), by: moderator(), of: GetSociety(id: society.id))
            },
            SampleCall(ArchiveSociety.self) {
                let society = try await scene().society
                return Sample(ArchiveSociety(id: society.id), by: moderator(), of: GetSociety(id: society.id))
            },
        ]
    }

    private var memberCalls: [SampleCall] {
        [
            SampleCall(ChangeMemberRole.self) {
                let scene = try await scene()
                let member = try await member(scene.officer, of: scene)
                let request = ChangeMemberRole(id: scene.society.id, userId: member.userId, role: .member)
                return Sample(request, by: scene.president, tag: member.etag)
            },
            SampleCall(RemoveMember.self) {
                let scene = try await scene()
                let member = try await member(scene.officer, of: scene)
                let request = RemoveMember(id: scene.society.id, userId: member.userId)
                return Sample(request, by: scene.president, tag: member.etag)
            },
            SampleCall(LeaveSociety.self) {
                let scene = try await scene()
                let request = LeaveSociety(id: scene.society.id)
                return Sample(request, by: scene.officer, of: GetSociety(id: scene.society.id))
            },
            SampleCall(TransferPresidency.self) {
                let scene = try await scene()
                let request = TransferPresidency(id: scene.society.id, userId: scene.officer.id)
                return Sample(request, by: scene.president, of: GetSociety(id: scene.society.id))
            },
        ]
    }

    private func member(_ user: RequestContext.User, of scene: Scene) async throws -> Member {
        // Past the dispatcher: the tag holds the microsecond of joining, and JSON the millisecond.
        let members = try await handler(ListMembersHandler.self)
            .handle(ListMembers(id: scene.society.id), context: context(scene.president)).items
        return try #require(members.first { $0.userId == user.id })
    }

    private var registrationCalls: [SampleCall] {
        let latest = Latest()
        let dismiss: @Sendable () async throws -> Void = {
            guard let scene = latest.scene.withLock(\.self) else { return }
            _ = try await call(RemoveMember(id: scene.society.id, userId: scene.officer.id), as: scene.president)
        }
        @Sendable func pending() async throws -> (Scene, Registration) {
            let scene = try await scene()
            latest.scene.withLock { $0 = scene }
            return (scene, try await register(scene.society.id, by: student()))
        }
        return [
            SampleCall(ConfigureRegistration.self) {
                let scene = try await scene()
                let form = try await form(of: scene.society.id, by: scene.president)
                let request = ConfigureRegistration(id: scene.society.id, formId: form)
                return Sample(request, by: scene.officer, of: GetRegistrationSettings(id: scene.society.id))
            },
            SampleCall(RegisterForSociety.self) {
                let scene = try await scene()
                let request = RegisterForSociety(id: scene.society.id, answers: Self.answers())
                return Sample(request, by: student(), readers: [scene.officer])
            },
            SampleCall(ApproveRegistration.self, revoke: dismiss) {
                let (scene, registration) = try await pending()
                let request = ApproveRegistration(id: scene.society.id, registrationId: registration.id)
                return Sample(request, by: scene.officer, tag: registration.etag)
            },
            SampleCall(RejectRegistration.self, revoke: dismiss) {
                let (scene, registration) = try await pending()
                let request = RejectRegistration(
                    id: scene.society.id,
                    registrationId: registration.id,
                    reason: Text("No more beginners this term.")
                )
                return Sample(request, by: scene.officer, tag: registration.etag)
            },
            SampleCall(WithdrawRegistration.self) {
                let scene = try await scene()
                let applicant = student()
                _ = try await register(scene.society.id, by: applicant)
                let request = WithdrawRegistration(id: scene.society.id)
                return Sample(request, by: applicant, of: GetOwnRegistration(id: scene.society.id))
            },
        ]
    }

    /// The society of the last request, whose officer is dismissed.
    private final class Latest: Sendable {
        let scene = Mutex<Scene?>(nil)
    }
}
