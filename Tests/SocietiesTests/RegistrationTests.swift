import Contracts
import FormsContracts
import HTTPTypes
import Postgres
import Synchronization
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Registration", .timeLimit(.minutes(10)))
struct RegistrationTests {
    @Test("A registration waits for an officer, and approval is membership")
    func approval() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: student)
            #expect(registration.status == .pending)
            #expect(try await societies.responses()[registration.id.cast()] == registration.responseId)
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .alreadyRegistered)
            #expect(try await refusal { try await societies.approve(registration, by: student) } == .forbidden)
            let approved = try await societies.approve(registration, by: president)
            #expect(approved.status == .approved)
            #expect(approved.decidedBy == president.id)
            #expect(try await societies.ownRegistration(society.id, by: student).status == .approved)
            #expect(try await societies.get(society.id, by: nil).memberCount == 2)
            #expect(
                try await societies.events().suffix(3) == [
                    "society.registration.submitted", "society.registration.approved", "society.member.joined",
                ]
            )
            #expect(try await refusal { try await societies.reject(registration, by: president) } == .alreadyDecided)
        }
    }

    @Test("A rejected applicant reads why, and may try again")
    func rejection() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let rejected = try await societies.reject(societies.register(society.id, by: student), by: president)
            #expect(rejected.reason?.text == "No more beginners this term.")
            #expect(try await societies.events().suffix(1) == ["society.registration.rejected"])
            #expect(try await societies.withdrawn() == [rejected.id.cast()], "what the answers took is free again")
            #expect(try await societies.responses().isEmpty)
            #expect(try await societies.register(society.id, by: student).status == .pending)
        }
    }

    @Test("Approve and reject at once: one wins, the others hear that it is decided", arguments: 0..<5)
    func decisionRace(round: Int) async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: student)
            let outcomes = try await withThrowingTaskGroup { group in
                for index in 0..<6 {
                    group.addTask {
                        try await refusal {
                            index.isMultiple(of: 2)
                                ? try await societies.approve(registration, by: president)
                                : try await societies.reject(registration, by: president)
                        }
                    }
                }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .alreadyDecided } == 5)
            let isMember = try await societies.ownRegistration(society.id, by: student).status == .approved
            #expect(try await societies.get(society.id, by: nil).memberCount == (isMember ? 2 : 1))
            let decisions = try await societies.events().filter {
                ["society.registration.approved", "society.registration.rejected"].contains($0)
            }
            #expect(decisions.count == 1)
        }
    }

    @Test("Twelve ask for three places at once, and three get one", arguments: [true, false])
    func capacityRace(requiresApproval: Bool) async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president, requiresApproval: requiresApproval, capacity: 3)
            let students = (0..<12).map { _ in societies.student() }
            let outcomes = try await withThrowingTaskGroup { group in
                for student in students {
                    group.addTask {
                        try await refusal {
                            let registration = try await societies.register(society.id, by: student)
                            if requiresApproval { _ = try await societies.approve(registration, by: president) }
                        }
                    }
                }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 3)
            #expect(outcomes.count { $0 == .societyFull } == 9)
            #expect(try await societies.get(society.id, by: nil).memberCount == 4)
            try await societies.recover()
            let kept = try await societies.query("SELECT id FROM societies.registrations").map {
                try $0["id"] as RegistrationID
            }
            #expect(try await Set(societies.responses().keys) == Set(kept.map { $0.cast() }))
        }
    }

    @Test("Registration opens and closes by the time the gateway received the request")
    func window() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .registrationClosed)
            let settings = try await societies.configure(
                society.id,
                by: president,
                opensAt: .now() + .seconds(3_600),
                closesAt: .now() + .seconds(3_660)
            )
            let (opens, closes) = (try #require(settings.opensAt), try #require(settings.closesAt))
            let calls = societies.calls(to: "forms")
            func ask(_ time: Timestamp) async throws -> ErrorCode? {
                try await refusal { try await societies.register(society.id, by: student, receivedAt: time) }
            }
            #expect(try await ask(opens - .microseconds(1)) == .registrationNotOpen)
            #expect(try await ask(closes) == .registrationClosed)
            #expect(societies.calls(to: "forms") == calls, "nothing is submitted")
            #expect(try await ask(closes - .microseconds(1)) == nil)
        }
    }

    @Test("What the form refuses is refused with its details, and leaves nothing")
    func formRefuses() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            let form = try await societies.configure(society.id, by: president).formId
            let error = await #expect(throws: ServiceError.self) {
                try await societies.register(society.id, by: student, answers: [:])
            }
            #expect(error?.code == .validation)
            #expect(error?.details.map(\.field) == ["answers.\(ServiceLab.question)"])
            #expect(try await societies.registrations() == [])
            try await societies.close(form, by: president)
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .registrationClosed)
        }
    }

    @Test("A registration can be taken back until it is decided, and its answers with it")
    func withdrawing() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            let settings = FormSettings(oneResponsePerUser: true)
            try await societies.configure(society.id, by: president, settings: settings)
            #expect(try await refusal { try await societies.withdraw(society.id, by: student) } == .notFound)
            let first = try await societies.register(society.id, by: student)
            try await societies.withdraw(society.id, by: student)
            #expect(try await societies.responses().isEmpty)
            #expect(try await refusal { try await societies.approve(first, by: president) } == .alreadyDecided)
            #expect(try await refusal { try await societies.withdraw(society.id, by: student) } == .notFound)
            // With forms down the registration is withdrawn all the same, and the answers follow.
            _ = try await societies.register(society.id, by: student)
            societies.setDown("forms")
            try await societies.withdraw(society.id, by: student)
            societies.setDown("forms", false)
            #expect(try await societies.responses().count == 1)
            try await societies.recover()
            #expect(try await societies.responses().isEmpty)
            _ = try await societies.approve(societies.register(society.id, by: student), by: president)
            #expect(try await refusal { try await societies.withdraw(society.id, by: student) } == .alreadyDecided)
        }
    }

    @Test("Registration is set up by officers, with a form of the society's own")
    func settings() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            let other = try await societies.activeSociety("Go", by: president)
            let foreign = try await societies.configure(other.id, by: president).formId
            for form in [foreign, FormID()] {
                let request = ConfigureRegistration(id: society.id, formId: form)
                let error = await #expect(throws: ServiceError.self) {
                    try await societies.call(request, as: president)
                }
                #expect(error?.details.map(\.field) == ["formId"])
            }
            let foreigners = ConfigureRegistration(id: other.id, formId: foreign)
            #expect(try await refusal { try await societies.call(foreigners, as: societies.student()) } == .forbidden)
            let settings = try await societies.configure(society.id, by: president, capacity: 7)
            #expect(settings.requiresApproval)
            let request = GetRegistrationSettings(id: society.id)
            #expect(try await societies.call(request) == settings)
        }
    }

    @Test("Officers list registrations by status, everybody else does not")
    func listing() async throws {
        try await withSocieties(among: [.forms, .auth]) { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let students = (0..<3).map { _ in societies.student() }
            try await societies.openAccount(of: students[0], named: "Ada")
            var registrations: [Registration] = []
            for student in students { registrations.append(try await societies.register(society.id, by: student)) }
            _ = try await societies.approve(registrations[1], by: president)
            let pending = ListRegistrations(id: society.id, status: .pending)
            let page = try await societies.call(pending, as: president)
            #expect(page.items.map(\.id) == [registrations[0].id, registrations[2].id])
            #expect(page.items.map(\.name) == ["Ada", nil])
            #expect(page.pagination.total == 2)
            #expect(try await refusal { try await societies.call(pending, as: students[1]) } == .forbidden)
        }
    }
}

extension ServiceLab {
    /// The state of every row, in the order in which they were made.
    func registrations() async throws -> [String] {
        try await query("SELECT state FROM societies.registrations ORDER BY id").map { try $0["state"] }
    }
}
