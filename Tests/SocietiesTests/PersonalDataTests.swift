import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Personal data in societies", .timeLimit(.minutes(2)))
struct PersonalDataTests {
    @Test("An export has a person's memberships and registrations, and no other person's")
    func export() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: student)
            _ = try await societies.approve(registration, by: president)
            let data = try await societies.database.personalData(personalData, societies.context(student))
            #expect(data.truncated == [])
            let memberships = try #require(data.records["memberships"]?.tree.arrayValue)
            #expect(memberships.map { $0["societyId"]?.stringValue } == ["\(society.id)"])
            let registrations = try #require(data.records["registrations"]?.tree.arrayValue)
            #expect(registrations.map { $0["id"]?.stringValue } == ["\(registration.id)"])
        }
    }
}
