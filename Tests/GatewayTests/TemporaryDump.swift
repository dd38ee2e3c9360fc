import Foundation
import Contracts
import AuthContracts
import NotifierContracts
import Testing
@testable import Gateway
@Test func dumpDocument() throws {
    let a = ServiceDescription(
        service: "auth",
        version: "1",
        operations: [
            ListKeys.self, LogIn.self, Register.self, ListUsers.self, GetUser.self, RefreshSession.self,
            ListSessions.self,
        ]
    )
    let b = ServiceDescription(service: "notifier", version: "1", operations: [ListNotifications.self])
    let c = ServiceDescription(service: "lab", version: "1", operations: labOperations)
    try Data(OpenAPIDocument.document(of: [a, b, c]).bytes).write(to: URL(fileURLWithPath: "/tmp/gw/openapi.json"))
}
