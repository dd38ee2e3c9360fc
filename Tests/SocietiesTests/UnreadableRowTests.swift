import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Rows of societies that can't be read")
struct UnreadableRowTests {
    @Test("Lists leave them out, and a single read is a fault of the service")
    func lists() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            let others = [
                try await societies.activeSociety("Go Society", by: president),
                try await societies.activeSociety("Bridge Society", by: president),
            ]
            try await societies.configure(society.id, by: president)
            let members = [societies.student(), societies.student()]
            for member in members { try await societies.join(society.id, member, president: president) }
            let applicant = societies.student()
            _ = try await societies.register(society.id, by: applicant)
            try await societies.superuser { superuser in
                let walk = SpoiledRows(of: societies.walked, superuser: superuser)
                let faults = try await walk.faults([
                    SpoiledList(
                        ListMembers(id: society.id),
                        as: president,
                        spoil: """
                            UPDATE societies.members SET joined_at = '20000-01-01'
                            WHERE society_id = \(society.id) AND user_id = \(members[0].id)
                            """
                    ),
                    SpoiledList(
                        ListRegistrations(id: society.id),
                        as: president,
                        spoil: """
                            UPDATE societies.registrations SET created_at = 'infinity'
                            WHERE society_id = \(society.id) AND user_id = \(members[1].id)
                            """
                    ),
                    SpoiledList(
                        ListSocieties(),
                        as: president,
                        single: GetSociety(id: others[1].id),
                        spoil: "UPDATE societies.societies SET created_at = '20000-01-01' WHERE id = \(others[1].id)"
                    ),
                ])
                #expect(faults == [])
            }
        }
    }
}
