import Contracts
import NIOHTTP1
import OpenSSL

/// The header fields that the gateway reads, found in one pass.
struct RequestFields {
    /// Fields that stand at most once, because readers that disagree on which one counts can be played off against each other.
    private(set) var hasConflict = false
    /// Tells whether a value is costly to normalise; such values are dropped, so that nothing compares or hashes them.
    private(set) var hasUnsafeText = false

    private(set) var host: String?
    private(set) var origin: String?
    private(set) var authorization: String?
    private(set) var apiKey: String?
    private(set) var cookie: String?
    private(set) var contentType: String?
    private(set) var contentLength: String?
    private(set) var transferEncoding: String?
    private(set) var contentEncoding: String?
    private(set) var expect: String?
    private(set) var requestID: String?
    private(set) var traceparent: String?
    private(set) var idempotencyKey: String?
    private(set) var ifMatch: String?
    private(set) var ifNoneMatch: String?
    private(set) var accept: String?
    private(set) var userAgent: String?
    private(set) var forwardedFor: String?
    private(set) var realIP: String?
    private(set) var csrfToken: String?
    private(set) var requestedMethod: String?
    private(set) var upgrade: String?
    private(set) var connection: String?

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers { take(name.lowercased(), value) }
    }

    private mutating func take(_ name: String, _ value: String) {
        guard value.isSafeToCompare else { return hasUnsafeText = true }
        switch name {
        case "host": single(\.host, value)
        case "origin": single(\.origin, value)
        case "authorization": single(\.authorization, value)
        case "x-api-key": single(\.apiKey, value)
        case "content-type": single(\.contentType, value)
        case "content-length": single(\.contentLength, value)
        case "transfer-encoding": single(\.transferEncoding, value)
        case "content-encoding": single(\.contentEncoding, value)
        case "idempotency-key": single(\.idempotencyKey, value)
        case "x-csrf-token": single(\.csrfToken, value)
        case "access-control-request-method": single(\.requestedMethod, value)
        case "cookie": cookie = cookie.map { "\($0); \(value)" } ?? value
        case "if-match": join(\.ifMatch, value)
        case "if-none-match": join(\.ifNoneMatch, value)
        case "accept": join(\.accept, value)
        case "x-forwarded-for": join(\.forwardedFor, value)
        case "x-real-ip": single(\.realIP, value)
        case "x-request-id": requestID = value
        case "traceparent": traceparent = traceparent == nil ? value : ""  // two of them name no trace
        case "user-agent": userAgent = value
        case "expect": single(\.expect, value)
        case "connection": join(\.connection, value)
        case "upgrade": join(\.upgrade, value)
        default: break
        }
    }

    private mutating func single(_ field: WritableKeyPath<Self, String?>, _ value: String) {
        hasConflict = hasConflict || self[keyPath: field] != nil
        self[keyPath: field] = value
    }

    private mutating func join(_ field: WritableKeyPath<Self, String?>, _ value: String) {
        self[keyPath: field] = self[keyPath: field].map { "\($0), \(value)" } ?? value
    }

    /// Tells apart those who show no valid credential, by a hash of what they show all the same; `nil` for nothing.
    var credential: String? {
        let shown = [authorization, apiKey, cookie]
        guard shown.contains(where: { $0 != nil }) else { return nil }
        return Base64URL.encode(SHA256.hash(Array(shown.map { $0 ?? "" }.joined(separator: "\n").utf8)))
    }

    /// Whether a body follows the head.
    var hasBody: Bool { transferEncoding != nil || contentLength != nil && contentLength != "0" }

    /// The body's announced length; `nil` for a chunked one.
    var bodyLength: Int? { transferEncoding == nil ? contentLength.flatMap { Int($0) } : nil }

    /// Whether this request is the connection's last one of HTTP.
    ///
    /// The parser reads no further only if `Connection` says so and there is no body. It knows no white space but the space, and
    /// neither may this: bytes that it went on to read as HTTP must never reach the handlers of another protocol.
    var offersUpgrade: Bool {
        let options = connection?.lowercased().split(separator: ",") ?? []
        return !hasBody && options.contains { $0.split(separator: " ") == ["upgrade"] }
    }

    /// The value of a cookie; of several by that name the first.
    func cookie(named name: String) -> String? {
        guard let cookie else { return nil }
        for pair in cookie.utf8.split(separator: UInt8(ascii: ";")) {
            let pair = pair.drop { $0 == UInt8(ascii: " ") }
            guard pair.starts(with: name.utf8), pair.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else {
                continue
            }
            return Substring(pair.dropFirst(name.utf8.count + 1)).trimmed
        }
        return nil
    }
}

extension String {
    /// Tells whether `==`, `hash` and the like take linear time; see `StreamSafeText`.
    var isSafeToCompare: Bool { utf8.allSatisfy { $0 < 0x80 } || StreamSafeText.isSafe(self) }

    /// Returns the first bytes, which bounds the length of a log line.
    func prefix(bytes count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
