import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("Installation")
struct InstallationTests {
    @Test("Names of Unix sockets stay within the kernel's limit however deep the home lies")
    func socketNamesFit() {
        let deep = Home("/tmp/" + String(repeating: "deep/", count: 40))
        #expect(deep.sockets.utf8.count < 60)
        #expect(Home("/srv/rovierr").sockets == "/srv/rovierr/run")
        #expect(deep.sockets != Home(deep.folder + "/other").sockets)
    }

    @Test("A secret is made once and readable by its owner alone")
    func secretsAreKept() async throws {
        try await withTemporaryFolder { folder in
            let secrets = Secrets(folder: folder)
            let key = try secrets.value("mesh-key")
            #expect(key.count == 64 && key.allSatisfy(\.isHexDigit))
            #expect(try secrets.value("mesh-key") == key)
            #expect(try secrets.value("other") != key)
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/mesh-key")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("All who ask for a secret at once get the stored one", .timeLimit(.minutes(10)))
    func secretsAreMadeOnce() async throws {
        try await withTemporaryFolder { folder in
            let secrets = Secrets(folder: folder)
            for round in 0..<20 {
                let values = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<16 { group.addTask { try secrets.value("key-\(round)") } }
                    var values: Set<String> = []
                    for try await value in group { values.insert(value) }
                    return values
                }
                #expect(try values == [secrets.value("key-\(round)")])
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 20, "no draft is left")
        }
    }

    @Test("An empty file of a secret is refused, and is left as it is")
    func emptySecret() async throws {
        try await withTemporaryFolder { folder in
            try write([], to: folder + "/key", mode: 0o600)
            #expect(throws: Failure.self) { try Secrets(folder: folder).value("key") }
            #expect(readText(folder + "/key")?.isEmpty == true)
        }
    }

    @Test("A file that many write at once has the whole content of one of them", .timeLimit(.minutes(10)))
    func writesAreWhole() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/file"
            let texts = (0..<16).map { String(repeating: "\($0),", count: 1_000 * ($0 + 1)) }
            for _ in 0..<10 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for text in texts { group.addTask { try write(Array(text.utf8), to: path) } }
                    try await group.waitForAll()
                }
                #expect(texts.contains(readText(path) ?? ""))
            }
            // A folder cannot be replaced by a file.
            try makeFolder(folder + "/folder/full", mode: 0o700)
            #expect(throws: Failure.self) { try write([1], to: folder + "/folder") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "folder"])
        }
    }

    @Test("A port that somebody listens on or that is reserved is not free, and none is given twice")
    func portsAreFree() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var ports = Ports(from: 31_500, reserving: 31_500)  // beyond where homes begin to look
        var taken = try ports.free()
        #expect(taken > 31_500)
        while unsafe withLoopbackAddress(port: taken, { unsafe bind(listener, $0, $1) }) != 0 {
            taken = try ports.free()
        }
        #expect(!Ports.isFree(taken))
        ports = Ports(from: taken, reserving: 0)
        let first = try ports.free()
        #expect(first > taken)
        #expect(try ports.free() > first)
    }

    @Test(
        "Replicas are read as they are written, and nothing else is",
        arguments: ["gateway=0", "gateway", "other=2", "forms=x"]
    )
    func refusesReplicas(text: String) {
        #expect(Replicas(argument: text) == nil)
        #expect(Replicas(argument: "gateway=2,id-parser=3")?.counts == [.gateway: 2, .idParser: 3])
    }

    @Test("Every replica has a name, addresses and ports of its own, and peers list them all")
    func topologyTellsReplicasApart() throws {
        let topology = try Topology(home: Home("/tmp/rovierr-topology"), port: 0, replicas: [.forms: 2, .gateway: 2])
        #expect(topology.daemons.map(\.name).filter { $0.hasPrefix("forms") } == ["forms", "forms-2"])
        let ports = topology.daemons.flatMap { [$0.adminPort, $0.httpPort].compactMap(\.self) } + [topology.port]
        #expect(Set(ports).count == ports.count)
        #expect(topology.requestAddresses(of: .forms).split(separator: ",").count == 2)
        let sockets = topology.daemons.compactMap(topology.httpSocket)
        #expect(sockets.map { $0.components(separatedBy: "/").last } == ["gateway.sock", "gateway-2.sock"])
    }

    @Test("The path of a gateway's socket fits however deep the home lies")
    func httpSocketsFit() throws {
        for depth in 1...100 {
            let home = Home("/srv/" + String(repeating: "d", count: depth))
            #expect("\(home.httpSockets)/gateway-16.sock".utf8.count <= 103)
        }
    }
}
