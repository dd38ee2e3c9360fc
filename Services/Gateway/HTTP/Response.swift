import Contracts
import HTTPTypes
import Mesh

/// An answer before it is written: what every answer carries beside this, the connection adds.
struct Response: Sendable {
    var status: Int
    var contentType = ""
    var headers: [(String, String)] = []
    var body: [UInt8] = []

    init(status: Int, contentType: String = "", headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
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
        if !error.details.isEmpty {
            writer.name("details")
            writer.beginArray()
            for detail in error.details { write(detail, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        writer.name("statusCode")
        writer.integer(status)
        writer.name("requestId")
        writer.string(requestID)
        writer.endObject()
        return writer.bytes
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
        let headers = reply.headers.filter { !Self.ownHeaders.contains($0.name) && Self.isPlain($0.value) }
            .map { ($0.name, $0.value) }
        if let failure = reply.failure {
            self.init(
                ServiceError(failure, status: reply.status),
                requestID: requestID,
                hasToken: hasToken,
                headers: headers
            )
        } else {
            self.init(status: reply.status, contentType: reply.contentType, headers: headers, body: reply.body)
        }
    }

    /// What the mesh says instead of a service.
    init(_ error: MeshError, requestID: String) {
        let refusal: ServiceError =
            switch error {
            case .deadlineExceeded: ServiceError(.deadlineExceeded)
            case .tooLarge: ServiceError(.internalError)
            case .unavailable, .overloaded, .suspended, .unknownService, .invalidPeer, .closed:
                ServiceError(.serviceUnavailable, retryAfter: .seconds(1))
            }
        self.init(refusal, requestID: requestID)
    }

    private static let ownHeaders: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade",
        "content-length",
        "content-type", "date", "vary", CSVPart.nextHeader, "x-request-id", "ratelimit-limit", "ratelimit-remaining",
        "ratelimit-reset",
        "access-control-allow-origin", "access-control-allow-credentials",
    ]

    /// Without what would end the header field and begin another.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

extension ServiceError {
    /// A service's refusal, as it travelled.
    init(_ failure: MeshFailure, status: Int) {
        self.init(
            ErrorCode(failure.code, HTTPResponse.Status(code: status), failure.message),
            failure.message,
            details: failure.details.map {
                FieldError($0.field, $0.code.map(FieldErrorCode.init(rawValue:)), $0.message)
            },
            retryAfter: failure.retryAfter
        )
    }
}

/// Refusals that only the edge gives.
extension ErrorCode {
    static let badRequest = ErrorCode("BAD_REQUEST", .badRequest, "The request is no valid HTTP.")
    static let requestTimeout = ErrorCode("REQUEST_TIMEOUT", .requestTimeout, "The request did not arrive in time.")
    static let headersTooLarge = ErrorCode(
        "HEADERS_TOO_LARGE",
        .requestHeaderFieldsTooLarge,
        "The headers are too large."
    )
    static let expectationFailed = ErrorCode(
        "EXPECTATION_FAILED",
        .expectationFailed,
        "Only 100-continue can be expected here."
    )
    static let versionNotSupported = ErrorCode(
        "HTTP_VERSION_NOT_SUPPORTED",
        .httpVersionNotSupported,
        "This server speaks HTTP/1.1."
    )
    static let notImplemented = ErrorCode(
        "NOT_IMPLEMENTED",
        .notImplemented,
        "The request asks for something that is not supported."
    )
}
