import Contracts
import Foundation

/// A person's client of the HTTP API.
struct APIClient: Sendable {
    let host: String
    let port: Int
    /// `nil` before signing in.
    var accessToken: String?

    init(host: String = "127.0.0.1", port: Int, accessToken: String? = nil) {
        self.host = host
        self.port = port
        self.accessToken = accessToken
    }

    /// Calls an operation below `/api/v1`.
    func send(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: [(String, String)] = []
    ) async throws -> HTTPReply {
        var headers = headers
        if let accessToken { headers.append(("Authorization", "Bearer \(accessToken)")) }
        if body != nil { headers.append(("Content-Type", "application/json")) }
        return try await HTTPClient(host: host, port: port)
            .send(method, "/api/v1" + path, headers: headers, body: body?.bytes)
    }

    /// Calls an operation that has to succeed.
    ///
    /// - Returns: The reply's data.
    /// - Throws: `Failure` with the API's own words.
    @discardableResult
    func expect(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let reply = try await send(method, path, body)
        guard 200..<300 ~= reply.status else { throw Failure("\(method) \(path): \(reply.refusal)") }
        return reply.data
    }

    /// A client of whoever signs in with these.
    static func signedIn(
        _ account: DemoAccount,
        host: String = "127.0.0.1",
        port: Int
    ) async throws -> APIClient {
        var client = APIClient(host: host, port: port)
        let data = try await client.expect("POST", "/auth/login", account.credentials)
        client.accessToken = data["accessToken"]?.stringValue
        return client
    }
}

extension HTTPReply {
    /// Why it was refused, in one line.
    var refusal: String {
        let details = json["error"]?["details"]?.arrayValue ?? []
        let fields = details.map { "\($0["field"]?.stringValue ?? "?"): \($0["message"]?.stringValue ?? "?")" }
        let message = json["error"]?["message"]?.stringValue ?? String(decoding: body.prefix(200), as: UTF8.self)
        return ["\(status)", errorCode, message, fields.isEmpty ? nil : fields.joined(separator: "; ")]
            .compactMap { $0 }.joined(separator: " ")
    }
}

/// An address and a password.
struct DemoAccount: Sendable {
    let email: String
    let password: String

    var credentials: JSONValue { ["email": .string(email), "password": .string(password)] }
}

extension JSONValue {
    /// A member that has to be there and a text, such as an id.
    func text(_ name: String) throws -> String {
        guard let text = self[name]?.stringValue else { throw Failure("\(name) is missing in \(text.prefix(200))") }
        return text
    }
}
