import Contracts
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

/// Exports what a service that came later holds on a person.
private struct ExportDuesHandler: OperationHandler {
    func handle(_ request: ExportPersonalData, context: RequestContext) async throws -> PersonalData {
        let user = try context.requireUser()
        return PersonalData(records: ["dues": RawJSON(bytes: Array("[\"\(user.id)\"]".utf8))], truncated: [])
    }
}

extension LabService {
    fileprivate static let ledger = LabService(
        Daemon(ServiceAPI("ledger", operations: [ExportPersonalData.self]), migrations: []) { _ in
            DaemonParts(tables: [], handlers: [ExportDuesHandler()])
        }
    )
    /// A service of the release before, which exports nothing.
    fileprivate static let former = LabService(
        Daemon(ServiceAPI("former", operations: []), migrations: []) { _ in DaemonParts(tables: [], handlers: []) }
    )
}

@Suite("Exports of personal data", .timeLimit(.minutes(10)))
struct ExportTests {
    @Test("An export has the parts of all services, one that came later included, and names those that did not answer")
    func parts() async throws {
        let environment = ["GATHERS_FROM": "former,ledger,unreachable"]
        try await withAuth(environment: environment, among: [.academic, .former, .ledger]) { auth in
            let user = try await auth.user(auth.register())
            _ = try await auth.register()
            let export = try await auth.call(ExportProfile(), as: user)
            #expect(export.missing == ["former", "unreachable"])
            #expect(Set(export.services.keys) == ["auth", "ledger"])
            #expect(export.services["ledger"]?.records["dues"]?.tree.arrayValue == [.string("\(user.id)")])
            let own = try #require(export.services["auth"])
            #expect(own.truncated == [])
            let account = try #require(own.records["accounts"]?.tree.arrayValue)
            #expect(account.map { $0["id"] } == [.string("\(user.id)")])
            #expect(own.records["sessions"]?.tree.arrayValue?.count == 1)
            let text = String(decoding: own.jsonBytes, as: UTF8.self)
            #expect(!text.contains("$argon2") && !text.contains("hash"))
        }
    }

    @Test("An export takes a session")
    func access() async throws {
        try await withAuth { auth in
            #expect(try await auth.send(ExportProfile()).status == 401)
            let user = try await auth.user(auth.register())
            #expect(try await auth.send(ExportProfile(), as: user).status == 200)
            #expect(ExportProfile.contract.keyScope == nil)
        }
    }
}
