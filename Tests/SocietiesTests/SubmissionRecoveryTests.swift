import Contracts
import FormsContracts
import Postgres
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

/// A registration and its answers are there both or neither, wherever it is interrupted.
@Suite("Interrupted registrations", .timeLimit(.minutes(10)))
struct SubmissionRecoveryTests {
    @Test("Forms may have the answers or not: asking again registers once", arguments: [true, false])
    func retry(formsHasAnswers: Bool) async throws {
        try await withApplicant { (societies, society, student) async throws in
            societies.interfere(with: SubmitForEntity.self, formsHasAnswers ? .lostReply : .unreachable)
            #expect(try await refusal { try await societies.register(society, by: student) } == .serviceUnavailable)
            #expect(try await societies.registrations() == ["submitting"])
            #expect(try await refusal { try await societies.ownRegistration(society, by: student) } == .notFound)
            let registration = try await societies.register(society, by: student)
            #expect(try await societies.registrations() == ["pending"])
            #expect(try await societies.responses().map(\.value) == [registration.responseId])
        }
    }

    @Test("Asking again with other answers replaces the first ones")
    func changedAnswers() async throws {
        let settings = FormSettings(oneResponsePerUser: true)
        try await withApplicant(settings: settings) { (societies, society, student) async throws in
            societies.interfere(with: SubmitForEntity.self, .lostReply)
            #expect(try await refusal { try await societies.register(society, by: student) } == .serviceUnavailable)
            let registration = try await societies.register(society, by: student, answers: ServiceLab.answers("no"))
            #expect(try await societies.responses().map(\.value) == [registration.responseId])
            let answers = try await societies.query(
                "SELECT answers ->> \(ServiceLab.question.description) AS answer FROM forms.form_responses"
            )
            #expect(try answers.map { try $0["answer"] as String } == ["no"])
            #expect(try await societies.registrations() == ["pending"])
        }
    }

    @Test("What nobody asks for again is undone, here and in forms", arguments: [true, false])
    func compensation(formsHasAnswers: Bool) async throws {
        try await withApplicant { (societies, society, student) async throws in
            societies.interfere(with: SubmitForEntity.self, formsHasAnswers ? .lostReply : .unreachable)
            #expect(try await refusal { try await societies.register(society, by: student) } == .serviceUnavailable)
            try await societies.recover(patience: .seconds(30))
            #expect(try await societies.registrations() == ["submitting"])  // somebody may still be at it
            societies.setDown("forms")
            try await societies.recover()
            #expect(try await societies.registrations() == ["abandoned"])
            societies.setDown("forms", false)
            try await societies.recover()
            #expect(try await societies.registrations() == [])
            #expect(try await societies.responses().isEmpty)
            #expect(try await societies.events().contains("society.registration.submitted") == false)
        }
    }

    @Test("Answers that forms fails to withdraw delay no others", arguments: [true, false])
    func poison(isUnavailable: Bool) async throws {
        try await withApplicant { (societies, society, student) async throws in
            var stuck: Set<SubmissionKey> = []
            for person in [student, societies.student()] {
                societies.interfere(with: SubmitForEntity.self, .lostReply)
                #expect(try await refusal { try await societies.register(society, by: person) } == .serviceUnavailable)
                if person.id == student.id { stuck = Set(try await societies.responses().keys) }
            }
            let fault = LabFault.refused(ServiceError(isUnavailable ? .serviceUnavailable : .internalError))
            societies.interfere(with: WithdrawSubmission.self, fault, times: .max) { [stuck] in
                stuck.contains($0.submissionKey)
            }
            try await societies.recover()
            #expect(try await societies.registrations() == ["abandoned"])
            #expect(try await societies.responses().count == 1)
            societies.endInterferences()
            try await societies.recover()
            #expect(try await societies.registrations() == [])
        }
    }

    @Test("More failures than a round takes leave the others to the next round")
    func manyFailures() async throws {
        try await withApplicant { (societies, society, student) async throws in
            var stuck: Set<SubmissionKey> = []
            for number in 0..<8 {
                societies.interfere(with: SubmitForEntity.self, .lostReply)
                let person = societies.student()
                #expect(try await refusal { try await societies.register(society, by: person) } == .serviceUnavailable)
                if number == 6 { stuck = Set(try await societies.responses().keys) }
            }
            societies.interfere(with: WithdrawSubmission.self, .refused(ServiceError(.internalError)), times: .max) {
                [stuck] in stuck.contains($0.submissionKey)
            }
            try await societies.recover(firstPause: .seconds(60))
            try await societies.recover(firstPause: .seconds(60))
            #expect(try await societies.responses().count == 7)
            // Those that failed wait, so that forms isn't asked about them again and again.
            societies.endInterferences()
            try await societies.recover()
            #expect(try await societies.responses().count == 7)
        }
    }

    @Test("A request that is given up while it runs does not register")
    func givenUpMeanwhile() async throws {
        try await withApplicant { (societies, society, student) async throws in
            societies.interfere(with: SubmitForEntity.self, .preceded { try await societies.recover() })
            #expect(try await refusal { try await societies.register(society, by: student) } == .conflict)
            #expect(try await societies.registrations() == [])
            #expect(try await societies.responses().isEmpty)
        }
    }

    @Test("A society that stops taking members meanwhile leaves neither registration nor answers")
    func closedMeanwhile() async throws {
        try await withApplicant { (societies, society, student) async throws in
            societies.interfere(
                with: SubmitForEntity.self,
                .preceded { try await societies.call(SuspendSociety(id: society), as: societies.moderator()) }
            )
            #expect(try await refusal { try await societies.register(society, by: student) } == .registrationClosed)
            #expect(try await societies.registrations() == [])
            #expect(try await societies.responses().isEmpty)
        }
    }

    @Test("A double click registers once, and both clicks hear of it", arguments: [true, false])
    func doubleClick(requiresApproval: Bool) async throws {
        try await withApplicant(requiresApproval: requiresApproval) { (societies, society, student) async throws in
            // The second click comes while forms has the first one's answers in hand.
            let second = Mutex<Registration?>(nil)
            societies.interfere(
                with: SubmitForEntity.self,
                .preceded {
                    let registration = try await societies.register(society, by: student)
                    second.withLock { $0 = registration }
                }
            )
            let first = try await societies.register(society, by: student)
            #expect(second.withLock(\.?.id) == first.id)
            #expect(try await societies.registrations().count == 1)
            #expect(try await societies.responses().count == 1)
            let told = try await societies.events().filter { $0.hasPrefix("society.registration.") }
            #expect(told == [requiresApproval ? "society.registration.submitted" : "society.registration.approved"])
        }
    }

    @Test("Many clicks at once register once", arguments: [true, false])
    func manyClicks(requiresApproval: Bool) async throws {
        try await withApplicant(requiresApproval: requiresApproval) { (societies, society, student) async throws in
            let outcomes = try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { try await refusal { try await societies.register(society, by: student) } }
                }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            #expect(outcomes.contains(nil))
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .alreadyRegistered || $0 == .alreadyMember })
            #expect(try await societies.registrations() == [requiresApproval ? "pending" : "approved"])
            #expect(try await societies.responses().count == 1)
        }
    }

    private func withApplicant(
        requiresApproval: Bool = true,
        settings: FormSettings = FormSettings(),
        _ body: (ServiceLab, SocietyID, RequestContext.User) async throws -> Void
    ) async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(
                society.id,
                by: president,
                requiresApproval: requiresApproval,
                settings: settings
            )
            try await body(societies, society.id, societies.student())
        }
    }
}
