import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Personal data in societies", .timeLimit(.minutes(10)))
struct PersonalDataTests {
    @Test("An export has a person's memberships and registrations, and no other person's")
    func export() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: student)
            _ = try await societies.approve(registration, by: president)
            let data = try await societies.call(ExportPersonalData(), to: "societies", as: student)
            #expect(data.truncated == [])
            let memberships = try #require(data.records["memberships"]?.tree.arrayValue)
            #expect(memberships.map { $0["societyId"]?.stringValue } == ["\(society.id)"])
            let registrations = try #require(data.records["registrations"]?.tree.arrayValue)
            #expect(registrations.map { $0["id"]?.stringValue } == ["\(registration.id)"])
        }
    }

    @Test("An erased person is in no society, and the answers of their open registrations are taken back")
    func erasure() async throws {
        try await withSocieties(among: [.forms, .auth]) { societies in
            let (president, student) = (societies.student(), societies.student())
            let first = try await societies.activeSociety(by: president)
            let second = try await societies.activeSociety("Go Society", by: president)
            for society in [first, second] { try await societies.configure(society.id, by: president) }
            let approved = try await societies.register(first.id, by: student)
            _ = try await societies.approve(approved, by: president)
            let open = try await societies.register(second.id, by: student)
            for person in [student, president, student] { try await societies.emit(UserErased(userId: person.id)) }
            try await societies.deliverEvents()
            #expect(try await societies.events().filter { $0 == "society.member.left" }.count == 3)
            for society in [first, second] {
                #expect(try await societies.get(society.id, by: nil).memberCount == 0)
            }
            try await societies.recover()
            let withdrawn = try await societies.withdrawn()
            // The approved one's answers are deleted in forms, where the person is erased too.
            #expect(withdrawn == [approved.id.cast(), open.id.cast()])
            let states = try await societies.query(
                "SELECT state FROM societies.registrations WHERE user_id = \(student.id) ORDER BY created_at"
            )
            #expect(try states.map { try $0["state"] as String } == ["approved", "withdrawn"])
        }
    }

    @Test("An approval that is under way when a person is erased leaves no member")
    func approvalMeanwhile() async throws {
        try await withSocieties(among: [.forms, .auth]) { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: student)
            try await societies.emit(UserErased(userId: student.id))
            let context = societies.context(president)
            let delivery = try await societies.database.transaction(context) { transaction in
                // As `ApproveRegistrationHandler` does.
                try await SocietyStore(sql: transaction).lock(society.id)
                let delivery = Task { try await societies.deliverEvents() }
                try await untilOthersWait(for: transaction)
                let approved = try await RegistrationStore(sql: transaction)
                    .decide(registration.id, of: society.id, .approved, by: president.id, context)
                try await Admission(transaction: transaction, society: society, settings: nil).admit(approved)
                return delivery
            }
            try await delivery.value
            #expect(try await societies.get(society.id, by: nil).memberCount == 1)
            #expect(
                try await societies.query(
                    "SELECT FROM societies.members WHERE user_id = \(student.id) AND left_at IS NULL"
                ).isEmpty
            )
        }
    }

    @Test("An erased president is followed by the officer of longest standing, and by nobody where there is none")
    func presidency() async throws {
        try await withSocieties(among: [.forms, .auth]) { societies in
            let (president, student) = (societies.student(), societies.student())
            let (first, second) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            for person in [student, first, second] {
                try await societies.join(society.id, person, president: president)
            }
            for officer in [second, first] {
                let request = ChangeMemberRole(id: society.id, userId: officer.id, role: .admin)
                try await societies.call(request, as: president)
            }
            let presidents: [(erased: UserID, next: UserID?)] = [
                (president.id, first.id), (first.id, second.id), (second.id, nil),
            ]
            for (erased, next) in presidents {
                try await societies.emit(UserErased(userId: erased))
                try await societies.deliverEvents()
                #expect(try await societies.president(of: society.id) == next)
            }
            // Two promotions, and two officers who followed.
            #expect(try await societies.events().filter { $0 == MemberRoleChanged.type }.count == 4)
            #expect(try await societies.get(society.id, by: nil).memberCount == 1)
            let moderator = societies.moderator()
            #expect(try await societies.transfer(society.id, to: student, by: moderator).role == .president)
        }
    }
}

extension ServiceLab {
    /// The president of a society; `nil` if it has none.
    fileprivate func president(of society: SocietyID) async throws -> UserID? {
        try await query(
            """
            SELECT user_id FROM societies.members
            WHERE society_id = \(society) AND role = 'president' AND left_at IS NULL
            """
        ).first.map { try $0["user_id"] }
    }
}
