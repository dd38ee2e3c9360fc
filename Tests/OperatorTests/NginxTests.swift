import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// The front alone, with nothing behind it: what it refuses by itself is in the API's envelope.
///
/// One front at a time, because ports are looked for and not held.
@Suite("nginx", .serialized, .timeLimit(.minutes(10)))
struct NginxTests {
    @Test("A gateway that is down is a 503 that says when to come back")
    func unavailable() async throws {
        try await withFront { client in
            let reply = try await client.send("GET", "/api/v1/users/me")
            #expect(reply.status == 503)
            #expect(reply.errorCode == "SERVICE_UNAVAILABLE")
            #expect(reply.header("retry-after") == "1")
            #expect(reply.json["requestId"]?.stringValue == reply.header("x-request-id"))
        }
    }

    @Test("A sane request id of the caller's is kept, another is replaced")
    func requestIds() async throws {
        try await withFront { client in
            let kept = try await client.send("GET", "/", headers: [("X-Request-Id", "a-b_c.9")])
            #expect(kept.header("x-request-id") == "a-b_c.9")
            let replaced = try await client.send("GET", "/", headers: [("X-Request-Id", "a\"b")])
            #expect(replaced.header("x-request-id")?.count == 32)
        }
    }

    @Test("Bodies, addresses and headers beyond all limits are refused before the gateway sees them")
    func limits() async throws {
        try await withFront { client in
            let long = String(repeating: "a", count: 9_000)
            let body = [UInt8](repeating: 32, count: 1 << 20 + 1)
            let replies = [
                try await client.send("POST", "/api/v1/forms", body: body),
                try await client.send("GET", "/\(long)"),
                try await client.send("GET", "/", headers: [("X-Long", long)]),
            ]
            #expect(replies.map(\.status) == [413, 414, 431])
            #expect(replies.map(\.errorCode) == ["PAYLOAD_TOO_LARGE", "URI_TOO_LONG", "HEADERS_TOO_LARGE"])
            #expect(replies.allSatisfy { $0.json["statusCode"]?.intValue == $0.status })
        }
    }

    @Test(
        "What is no HTTP is a 400",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /% HTTP/1.1\r\nHost: a\r\n\r\n"]
    )
    func noHTTP(request: String) async throws {
        try await withFront { client in
            let reply = try await client.send(raw: Array(request.utf8))
            #expect(reply.status == 400)
            #expect(reply.errorCode == "BAD_REQUEST")
            #expect(reply.header("x-request-id") == reply.json["requestId"]?.stringValue)
        }
    }

    @Test("A version of HTTP that nobody speaks is told so in the envelope as well")
    func version() async throws {
        try await withFront { client in
            let reply = try await client.send(raw: Array("GET / HTTP/2.1\r\nHost: a\r\n\r\n".utf8))
            #expect(reply.status == 505)
            #expect(reply.errorCode == "HTTP_VERSION_NOT_SUPPORTED")
            #expect(reply.json["error"]?["message"] == "Unsupported HTTP version.")
            #expect(reply.header("x-request-id") == reply.json["requestId"]?.stringValue)
        }
    }

    @Test("A body over 1 MiB is refused wherever it goes and however it comes, except where an operation declares it")
    func bodies() async throws {
        try await withTemporaryFolder { folder in
            let api = ServiceAPI("lab", operations: [Upload.self, Small.self])
            let description = ServiceDescription(of: api, version: "1")
            let text = OperationLocations.configuration(of: [try ServiceDescription(jsonBytes: description.jsonBytes)])
            #expect(text.components(separatedBy: "location ").count == 2, "\(text)")
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/operations.conf"))
            try await withFront(["OPERATIONS": "\(folder)/operations.conf"]) { client in
                let body = [UInt8](repeating: 32, count: 1 << 20 + 1)
                let chunked =
                    Array("100001\r\n".utf8) + body + Array("\r\n0\r\n\r\n".utf8)
                for (path, method, status) in [
                    ("/api/v1/things/1/upload", "POST", 503), ("/api/v1/things/1/upload/", "POST", 413),
                    ("/api/v1/things/1/2/upload", "POST", 413), ("/x/api/v1/things/1/upload", "POST", 413),
                    ("/api/v1/things/1/uploads", "POST", 413), ("/api/v1/auth/login", "POST", 413), ("/", "GET", 413),
                    ("/connection/websocket", "POST", 413), ("/docs", "DELETE", 413), ("/api/v1/things", "PUT", 413),
                ] {
                    for headers in [
                        [], [("Content-Type", "multipart/form-data; boundary=x")], [("Idempotency-Key", "k")],
                    ] {
                        let reply = try await client.send(method, path, headers: headers, body: body)
                        #expect(reply.status == status, "\(method) \(path) \(headers)")
                        #expect(reply.json["requestId"]?.stringValue == reply.header("x-request-id"))
                    }
                    let head =
                        "\(method) \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    // Without a gateway to receive it, only the beginning of a streamed body is passed on.
                    let reply = try await client.send(raw: Array(head.utf8) + chunked)
                    #expect(reply.status == status || reply.status == 503, "\(method) \(path)")
                }
                let expecting = try await client.send(
                    raw: Array(
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n".utf8
                    )
                )
                #expect(expecting.status == 413)
            }
        }
    }

