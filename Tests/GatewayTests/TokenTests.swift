import AuthContracts
import Contracts
import Logging
import NIOCore
import OpenSSL
import TestKit
import Testing
import Tokens

@testable import Gateway

extension GatewaySuites {
    // **Feature: rovierr-platform-foundation, Property 3: Authentication Token Validity**
    @Suite("Property 3: the gateway lets valid tokens through and refuses all others", .timeLimit(.minutes(10)))
    struct TokenTests {
        private static func isRefused(_ response: RawConnection.Response) -> Bool {
            response.status == 401 && response.errorCode == "UNAUTHORIZED"
                && response.headers["www-authenticate"] == "Bearer error=\"invalid_token\""
        }

        @Test(
            "Tampered, expired, foreign, unsigned and wrongly signed tokens are 401, or anonymous where anyone may call"
        )
        func property() async throws {
            try await withGateway { gateway in
                let key = try #require(gateway.keys.first)
                for seed in Seed.batch(100) {
                    var random = seed.generator
                    let valid = try await gateway.token()
                    let line =
                        ["GET /api/v1/things/favourite", "GET /api/v1/things/1"].randomElement(using: &random) ?? ""
                    #expect(try await gateway.request(line, [bearer(valid)]).status == 200, "\(seed)")
                    let token = try await Self.invalid(valid, key, gateway, &random)
                    let response = try await gateway.request(line, [bearer(token)])
                    if line.hasSuffix("favourite") {
                        #expect(Self.isRefused(response), "\(seed) \(token) \(response.status) \(response.headers)")
                    } else {
                        // An operation open to everyone sees an anonymous caller.
                        #expect(response.status == 200 && response.json["user"] == .null, "\(seed) \(token)")
                    }
                }
            }
        }

        private static func invalid(
            _ valid: String,
            _ key: SigningKey,
            _ gateway: TestGateway,
            _ random: inout SeededGenerator
        ) async throws -> String {
            let parts = valid.split(separator: ".").map(String.init)
            func header(_ json: String) -> String { Base64URL.encode(Array(json.utf8)) }
            switch Int.random(in: 0..<9, using: &random) {
            case 8: return try await gateway.token(expiresIn: 3_601)
            case 0:
                var characters = Array(valid.utf8)
                let index = Int.random(in: 0..<characters.count, using: &random)
                characters[index] = characters[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                return String(decoding: characters, as: UTF8.self)
            case 1: return try await gateway.token(expiresIn: -61)
            case 2: return try await gateway.token { $0.issuer = "elsewhere" }
            case 3: return try await gateway.token { $0.audience = "elsewhere" }
            case 4: return header("{\"alg\":\"none\",\"typ\":\"JWT\"}") + ".\(parts[1])."
            case 5:
                let signed = header("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\(key.id)\"}") + ".\(parts[1])"
                let code = HMACSHA256(key: key.publicKey).authenticationCode(for: Array(signed.utf8))
                return "\(signed).\(Base64URL.encode(code))"
            case 6: return try await gateway.token(key: SigningKey(id: "stranger"))
            default: return try await gateway.token(key: SigningKey(id: key.id))
            }
        }

        @Test("A key that is not known yet is fetched once for all who wait, and made-up names fetch nothing more")
        func rotation() async throws {
            try await withGateway { gateway in
                let before = gateway.keys.fetches
                let token = bearer(try await gateway.token(key: gateway.keys.add("second")))
                // Within the interval after the start's own fetch nobody asks again; then all are served by one fetch.
                try await until(.seconds(10)) {
                    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<10 {
                            group.addTask { try await gateway.request("GET /api/v1/things/favourite", [token]).status }
                        }
                        return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
                    }
                    #expect(statuses.isSubset(of: [200, 401]))
                    return statuses == [200] ? () : nil
                }
                #expect(gateway.keys.fetches == before + 1)
                for index in 0..<20 {
                    let madeUp = bearer(try await gateway.token(key: SigningKey(id: "made-up-\(index)")))
                    #expect(try await gateway.request("GET /api/v1/things/favourite", [madeUp]).status == 401)
                }
                #expect(gateway.keys.fetches == before + 1)
                // The old key is good as long as auth lists it.
                let old = bearer(try await gateway.token())
                #expect(try await gateway.request("GET /api/v1/things/favourite", [old]).status == 200)
            }
        }

