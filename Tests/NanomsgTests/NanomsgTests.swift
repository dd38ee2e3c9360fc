import Foundation
import Loops
import Nanomsg
import Testing

/// A folder for one test's sockets; short, because the name of a Unix socket has at most 107 bytes.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nn-\(UInt32.random(in: 0 ... .max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

/// Waits until `descriptor` is readable.
private func wait(for descriptor: CInt) -> Bool {
    let poller = Poller()
    poller.add(descriptor, token: 7)
    return poller.wait(milliseconds: 5000) == [7]
}

@Suite("Nanomsg")
struct NanomsgTests {
    @Test("A raw request comes with a header by which the reply finds its way back")
    func requestAndReply() throws {
        try withFolder { folder in
            let server = try NanomsgSocket(.rawReply, maxMessageBytes: 1 << 20)
            try server.bind("ipc://\(folder)/a")
            let client = try NanomsgSocket(.rawRequest, maxMessageBytes: 1 << 20)
            try client.connect("ipc://\(folder)/a")
            #expect(try wait(for: client.sendDescriptor))
            #expect(client.connections == 1 && client.establishedConnections == 1)

            #expect(try client.send(header: [0x80, 0, 0, 9], [1, 2], [], [3]))
            #expect(try wait(for: server.receiveDescriptor))
            let request = try #require(try server.receive())
            #expect(request.body == [1, 2, 3])
            #expect(request.header.suffix(4) == [0x80, 0, 0, 9])
            #expect(try server.receive() == nil)

            #expect(try server.send(header: request.header, [4]))
            #expect(try wait(for: client.receiveDescriptor))
            let reply = try #require(try client.receive())
            #expect(reply.body == [4] && reply.header == [0x80, 0, 0, 9])
        }
    }

    @Test("Sending without a peer does not wait")
    func noPeer() throws {
        let client = try NanomsgSocket(.rawRequest, maxMessageBytes: 1024)
        #expect(try client.send(header: [0x80, 0, 0, 1], [1]) == false)
    }

    @Test("An address in use and a malformed one are errors that name the address")
    func bindErrors() throws {
        try withFolder { folder in
            let first = try NanomsgSocket(.rawReply, maxMessageBytes: 1024)
            try first.bind("ipc://\(folder)/a")
            let second = try NanomsgSocket(.rawReply, maxMessageBytes: 1024)
            let error = #expect(throws: NanomsgError.self) { try second.bind("ipc://\(folder)/a") }
            #expect(error?.description.contains("\(folder)/a") == true)
            #expect(throws: NanomsgError.self) { try second.bind("nonsense") }
        }
    }

    @Test("Subscribers get what is published")
    func publishing() throws {
        try withFolder { folder in
            let publisher = try NanomsgSocket(.publish, maxMessageBytes: 1024)
            try publisher.bind("ipc://\(folder)/a")
            let subscriber = try NanomsgSocket(.subscribe, maxMessageBytes: 1024)
            try subscriber.connect("ipc://\(folder)/a")
            // Until the connection stands, what is published goes nowhere.
            let poller = Poller()
            poller.add(try subscriber.receiveDescriptor, token: 1)
            var isHeard = false
            for _ in 0..<500 where !isHeard {
                #expect(try publisher.send([5, 6]))
                isHeard = poller.wait(milliseconds: 10) == [1]
            }
            #expect(try subscriber.receive()?.body == [5, 6])
        }
    }

    @Test("A waiting poller wakes, and a descriptor is reported once when that is asked for")
    func poller() throws {
        let poller = Poller()
        poller.wake()
        #expect(poller.wait(milliseconds: nil).isEmpty)
        #expect(poller.wait(milliseconds: 0).isEmpty)

        try withFolder { folder in
            let server = try NanomsgSocket(.rawReply, maxMessageBytes: 1024)
            try server.bind("ipc://\(folder)/a")
            let client = try NanomsgSocket(.rawRequest, maxMessageBytes: 1024)
            let descriptor = try client.sendDescriptor
            poller.add(descriptor, token: 3, for: .once)
            try client.connect("ipc://\(folder)/a")
            #expect(wait(for: descriptor))
            #expect(poller.wait(milliseconds: 0).isEmpty)
            poller.change(descriptor, token: 3, to: [.reading, .once])
            #expect(poller.wait(milliseconds: 5000) == [3])
            #expect(poller.wait(milliseconds: 0).isEmpty)
            poller.remove(descriptor)
        }
    }

    @Test("Names resolve, numeric addresses stay, and unknown names give nothing")
    func resolving() {
        #expect(HostResolver.addresses(of: "localhost") == ["127.0.0.1"])
        #expect(HostResolver.addresses(of: "127.0.0.2") == ["127.0.0.2"])
        #expect(HostResolver.addresses(of: "::1") == ["::1"])
        #expect(HostResolver.addresses(of: "nowhere.invalid").isEmpty)
        #expect(HostResolver.isNumeric("127.0.0.1") && HostResolver.isNumeric("::1"))
        #expect(!HostResolver.isNumeric("localhost"))
    }
}
