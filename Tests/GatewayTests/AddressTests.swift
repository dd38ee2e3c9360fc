import TestKit
import Testing

@testable import Gateway

@Suite("Addresses")
struct AddressTests {
    @Test(
        "Addresses are read and written",
        arguments: [
            ("10.1.2.3", "10.1.2.3"), ("::1", "::1"), ("2001:db8::1", "2001:db8::1"),
            ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("::ffff:10.0.0.1", "10.0.0.1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::", "::"), ("fe80::", "fe80::"),
            ("1::4:5:0:0:8", "1::4:5:0:0:8"),
        ]
    )
    func readable(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(
        "Everything else is no address",
        arguments: [
            "", "1.2.3", "1.2.3.256", "1.2.3.04", ":::", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:2",
            "a.b.c.d", "+1.2.3.4",
        ]
    )
    func unreadable(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("Four numbers are an address if each is at most 255 and has no leading zero", arguments: Seed.batch(100))
    func version4(seed: Seed) {
        var random = seed.generator
        for _ in 0..<50 {
            let parts = (0..<Int.random(in: 3...5, using: &random)).map { _ in
                let odd = ["", "0", "00", "01", "255", "256", "4294967296", "-1", "\u{663}", " 1"]
                let number = String(Int.random(in: 0...300, using: &random))
                return Bool.random(using: &random) ? number : odd.randomElement(using: &random) ?? ""
            }
            let text = parts.joined(separator: ".")
            let isAddress = parts.count == 4 && parts.allSatisfy { part in UInt8(part).map { "\($0)" } == part }
            #expect(IPAddress(text)?.description == (isAddress ? text : nil), "\(text)")
        }
    }

    @Test("Ranges contain what they cover")
    func ranges() throws {
        func contains(_ range: String, _ address: String) throws -> Bool {
            try #require(AddressRange(range)).contains(try #require(IPAddress(address)))
        }
        #expect(try contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"))
        #expect(try contains("::1", "::1") && !contains("::1", "::2"))
        #expect(try contains("2001:db8::/32", "2001:db8:ffff::1") && !contains("2001:db8::/32", "2001:db9::1"))
        #expect(try contains("0.0.0.0/0", "255.1.1.1") && contains("::/0", "10.0.0.1") && !contains("0.0.0.0/0", "::2"))
        #expect(AddressRange("10.0.0.0/33") == nil && AddressRange("x/8") == nil)
    }

    @Test("The last hop that is no proxy of ours is the client")
    func clients() throws {
        let proxies = TrustedProxies(ranges: ["127.0.0.0/8", "10.0.0.0/8"].compactMap { AddressRange($0) })
        func client(_ peer: String, _ forwardedFor: String?, _ realIP: String? = nil) -> String? {
            proxies.client(peer: IPAddress(peer), forwardedFor: forwardedFor, realIP: realIP)?.description
        }
        #expect(client("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.5") == "203.0.113.9")
        #expect(client("203.0.113.1", "6.6.6.6", "7.7.7.7") == "203.0.113.1")
        #expect(client("127.0.0.1", nil, "203.0.113.9") == "203.0.113.9")
        #expect(client("127.0.0.1", nil) == "127.0.0.1")
        #expect(client("127.0.0.1", "6.6.6.6, nonsense, 10.0.0.5") == "127.0.0.1")
    }
}
