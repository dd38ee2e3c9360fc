import AuthContracts
import Contracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Calls with an API key", .timeLimit(.minutes(10)))
    struct APIKeyTests {
        @Test("A key acts for its owner within its scopes, and auth is asked once")
        func acting() async throws {
            try await withGateway { gateway in
                let user = UserID()
                let key = gateway.keys.addAPIKey(of: user, permissions: ["things:purge"])
                for _ in 0..<5 {
                    let own = try await gateway.request("GET /api/v1/things/favourite", [("X-API-Key", key.text)])
                    #expect(own.status == 200 && own.json["user"]?.stringValue == "\(user)")
                }
                #expect(gateway.keys.verifications == 1)
                #expect(try await gateway.request("DELETE /api/v1/things", [("X-API-Key", key.text)]).status == 200)
                let weak = gateway.keys.addAPIKey(of: user, permissions: ["things:read"])
                #expect(try await gateway.request("DELETE /api/v1/things", [("X-API-Key", weak.text)]).status == 403)
                // No page sends it unasked, so there is nothing to prove beside it.
                let sent = try await gateway.request("POST /api/v1/things", [("X-API-Key", key.text)], body: "{}")
                #expect(sent.status == 201)
            }
        }

        @Test("An unknown, expired or malformed key is 401 everywhere, and what counts is in one order")
        func refusals() async throws {
            try await withGateway { gateway in
                let expired = gateway.keys.addAPIKey(expiresAt: .now() - .seconds(120))
                let unknown = "rov_" + String(repeating: "a", count: 43)
                for key in [unknown, expired.text, "", "guess", unknown + "a"] {
                    for line in ["GET /api/v1/things/favourite", "GET /api/v1/things/1"] {
                        let response = try await gateway.request(line, [("X-API-Key", key)])
                        #expect(response.status == 401 && response.errorCode == "UNAUTHORIZED", "\(line) \(key)")
                    }
                }
                let key = gateway.keys.addAPIKey()
                let twice = [("X-API-Key", key.text), ("X-API-Key", key.text)]
                #expect(try await gateway.request("GET /api/v1/things/favourite", twice).status == 400)
                let both = [("X-API-Key", key.text), bearer("guess")]
                #expect(try await gateway.request("GET /api/v1/things/favourite", both).status == 401)
                let withOldCookie = [("X-API-Key", key.text), ("Cookie", "access_token=old")]
                #expect(try await gateway.request("GET /api/v1/things/favourite", withOldCookie).status == 200)
                // Outside of the API the header says nothing.
                #expect(try await gateway.request("GET /.well-known/jwks.json", [("X-API-Key", "x")]).status == 200)
            }
        }

        @Test("A deleted key is refused within two seconds on every replica, by event and by asking where that is lost")
        func revocation() async throws {
            try await withGateway { gateway in
                for isAnnounced in [true, false] {
                    let user = UserID()
                    let key = gateway.keys.addAPIKey(of: user)
                    let header = ("X-API-Key", key.text)
                    #expect(try await gateway.request("GET /api/v1/things/favourite", [header]).status == 200)
                    if isAnnounced {
                        gateway.auth.publish(SessionRevoked(sessionId: key.id.cast(), userId: user))
                    } else {
                        gateway.keys.endAPIKey(key.id)
                    }
                    try await until(.seconds(2)) {
                        try await gateway.request("GET /api/v1/things/favourite", [header]).status == 401 ? () : nil
                    }
                }
            }
        }

        @Test("Known keys are good while auth is away; others are 503")
        func authAway() async throws {
            try await withGateway { gateway in
                let known = gateway.keys.addAPIKey()
                let unknown = gateway.keys.addAPIKey()
                let line = "GET /api/v1/things/favourite"
                #expect(try await gateway.request(line, [("X-API-Key", known.text)]).status == 200)
                await gateway.auth.stop()
                #expect(try await gateway.request(line, [("X-API-Key", known.text)]).status == 200)
                let refused = try await gateway.request(line, [("X-API-Key", unknown.text)])
                #expect(refused.status == 503 && refused.headers["retry-after"] != nil)
            }
        }

        @Test("Each key has a budget of its own, and guessing keys costs the address")
        func budgets() async throws {
            try await withGateway(["RATE_API_KEY_READ": "2/60", "RATE_ADDRESS_READ": "3/60"]) { gateway in
                let user = UserID()
                let line = "GET /api/v1/things/favourite"
                for key in [gateway.keys.addAPIKey(of: user), gateway.keys.addAPIKey(of: user)] {
                    for status in [200, 200, 429] {
                        let response = try await gateway.request(line, [("X-API-Key", key.text)])
                        #expect(response.status == status)
                    }
                }
                for (index, status) in [401, 401, 401, 429].enumerated() {
                    let guess = "rov_" + String(repeating: "\(index)", count: 43)
                    let response = try await gateway.request(line, [("X-API-Key", guess)])
                    #expect(response.status == status)
                }
            }
        }
    }
}
