import Contracts
import HTTPTypes
import Mesh
import NIOHTTP1
import OpenSSL
import ServiceKit

/// An answer before it is written: what every answer carries beside this, the connection adds.
struct Response: Sendable {
    var status: Int
    var contentType = ""
    var headers: [(String, String)] = []
    var body: [UInt8] = []
    /// Which request fields the answer depends on.
    private(set) var vary = "Origin"
    /// What the body says, where it is a refusal.
    private var refusal: Refusal?

    private struct Refusal: Sendable {
        let error: ServiceError
        let requestID: String
    }

    init(status: Int, contentType: String = "", headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A document of our own, with a tag, so that whoever has it can ask whether it is still the same.
    init(document body: [UInt8], contentType: String, headers: [(String, String)] = []) {
        let tag = "\"\(Base64URL.encode(SHA256.hash(body)))\""
        self.init(status: 200, contentType: contentType, headers: [("ETag", tag)] + headers, body: body)
    }

    /// The answer to a client that has it already if `ifNoneMatch` names its tag.
    func unlessKnown(to ifNoneMatch: String?) -> Response {
        guard let ifNoneMatch, let tag = headers.first(where: { $0.0 == "ETag" })?.1,
            EntityTag.isNamed(tag, in: ifNoneMatch)
        else { return self }
        return Response(status: 304, headers: headers)
    }

    /// The one place where refusals get their form, our own and those of services.
    ///
    /// With `hasToken` the caller sent an access token, which a 401 then calls invalid.
    init(_ error: ServiceError, requestID: String, hasToken: Bool = false, headers: [(String, String)] = []) {
        let status = error.code.status.code
        self.init(status: status, contentType: "application/json", headers: headers)
        if let wait = error.retryAfter ?? (status == 503 ? .seconds(1) : nil) {
            let (seconds, fraction) = wait.components
            self.headers.append(("Retry-After", String(max(1, seconds + (fraction > 0 ? 1 : 0)))))
        }
        if status == 401 {
            let isInvalid = hasToken && error.code == .unauthorized
            self.headers.append(("WWW-Authenticate", isInvalid ? "Bearer error=\"invalid_token\"" : "Bearer"))
        }
        body = Self.envelope(error, status: status, requestID: requestID)
        refusal = Refusal(error: error, requestID: requestID)
    }

    /// The answer in the form that the client prefers, which only a refusal has several of.
    func represented(for accept: String?, at path: String) -> Response {
        guard let refusal else { return self }
        var response = self
        response.vary = "Origin, Accept"
        guard let accept, MediaRange.prefers("application/problem+json", over: "application/json", in: accept) else {
            return response
        }
        response.contentType = "application/problem+json"
        response.body = Self.problem(refusal.error, status: status, requestID: refusal.requestID, path: path)
        return response
    }

    private static func envelope(_ error: ServiceError, status: Int, requestID: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.name("success")
        writer.bool(false)
        writer.name("error")
        writer.beginObject()
        writer.name("code")
        writer.string(error.code.code)
        writer.name("message")
        writer.string(error.message)
        write(error.details, as: "details", to: &writer)
        writer.endObject()
        writer.name("statusCode")
        writer.integer(status)
        writer.name("requestId")
        writer.string(requestID)
        writer.endObject()
        return writer.bytes
    }

    /// Problem details (RFC 9457); the type is the code's entry in the reference.
    private static func problem(_ error: ServiceError, status: Int, requestID: String, path: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.beginObject()
        let members = [
            ("type", "/docs#\(error.code.code)"), ("title", HTTPResponseStatus(statusCode: status).reasonPhrase),
            ("detail", error.message), ("instance", path), ("code", error.code.code), ("requestId", requestID),
        ]
        for (name, text) in members {
            writer.name(name)
            writer.string(text)
        }
        writer.name("status")
        writer.integer(status)
        write(error.details, as: "errors", to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ details: [FieldError], as name: String, to writer: inout JSONWriter) {
        guard !details.isEmpty else { return }
        writer.name(name)
        writer.beginArray()
        for detail in details { write(detail, to: &writer) }
        writer.endArray()
    }

    private static func write(_ detail: FieldError, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("field")
        writer.string(detail.field)
        writer.name("message")
        writer.string(detail.message)
        if let code = detail.code {
            writer.name("code")
            writer.string(code.rawValue)
        }
        writer.endObject()
    }

    /// A service's reply.
    ///
    /// Header fields that concern one connection only, or that the gateway itself sets, are left out.
    init(_ reply: MeshReply, requestID: String, hasToken: Bool) {
        let headers = reply.headers.compactMap { field -> (String, String)? in
            !Self.ownHeaders.contains(field.name) && Self.isPlain(field.value) ? (field.name, field.value) : nil
        }
        if let failure = reply.failure {
            self.init(
                ServiceError(failure, status: reply.status),
                requestID: requestID,
                hasToken: hasToken,
                headers: headers
            )
        } else {
            let contentType = reply.body.isEmpty ? "" : reply.contentType
            self.init(status: reply.status, contentType: contentType, headers: headers, body: reply.body)
        }
    }

    /// What the mesh says instead of a service.
    init(_ error: MeshError, requestID: String) {
        let refusal: ServiceError =
            switch error {
            case .deadlineExceeded: ServiceError(.deadlineExceeded)
            case .tooLarge: ServiceError(.internalError)
            case .unavailable, .overloaded, .suspended, .unknownService, .invalidPeer, .unidentified, .closed:
                ServiceError(.serviceUnavailable, retryAfter: .seconds(1))
            }
        self.init(refusal, requestID: requestID)
    }

    private static let ownHeaders: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade",
        "content-length",
        "content-type", "date", "vary", CSVPart.nextHeader, AnonymousReply.header, "x-request-id", "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
        "access-control-allow-origin", "access-control-allow-credentials",
    ]

    /// Without what would end the header field and begin another.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

/// Refusals that only the edge gives.
extension ErrorCode {
    static let badRequest = ErrorCode("BAD_REQUEST", .badRequest, "The request is not valid HTTP.")
    static let requestTimeout = ErrorCode("REQUEST_TIMEOUT", .requestTimeout, "The request did not arrive in time.")
    static let headersTooLarge = ErrorCode(
        "HEADERS_TOO_LARGE",
        .requestHeaderFieldsTooLarge,
        "The headers are too large."
    )
    static let expectationFailed = ErrorCode(
        "EXPECTATION_FAILED",
        .expectationFailed,
        "Unsupported expectation: use 100-continue."
    )
}
