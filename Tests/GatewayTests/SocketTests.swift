import Foundation
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("The Unix socket", .timeLimit(.minutes(10)))
    struct SocketTests {
        @Test("Requests on the Unix socket are answered as those on the port are")
        func answers() async throws {
            try await withTemporaryFolder { folder in
                let socket = "\(folder)/gateway.sock"
                try await withGateway(["HTTP_SOCKET": socket]) { gateway in
                    let token = bearer(try await gateway.token())
                    for path in ["/health/live", "/api/v1/things/favourite", "/api/v1/nothing"] {
                        let response = try await gateway.request("GET \(path)", [token], socket: socket)
                        let expected = try await gateway.request("GET \(path)", [token])
                        #expect(response.status == expected.status)
                    }
                    let made = try await gateway.request("POST /api/v1/things", [token], body: "{}", socket: socket)
                    #expect(made.status == 201)
                    try await gateway.connect(socket: socket) { connection in
                        for _ in 0..<3 {
                            try await connection.send(TestGateway.text("GET /health/live"))
                            #expect(try await connection.response().status == 200)
                        }
                    }
                }
            }
        }

        @Test("A peer of the socket names the client's address; one of the port does only if TRUSTED_PROXIES lists it")
        func trust() async throws {
            try await withTemporaryFolder { folder in
                let socket = "\(folder)/gateway.sock"
                let variables = ["HTTP_SOCKET": socket, "RATE_ADDRESS_READ": "1/60", "TRUSTED_PROXIES": "10.0.0.0/8"]
                try await withGateway(variables) { gateway in
                    var statuses: [Int] = []
                    for path in [socket, nil] {
                        for client in ["203.0.113.1", "203.0.113.2", "203.0.113.2"] {
                            let headers = [("X-Forwarded-For", client)]
                            let response = try await gateway.request("GET /api/v1/nothing", headers, socket: path)
                            statuses.append(response.status)
                        }
                    }
                    #expect(statuses == [404, 404, 429, 404, 429, 429])
                }
            }
        }
    }
}

@Suite("Listening on a Unix socket", .timeLimit(.minutes(10)))
struct SocketFileTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func listen(on path: String) throws -> any Channel {
        try ServerBootstrap(group: group).bind(socket: path, lookingFrom: group)
    }

    private func connect(to path: String) async throws {
        try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get().close()
    }

    @Test("Only the owner and the group of the file can open it")
    func permissions() async throws {
        try await withTemporaryFolder { folder in
            let listener = try listen(on: "\(folder)/socket")
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/socket")
            #expect(attributes[.posixPermissions] as? Int == 0o660)
            try await listener.close()
        }
    }

    @Test("The file of a process that has ended is replaced")
    func staleFile() async throws {
        try await withTemporaryFolder { folder in
            for _ in 0..<3 {
                let listener = try listen(on: "\(folder)/socket")
                try await connect(to: "\(folder)/socket")
                // A killed process leaves the file, which a closed channel removes.
                try FileManager.default.linkItem(atPath: "\(folder)/socket", toPath: "\(folder)/left")
                try await listener.close()
                try FileManager.default.moveItem(atPath: "\(folder)/left", toPath: "\(folder)/socket")
                await #expect(throws: IOError.self) { try await connect(to: "\(folder)/socket") }
            }
        }
    }

    @Test("A socket where a process listens stays that process's")
    func takenSocket() async throws {
        try await withTemporaryFolder { folder in
            let listener = try listen(on: "\(folder)/socket")
            #expect(throws: IOError.self) { try listen(on: "\(folder)/socket") }
            try await connect(to: "\(folder)/socket")
            try await listener.close()
        }
    }

    @Test("A file that is not a socket is left as it is")
    func otherFile() async throws {
        try await withTemporaryFolder { folder in
            try Data("text".utf8).write(to: URL(filePath: "\(folder)/socket"))
            #expect(throws: UnixDomainSocketPathWrongType.self) { try listen(on: "\(folder)/socket") }
            #expect(try String(contentsOfFile: "\(folder)/socket", encoding: .utf8) == "text")
        }
    }
}
