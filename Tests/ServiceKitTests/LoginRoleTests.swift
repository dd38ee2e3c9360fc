import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("The role that a daemon logs in as", .timeLimit(.minutes(10)))
struct LoginRoleTests {
    @Test("The service's login role is accepted; the schema's owner and a superuser are refused by name")
    func roles() async throws {
        try await withTestDatabase(services: [TestService("lab", migrations: [])]) { test in
            try await withDatabase(test.configuration(for: "lab")) { database in
                try await database.requireLoginRole(in: "lab", logger: .silent)
            }
            for (role, configuration) in [
                ("lab_owner", test.ownerConfiguration(for: "lab")), ("postgres", test.superuserConfiguration),
            ] {
                let error = await #expect(throws: UnsuitableRole.self) {
                    try await withDatabase(configuration) { database in
                        try await database.requireLoginRole(in: "lab", logger: .silent)
                    }
                }
                #expect(error?.role == role)
            }
        }
    }
}