    private struct Upload: ServiceOperation {
        static let contract = Contract(
            "lab.things.upload",
            .post("/things/{id}/upload"),
            access: .user,
            "Upload",
            bodyLimit: 10 << 20
        )
        let id: String
        typealias Reply = NoContent
    }

    private struct Small: ServiceOperation {
        static let contract = Contract("lab.things.make", .post("/things"), access: .user, "Make", bodyLimit: 1 << 20)
        typealias Reply = NoContent
    }

    @Test("The description, costly to compress, is rate-limited per client; everything else continues")
    func description() async throws {
        try await withFront { client in
            var statuses: [Int] = []
            for _ in 0..<200 where !statuses.contains(429) {
                statuses.append(try await client.send("GET", "/api/v1/openapi.json").status)
            }
            #expect(statuses.count > 50 && statuses.last == 429)
            #expect(try await client.send("GET", "/api/v1/forms").status == 503)
        }
    }

    @Test("A client of HTTP/1.0 need not name a host")
    func oldClients() async throws {
        try await withFront { client in
            let reply = try await client.send(raw: Array("GET /api/v1/x HTTP/1.0\r\n\r\n".utf8))
            #expect(reply.status == 503 && reply.errorCode == "SERVICE_UNAVAILABLE")
        }
        try await withFront(["PUBLIC_HOST": "app.uni.example"]) { client in
            let reply = try await client.send(raw: Array("GET /api/v1/x HTTP/1.0\r\n\r\n".utf8))
            #expect(reply.status == 503)
        }
    }

    @Test("If our hosts are configured, requests for others are refused")
    func hosts() async throws {
        try await withFront(["PUBLIC_HOST": "app.uni.example, api.uni.example:8443"]) { client in
            for (host, status) in [
                ("app.uni.example", 503), ("APP.uni.example:80", 503), ("api.uni.example", 503), ("evil.example", 421),
                ("app.uni.example.evil.example", 421), ("xapp.uni.example", 421), ("appXuni.example", 421),
                ("127.0.0.1", 421),
            ] {
                let reply = try await client.send(
                    raw: Array("GET /api/v1/x HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
                )
                #expect(reply.status == status, "\(host)")
                #expect(reply.errorCode == (status == 421 ? "MISDIRECTED_REQUEST" : "SERVICE_UNAVAILABLE"))
            }
        }
        await #expect(throws: Failure.self) { try await withFront(["PUBLIC_HOST": "https://app.uni.example"]) { _ in } }
    }

    @Test("Plain HTTP is sent to the host that is configured, whatever the request names, and to none without it")
    func redirects() async throws {
        try await withCertificate { folder in
            let tls = ["TLS_FOLDER": folder, "LISTEN_TLS": "127.0.0.1:\(try freePort())"]
            for (host, location) in [
                ("app.uni.example", "https://app.uni.example"),
                ("app.uni.example:8443,b.example", "https://app.uni.example:8443"),
            ] {
                try await withFront(tls.merging(["PUBLIC_HOST": host]) { $1 }) { client in
                    for named in ["evil.example", "app.uni.example", "127.0.0.1"] {
                        let request = "GET /a?b=%0d%0ac HTTP/1.1\r\nHost: \(named)\r\nConnection: close\r\n\r\n"
                        let reply = try await client.send(raw: Array(request.utf8))
                        #expect(reply.status == 308 && reply.header("location") == "\(location)/a?b=%0d%0ac")
                    }
                }
            }
            try await withFront(tls) { client in
                let reply = try await client.send("GET", "/")
                #expect(reply.status == 403 && reply.errorCode == "HTTPS_REQUIRED" && reply.header("location") == nil)
            }
        }
    }

    private func withCertificate(_ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let certificate = ["-keyout", "\(folder)/privkey.pem", "-out", "\(folder)/fullchain.pem"]
            let request = [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
            ]
            let made = try await ChildProcess.run(["/usr/bin/env"] + request + certificate)
            try #require(made.status.isSuccess, "\(made.output)")
            try await body(folder)
        }
    }

