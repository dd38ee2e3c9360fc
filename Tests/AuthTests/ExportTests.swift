import Contracts
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

@Suite("Exports of personal data", .timeLimit(.minutes(2)))
struct ExportTests {
    @Test("An export has the parts of all services, one that came later included, and names those that did not answer")
    func parts() async throws {
        try await withAuth { auth in
            let signedIn = try await auth.register(TestAuth.address())
            let user = try await auth.user(signedIn)
            _ = try await auth.register(TestAuth.address())
            let dues = PersonalData(records: ["dues": RawJSON(bytes: Array("[5]".utf8))], truncated: [])
            let neighbours: [String: @Sendable (MeshRequest) async throws -> MeshReply] = [
                "ledger": { request in
                    #expect(request.operation == "ledger.privacy.export" && request.principal?.userID == "\(user.id)")
                    return MeshReply(body: dues.body(trimmedTo: nil))
                },
                "broken": { _ in MeshReply(status: 500) },
                "former": { _ in MeshReply(status: 404) },
            ]
            try await withNeighbours(of: "auth", neighbours) { caller in
                let gatherer = Gatherer(caller: caller, services: ["broken", "former", "ledger"])
                let export = try await ExportProfileHandler(database: auth.database, gatherer: gatherer)
                    .handle(ExportProfile(), context: auth.context(user))
                #expect(export.missing == ["broken", "former"])
                #expect(Set(export.services.keys) == ["auth", "ledger"])
                #expect(export.services["ledger"] == dues)
                let own = try #require(export.services["auth"])
                #expect(own.truncated == [])
                let account = try #require(own.records["accounts"]?.tree.arrayValue)
                #expect(account.map { $0["id"] } == [.string("\(user.id)")])
                #expect(own.records["sessions"]?.tree.arrayValue?.count == 1)
                let text = String(decoding: own.jsonBytes, as: UTF8.self)
                #expect(!text.contains("$argon2") && !text.contains("hash"))
            }
        }
    }

    @Test("Only the person may export, signed in with a session")
    func access() async throws {
        try await withAuth { auth in
            #expect(await auth.dispatch(ExportProfile(), as: nil).status == 401)
            let user = try await auth.user(auth.register(TestAuth.address()))
            #expect(await auth.dispatch(ExportProfile(), as: user.principal).status == 200)
            #expect(ExportProfile.contract.keyScope == nil)
        }
    }
}
