import AcademicContracts
import AuthContracts
import Contracts
import Foundation
import FormsContracts
import IDParserContracts
import NotifierContracts
import SocietiesContracts
import TestKit
import Testing

@Suite("Permissions, and access to entities")
struct AccessTests {
    private static let services = [academicAPI, authAPI, formsAPI, idParserAPI, notifierAPI, societiesAPI]

    @Test("Every operation asks for permissions and scopes of the catalogue, in which each stands once")
    func operations() {
        let all = Permission.catalogue.map(\.permission)
        let rights = Permission.catalogue.filter { $0.role != nil }.map(\.permission)
        #expect(Set(all).count == all.count)
        for contract in Self.services.flatMap(\.operations).map({ $0.contract }) {
            if case .permission(let permission) = contract.access {
                #expect(rights.contains(permission), "\(contract.name)")
            }
            guard let scope = contract.scope else { continue }
            #expect(scope == AccountScope.ofEveryKey || all.contains(scope), "\(contract.name)")
        }
    }

    @Test("docs/auth.md lists the catalogue")
    func documentation() throws {
        let file = URL(fileURLWithPath: #filePath).appending(path: "../../../docs/auth.md").standardizedFileURL
        let page = try String(contentsOf: file, encoding: .utf8)
        let rows = Permission.catalogue.map { entry in
            "| `\(entry.permission)` | \(entry.role.map { "`\($0.rawValue)`" } ?? "") | \(entry.meaning) |"
        }
        #expect(page.contains(rows.joined(separator: "\n")), "\(rows.joined(separator: "\n"))")
    }

    @Test("The owner of a type of entities answers about access, and tells when its answers end")
    func owners() throws {
        for type in EntityType.allCases {
            let owner = try #require(Self.services.first { $0.service == type.owner })
            let answered = Set(owner.operations.map { $0.contract.name })
            for asked in [CheckAccess.contract, ListOpenEntities.contract, ListMemberships.contract] {
                #expect(answered.contains(asked.name), "\(type)")
            }
            #expect(owner.events.contains { $0 is any AccessEvent.Type }, "\(type)")
        }
    }
}