    @Test("Pages of listed origins can read what nginx itself refuses, pages of others cannot, and caches know it")
    func origins() async throws {
        let listed = ["https://app.uni.example", "http://[::1]:3000"]
        let others = [
            "null", "*", "https://app.uni.example.evil.example", "https://evil.app.uni.example",
            "https://appXuni.example",
            "http://app.uni.example", "HTTPS://APP.UNI.EXAMPLE", "https://app.uni.example/", "http://localhost:3000",
        ]
        let settings = ["ALLOWED_ORIGINS": " https://app.uni.example, http://[::1]:3000"]
        try await withFront(settings) { client in
            for (method, path, status) in [("GET", "/api/v1/x", 503), ("GET", "/metrics", 404), ("TRACE", "/", 405)] {
                for origin in listed + others {
                    let reply = try await client.send(method, path, headers: [("Origin", origin)])
                    #expect(reply.status == status)
                    let isListed = listed.contains(origin)
                    #expect(reply.header("access-control-allow-origin") == (isListed ? origin : nil))
                    #expect(reply.header("access-control-allow-credentials") == (isListed ? "true" : nil))
                    let exposed = reply.header("access-control-expose-headers")
                    #expect(exposed == (isListed ? "X-Request-Id, Retry-After" : nil))
                    #expect(
                        reply.headers.filter { $0.name == "vary" }.map(\.value).sorted() == [
                            "Accept-Encoding", "Origin",
                        ]
                    )
                }
            }
            let headers = [("Origin", listed[0])]
            let body = [UInt8](repeating: 32, count: 1 << 20 + 1)
            let large = try await client.send("POST", "/api/v1/forms", headers: headers, body: body)
            #expect(large.status == 413 && large.header("access-control-allow-origin") == listed[0])
        }
    }

    @Test(
        "What is no origin is not rendered",
        arguments: ["null", "*", "https://A.example", "https://a.example/", " "]
    )
    func noOrigin(text: String) async throws {
        await #expect(throws: Failure.self) {
            try await withFront(["ALLOWED_ORIGINS": "https://app.uni.example,\(text)"]) { _ in }
        }
    }

    @Test("Over TLS, nginx's own refusals carry what every answer does, and plain HTTP on that port is a 400")
    func tls() async throws {
        try await withCertificate { folder in
            let port = try freePort()
            try await withFront(["TLS_FOLDER": folder, "LISTEN_TLS": "127.0.0.1:\(port)"]) { _ in
                let (_, text) = try await ChildProcess.run([
                    "/usr/bin/env", "curl", "--silent", "--insecure", "--include", "--http1.1",
                    "https://127.0.0.1:\(port)/api/v1/x",
                ])
                let secure = try HTTPReply(parsing: Array(text.utf8))
                #expect(secure.errorCode == "SERVICE_UNAVAILABLE")
                #expect(secure.header("strict-transport-security") == "max-age=31536000")
                #expect(secure.header("content-security-policy") == "default-src 'none'; frame-ancestors 'none'")
                let plain = try await HTTPClient(port: port).send("GET", "/")
                #expect(plain.status == 400 && plain.errorCode == "BAD_REQUEST")
                #expect(plain.header("strict-transport-security") == nil)
            }
        }
    }

    @Test("nginx counts clients by IPv4 address or IPv6 /64", arguments: Seed.batch(100))
    func networks(seed: Seed) throws {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let template = try String(contentsOf: root.appending(path: "nginx/nginx.conf.template"), encoding: .utf8)
        #expect(!template.contains("_zone $binary_remote_addr"))
        let map = try #require(template.components(separatedBy: "map $remote_addr $client_network {").last)
        let lines = map.components(separatedBy: "}\n\n")[0].components(separatedBy: "\n")
        let patterns = try lines.filter { $0.contains("\"~") }.map { line in
            try NSRegularExpression(pattern: String(line.components(separatedBy: "\"")[1].dropFirst()))
        }
        #expect(patterns.count == 2)
        func key(_ address: String) -> String {
            for pattern in patterns {
                let all = NSRange(address.startIndex..., in: address)
                guard let match = pattern.firstMatch(in: address, range: all),
                    let range = Range(match.range(at: 1), in: address)
                else { continue }
                return String(address[range])
            }
            return address
        }
        var random = seed.generator
        func group() -> String { String(Int.random(in: 1...0xFFFF, using: &random), radix: 16) }
        let network = (0..<4).map { _ in group() + ":" }.joined()
        for rest in [
            "\(group()):\(group()):\(group()):\(group())", ":\(group())", "\(group())::", "\(group())::\(group())",
        ] {
            #expect(key(network + rest) == network)
        }
        #expect(key("2001:db8::\(group())") == key("2001:db8::\(group()):\(group())"))
        #expect(key("2001:db8::1") != key("2001:db9::1"))
        for address in ["203.0.113.\(Int.random(in: 1...254, using: &random))", "::ffff:203.0.113.7"] {
            #expect(key(address) == address)
        }
    }

    @Test("nginx doesn't log anonymous replies, and removes their header")
    func anonymousReplies() async throws {
        try await withTemporaryFolder { folder in
            // nginx also stands in for the gateway behind it.
            let locations = """
                location = /marked { add_header X-Anonymous 1; return 201 x; }
                location = /plain { return 201 x; }
                location = /anonymous { proxy_pass http://127.0.0.1:$server_port/marked; }
                location = /named { proxy_pass http://127.0.0.1:$server_port/plain; }

                """
            try Data(locations.utf8).write(to: URL(filePath: "\(folder)/operations.conf"))
            let log = URL(filePath: "\(folder)/access.log")
            let settings = ["OPERATIONS": "\(folder)/operations.conf", "NGINX_ACCESS_LOG": "\(log.path) json"]
            try await withFront(settings) { client in
                for path in ["/anonymous", "/named"] {
                    let reply = try await client.send("POST", path)
                    #expect(reply.status == 201 && reply.header("x-anonymous") == nil)
                }
                #expect(
                    try await client.send("POST", "/marked").header("x-anonymous") == "1",
                    "there is a header to remove"
                )
                // Other paths have no gateway behind them, so nginx can't know whether the reply would be anonymous.
                let large = try await client.send(
                    "POST",
                    "/api/v1/forms/1/responses",
                    headers: [("X-Request-Id", "of-a-writer")],
                    body: [UInt8](repeating: 32, count: 1 << 20 + 1)
                )
                #expect(large.status == 413)
                for (method, prefix, id) in [
                    ("POST", "", "of-somebody"), ("POST", "http://a", "of-somebody"), ("GET", "", "of-a-reader"),
                ] {
                    for path in ["/api/v1/forms/1/responses", "/api/v1/forms/1/%72esponses?a=b"] {
                        let reply = try await client.send(method, prefix + path, headers: [("X-Request-Id", id)])
                        #expect(reply.status == 503)
                    }
                }
                func isLogged(_ path: String, _ text: String) -> Bool { text.contains("\"path\":\"\(path)\"") }
                let text = try await until { () -> String? in
                    guard let text = try? String(contentsOf: log, encoding: .utf8) else { return nil }
                    let isWhole = isLogged("/named", text) && isLogged("/marked", text) && text.contains("of-a-reader")
                    return isWhole ? text : nil
                }
                #expect(!isLogged("/anonymous", text) && !text.contains("of-somebody"))
                #expect(!text.contains("of-a-writer"))
            }
        }
    }

    @Test("nginx calls each gateway through a Unix socket of its own, on connections that are kept")
    func sockets() async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder)
            try home.prepare()
            let topology = try Topology(home: home, port: 0, replicas: [.gateway: 2])
            try await Nginx(home, topology, user: nil).render()
            let text = try #require(readText("\(home.nginx)/replicas.conf"))
            let upstreams = text.components(separatedBy: "upstream ").dropFirst()
            #expect(upstreams.count == 2, "requests and live channels")
            for upstream in upstreams {
                for name in ["gateway", "gateway-2"] {
                    let server = "server unix:\(home.sockets)/http/\(name).sock max_fails=0;"
                    #expect(upstream.contains(server), "\(upstream)")
                }
            }
            #expect(upstreams.first?.contains("keepalive 512;") == true)
            #expect(!text.contains("127.0.0.1"))
        }
    }

    @Test(
        "What is neither an address nor an absolute path of a socket is not rendered",
        arguments: ["unix:gateway.sock", "unix:/a b", "unix:/a;b", "unix:/a,gateway", "unix:/{a}", "unix:"]
    )
    func noSocket(text: String) async throws {
        await #expect(throws: Failure.self) { try await withFront(["GATEWAYS": text]) { _ in } }
    }

    @Test("Figures are not for the public", arguments: ["/metrics", "//metrics", "/%6detrics", "/x/../metrics"])
    func noMetrics(path: String) async throws {
        try await withFront { client in
            let reply = try await client.send("GET", path)
            #expect(reply.status == 404)
            #expect(reply.header("x-content-type-options") == "nosniff")
        }
    }

    func withFront(
        _ settings: [String: String] = [:],
        _ body: (HTTPClient) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder)
            try home.prepare()
            let topology = try Topology(home: home, port: 0, replicas: [:])
            let nginx = try Nginx(home, topology, user: getuid() == 0 ? "root" : nil, settings: settings)
            try await nginx.render()
            let front = nginx.process { _ in }
            async let supervision: Void = front.supervise()
            let client = HTTPClient(port: topology.port)
            do {
                _ = try await until { try? await client.send("GET", "/") }
                try await body(client)
            } catch {
                await front.stop()
                await supervision
                throw error
            }
            await front.stop()
            await supervision
        }
    }
}
