import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Societies of two universities", .timeLimit(.minutes(10)))
struct TenantIsolationTests {
    @Test("Nobody acts in another university's society, although its id is known")
    func handlers() async throws {
        try await withSocieties { societies in
            let (president, applicant) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let registration = try await societies.register(society.id, by: applicant)
            let elsewhere = UniversityID()
            for stranger in [societies.student(at: elsewhere), societies.moderator(at: elsewhere)] {
                let id = society.id
                var refusals = [
                    try await refusal { try await societies.register(id, by: stranger) },
                    try await refusal { try await societies.approve(registration, by: stranger) },
                    try await refusal { try await societies.reject(registration, by: stranger) },
                    try await refusal { try await societies.leave(id, by: stranger) },
                    try await refusal { try await societies.transfer(id, to: stranger, by: stranger) },
                    try await refusal { try await societies.ownRegistration(id, by: stranger) },
                    try await refusal { try await societies.withdraw(id, by: stranger) },
                    try await refusal { try await societies.call(DeleteSociety(id: id), as: stranger) },
                    try await refusal {
                        try await societies.call(RemoveMember(id: id, userId: president.id), as: stranger)
                    },
                ]
                if stranger.may(.moderateSocieties) {
                    refusals.append(try await refusal { try await societies.approve(id, by: stranger) })
                }
                #expect(refusals.allSatisfy { $0 == .notFound }, "\(refusals.map { $0?.code ?? "-" })")
                // What is public may be read; who belongs to it and who asked is not public.
                #expect(try await refusal { try await societies.members(of: id, by: stranger) } == .forbidden)
                #expect(
                    try await refusal { try await societies.call(ListRegistrations(id: id), as: stranger) }
                        == .forbidden
                )
            }
            #expect(try await societies.get(society.id, by: nil).memberCount == 1)
        }
    }

    @Test("The service's own role sees and changes only the rows of the tenant that it names")
    func rows() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president, visibility: .members)
            try await societies.configure(society.id, by: president)
            let tables = ["societies", "members", "registration_settings", "registrations"]
            try await societies.execute(
                """
                INSERT INTO societies.registrations (id, tenant_id, society_id, user_id, form_id, request_hash)
                VALUES (\(RegistrationID()), \(society.universityId), \(society.id), \(UserID()), \(FormID()), '')
                """
            )
            try await societies.serviceRole { (database) async throws in
                for table in tables {
                    for scope in [TenantScope.none, .university(UniversityID())] {
                        #expect(try await database.query("SELECT 1 FROM \(raw: table)", scope: scope).isEmpty)
                        #expect(
                            try await database.execute("UPDATE \(raw: table) SET tenant_id = tenant_id", scope: scope)
                                == 0
                        )
                        #expect(try await database.execute("DELETE FROM \(raw: table)", scope: scope) == 0)
                    }
                    let own = try await database.query(
                        "SELECT 1 FROM \(raw: table)",
                        scope: .university(society.universityId)
                    )
                    #expect(own.count == 1)
                }
                // No row is moved or smuggled into another tenant either.
                let error = await #expect(throws: PostgresError.self) {
                    try await database.execute(
                        "UPDATE members SET tenant_id = \(UniversityID())",
                        scope: .university(society.universityId)
                    )
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }

    @Test("What is public can be read by all, and changed by none of them")
    func publicRows() async throws {
        try await withSocieties { societies in
            let society = try await societies.activeSociety(by: societies.student())
            try await societies.serviceRole { (database) async throws in
                for scope in [TenantScope.none, .university(UniversityID())] {
                    #expect(try await database.query("SELECT 1 FROM societies", scope: scope).count == 1)
                    #expect(try await database.query("SELECT 1 FROM societies FOR UPDATE", scope: scope).isEmpty)
                    #expect(try await database.execute("UPDATE societies SET name = 'Mine'", scope: scope) == 0)
                    #expect(try await database.query("SELECT 1 FROM members", scope: scope).isEmpty)
                }
            }
            #expect(try await societies.get(society.id, by: nil).name.text == "Chess Society")
        }
    }
}