        @Test("Who is not signed in gets 401, who may not 403")
        func accessRules() async throws {
            try await withGateway { gateway in
                let nobody = try await gateway.request("GET /api/v1/things/favourite")
                #expect(nobody.status == 401 && nobody.headers["www-authenticate"] == "Bearer")
                let basic = try await gateway.request("GET /api/v1/things/1", [("Authorization", "Basic eDp5")])
                #expect(basic.status == 401)
                let student = try await gateway.request(
                    "DELETE /api/v1/things",
                    [bearer(try await gateway.token(permissions: ["things:read"]))]
                )
                #expect(student.status == 403 && student.errorCode == "FORBIDDEN")
                for permission in ["things:purge", "things:*", "*:*"] {
                    let token = bearer(try await gateway.token(permissions: [permission]))
                    #expect(try await gateway.request("DELETE /api/v1/things", [token]).status == 200, "\(permission)")
                }
            }
        }

        @Test(
            "An ended session's tokens are refused within two seconds, by event at once and by asking where that is lost"
        )
        func revocation() async throws {
            try await withGateway { gateway in
                for isAnnounced in [true, false] {
                    let session = SessionID()
                    let token = bearer(try await gateway.token(session: session))
                    #expect(try await gateway.request("GET /api/v1/things/favourite", [token]).status == 200)
                    if isAnnounced {
                        gateway.auth.publish(SessionRevoked(sessionId: session, userId: UserID()))
                    } else {
                        gateway.keys.end(session)
                    }
                    try await until(.seconds(2)) {
                        try await Self.isRefused(gateway.request("GET /api/v1/things/favourite", [token])) ? () : nil
                    }
                }
            }
        }

        @Test("Tokens are checked with the keys at hand while auth is away")
        func authAway() async throws {
            try await withGateway { gateway in
                await gateway.auth.stop()
                let token = bearer(try await gateway.token())
                #expect(try await gateway.request("GET /api/v1/things/favourite", [token]).status == 200)
            }
        }

        @Test(
            "Until auth has said what was revoked, nobody's token counts; from then on it does, whatever becomes of auth"
        )
        func firstRevocations() async throws {
            try await withTemporaryFolder { folder in
                let gateway = try TestGateway(folder: folder, environment: [:], limits: Edge.Limits())
                let session = SessionID()
                let others = (0..<7).map { _ in SessionID() }
                for ended in [session] + others { gateway.keys.end(ended) }
                gateway.keys.fail([ListRevocations.self])
                let hasKeys = { (gateway: TestGateway) -> Bool in
                    gateway.edge.admission.authenticator.hasKeys && gateway.edge.admission.routes.snapshot.isComplete
                }
                try await gateway.run(once: hasKeys) { gateway in
                    let revoked = bearer(try await gateway.token(session: session))
                    let valid = bearer(try await gateway.token())
                    let key = ("X-API-Key", gateway.keys.addAPIKey().text)
                    for header in [revoked, valid, key] {
                        let response = try await gateway.request("GET /api/v1/things/favourite", [header])
                        #expect(response.status == 503 && response.errorCode == "SERVICE_UNAVAILABLE")
                    }
                    #expect(try await gateway.request("GET /api/v1/things/1").status == 200)
                    #expect(try await gateway.request("GET /health/ready").status == 503)
                    #expect(try await gateway.request("GET /connection/websocket", Self.upgrade).status == 503)
                    gateway.keys.fail([])
                    try await until { gateway.edge.isReady ? () : nil }
                    for ended in others { #expect(gateway.edge.admission.authenticator.hasEnded(ended)) }
                    gateway.keys.fail([ListRevocations.self, ListKeys.self])
                    #expect(Self.isRefused(try await gateway.request("GET /api/v1/things/favourite", [revoked])))
                    for header in [valid, key] {
                        #expect(try await gateway.request("GET /api/v1/things/favourite", [header]).status == 200)
                    }
                    #expect(try await gateway.request("GET /health/ready").status == 200)
                    #expect(try await gateway.request("GET /connection/websocket", Self.upgrade).status == 101)
                }
            }
        }

        private static let upgrade = [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]

        @Test("While auth fails it is asked for keys no more often than else, except by a gateway that has none")
        func failingAuth() async throws {
            try await withGateway { gateway in
                gateway.keys.fail([ListKeys.self])
                let keys = KeySource(mesh: gateway.edge.mesh, logger: .silent)
                let before = gateway.keys.fetches
                for _ in 0..<20 { #expect(await keys.fetch(isUrgent: false) == nil) }
                #expect(gateway.keys.fetches == before + 1)
                #expect(await keys.fetch(isUrgent: true) == nil)
                #expect(gateway.keys.fetches == before + 2)
            }
        }

        private static func hash(_ token: String) -> String { Base64URL.encode(SHA256.hash(Array(token.utf8))) }

        @Test(
            "Tokens of another type are refused, whatever their signature",
            arguments: ["refresh+jwt", "dpop+jwt", "", 7] as [JSONValue]
        )
        func types(type: JSONValue) async throws {
            try await withGateway { gateway in
                let token = try await gateway.cookieToken(type: type)
                #expect(Self.isRefused(try await gateway.request("GET /api/v1/things/favourite", [bearer(token)])))
                for right in ["at+jwt", "AT+JWT"] {
                    let token = bearer(try await gateway.cookieToken(type: .string(right)))
                    #expect(
                        try await gateway.request("GET /api/v1/things/favourite", [token]).status == 200,
                        "\(right)"
                    )
                }
            }
        }

        @Test(
            "Ended sessions are forgotten once they expire, neither earlier nor much later",
            arguments: Seed.batch(100)
        )
        func forgetting(seed: Seed) {
            var random = seed.generator
            var (ended, untils) = (EndedSessions(), [SessionID: NIODeadline]())
            var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
            let memory = TimeAmount.seconds(7_200)
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                for _ in 0..<Int.random(in: 0...200, using: &random) {
                    let session = SessionID()
                    let isNews = (0..<2).map { _ in ended.insert(session, until: now + memory) }
                    #expect(isNews == [true, false])
                    untils[session] = now + memory
                }
                now = now + .milliseconds(Int64.random(in: 1...2_000_000, using: &random))
                while ended.forgetBucket(now: now) {}
                for (session, until) in untils {
                    if now < until {
                        #expect(ended.contains(session), "\(seed)")
                    } else if now >= until + EndedSessions.bucketTime {
                        #expect(!ended.contains(session), "\(seed)")
                    }
                }
            }
            now = now + memory + EndedSessions.bucketTime
            while ended.forgetBucket(now: now) {}
            #expect(!untils.keys.contains { ended.contains($0) }, "\(seed)")
        }

