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
        for (name, value) in headers {
            if value.isSafeToCompare { take(FieldName(text: name), value) } else { hasUnsafeText = true }
        }
    }

    private mutating func take(_ name: FieldName, _ value: String) {
        switch name {
        case "host": Self.single(value, &host, &hasConflict)
        case "origin": Self.single(value, &origin, &hasConflict)
        case "authorization": Self.single(value, &authorization, &hasConflict)
        case "x-api-key": Self.single(value, &apiKey, &hasConflict)
        case "content-type": Self.single(value, &contentType, &hasConflict)
        case "content-length": Self.single(value, &contentLength, &hasConflict)
        case "transfer-encoding": Self.single(value, &transferEncoding, &hasConflict)
        case "content-encoding": Self.single(value, &contentEncoding, &hasConflict)
        case "idempotency-key": Self.single(value, &idempotencyKey, &hasConflict)
        case "x-csrf-token": Self.single(value, &csrfToken, &hasConflict)
        case "access-control-request-method": Self.single(value, &requestedMethod, &hasConflict)
        case "x-real-ip": Self.single(value, &realIP, &hasConflict)
        case "expect": Self.single(value, &expect, &hasConflict)
        case "cookie": Self.join(value, &cookie, by: "; ")
        case "if-match": Self.join(value, &ifMatch)
        case "if-none-match": Self.join(value, &ifNoneMatch)
        case "accept": Self.join(value, &accept)
        case "x-forwarded-for": Self.join(value, &forwardedFor)
        case "connection": Self.join(value, &connection)
        case "upgrade": Self.join(value, &upgrade)
        case "x-request-id": requestID = value
        case "traceparent": traceparent = traceparent == nil ? value : ""  // two of them name no trace
        case "user-agent": userAgent = value
        default: break
        }
    }

    private static func single(_ value: String, _ field: inout String?, _ hasConflict: inout Bool) {
        hasConflict = hasConflict || field != nil
        field = value
    }

    private static func join(_ value: String, _ field: inout String?, by separator: String = ", ") {
        field = field.map { $0 + separator + value } ?? value
    }

    /// Tells apart those who show no valid credential, by a hash of what they show all the same; `nil` for nothing.
    var credential: String? {
        let shown = [authorization, apiKey, cookie]
        guard shown.contains(where: { $0 != nil }) else { return nil }
        return Base64URL.encode(SHA256.hash(Array(shown.map { $0 ?? "" }.joined(separator: "\n").utf8)))
    }

    /// `true` if a body follows the head.
    var hasBody: Bool { transferEncoding != nil || contentLength != nil && contentLength != "0" }

    /// The body's announced length; `nil` for a chunked one.
    var bodyLength: Int? { transferEncoding == nil ? contentLength.flatMap { Int($0) } : nil }

    /// `true` if this request is the connection's last one of HTTP.
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

/// The name of a header field as it came, which a `switch` compares with names in lower case.
struct FieldName {
    let text: String

    static func ~= (name: String, field: FieldName) -> Bool { field.text.isFieldName(name) }
}

extension String {
    /// Tells whether `==`, `hash` and the like take linear time; see `StreamSafeText`.
    var isSafeToCompare: Bool {
        let bytes = utf8.span
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        return all < 0x80 || StreamSafeText.isSafe(self)
    }

    /// Tells whether this is the name of a header field.
    ///
    /// - Parameter name: In lower case.
    /// - Returns: `true` if the bytes differ at most in the case of ASCII letters.
    func isFieldName(_ name: String) -> Bool {
        guard utf8.count == name.utf8.count else { return false }
        return utf8.elementsEqual(name.utf8) { byte, lower in
            byte == lower || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) && byte | 0x20 == lower
        }
    }

    /// Returns the first bytes, which bounds the length of a log line.
    func prefix(bytes count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