        @Test("Ended sessions are remembered for longer than any token lives, by a clock that nobody sets")
        func memory() async throws {
            try await withGateway { gateway in
                let authenticator = gateway.edge.admission.authenticator
                let session = SessionID()
                let now = NIODeadline.now()
                #expect(authenticator.end([session], now: now) == [session])
                // A token's lifetime, plus clock skew on both sides.
                authenticator.prune(now: now + .seconds(Int64(Authenticator.longestLife) + 2 * 60))
                #expect(authenticator.hasEnded(session))
                authenticator.prune(now: now + Authenticator.memory + .seconds(1))
                #expect(!authenticator.hasEnded(session))
            }
        }

        @Test("A cookie counts for unsafe methods only with the token that a foreign page cannot read")
        func cookies() async throws {
            try await withGateway { gateway in
                let token = try await gateway.cookieToken(csrfHash: Self.hash("secret"))
                let cookie = ("Cookie", "a=b; access_token=\(token); csrf_token=secret")
                #expect(try await gateway.request("GET /api/v1/things/favourite", [cookie]).status == 200)
                let missing = try await gateway.request("POST /api/v1/things", [cookie], body: "{}")
                #expect(missing.status == 403 && missing.errorCode == "FORBIDDEN")
                let wrong = try await gateway.request(
                    "POST /api/v1/things",
                    [cookie, ("X-CSRF-Token", "guess")],
                    body: "{}"
                )
                #expect(wrong.status == 403)
                let right = try await gateway.request(
                    "POST /api/v1/things",
                    [cookie, ("X-CSRF-Token", "secret")],
                    body: "{}"
                )
                #expect(right.status == 201)
                // A token issued with a CSRF token accepts that one alone, whatever the cookie says.
                let bound = try await gateway.cookieToken(csrfHash: Self.hash("issued"))
                for (header, cookie, status) in [
                    ("issued", "issued", 201), ("issued", "another", 201), ("planted", "planted", 403), ("", "", 403),
                    ("ISSUED", "ISSUED", 403), (Self.hash("issued"), "issued", 403),
                ] {
                    let response = try await gateway.request(
                        "POST /api/v1/things",
                        [("Cookie", "access_token=\(bound); csrf_token=\(cookie)"), ("X-CSRF-Token", header)],
                        body: "{}"
                    )
                    #expect(response.status == status, "\(header) \(cookie)")
                }
                let unbound = [("Cookie", "access_token=\(bound); csrf_token=issued")]
                #expect(try await gateway.request("POST /api/v1/things", unbound, body: "{}").status == 403)
                #expect(try await gateway.request("GET /api/v1/things/favourite", unbound).status == 200)
                // A browser never sends this header unasked.
                #expect(try await gateway.request("POST /api/v1/things", [bearer(bound)], body: "{}").status == 201)
                // What is open to everyone stays so for a browser that still sends an old cookie.
                let old = ("Cookie", "access_token=\(try await gateway.token(expiresIn: -100))")
                let renewed = try await gateway.request("POST /api/v1/things/renew", [old], body: "{}")
                #expect(renewed.status == 200 && renewed.json["user"] == .null)
                #expect(try await gateway.request("GET /api/v1/things/favourite", [old]).status == 401)
            }
        }
    }
}
