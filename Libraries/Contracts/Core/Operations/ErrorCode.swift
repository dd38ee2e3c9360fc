public import HTTPTypes

/// A refusal that clients can tell from others: its code never changes once it is published.
public struct ErrorCode: Sendable, Hashable {
    public let code: String
    public let status: HTTPResponse.Status
    /// What a person reads when the thrower says nothing better.
    public let message: String

    public init(_ code: String, _ status: HTTPResponse.Status, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension ErrorCode {
    public static let validation = Self("VALIDATION_ERROR", .badRequest, "Some fields are not valid.")
    public static let malformedJSON = Self("MALFORMED_JSON", .badRequest, "The body is not valid JSON.")
    public static let unauthorized = Self("UNAUTHORIZED", .unauthorized, "Sign in first.")
    public static let forbidden = Self("FORBIDDEN", .forbidden, "You may not do this.")
    public static let notFound = Self("NOT_FOUND", .notFound, "Not found, or not visible to you.")
    public static let methodNotAllowed = Self(
        "METHOD_NOT_ALLOWED",
        .methodNotAllowed,
        "This address does not support the method."
    )
    public static let conflict = Self("CONFLICT", .conflict, "The request conflicts with the current state.")
    public static let invalidState = Self("INVALID_STATE", .conflict, "This is not possible in the current state.")
    public static let alreadyDecided = Self("ALREADY_DECIDED", .conflict, "This was already decided.")
    public static let quotaExceeded = Self(
        "QUOTA_EXCEEDED",
        .conflict,
        "The limit on how many of these may exist is reached; remove some first."
    )
    public static let gone = Self("GONE", .gone, "This no longer exists.")
    public static let preconditionFailed = Self(
        "PRECONDITION_FAILED",
        .preconditionFailed,
        "The resource has changed; read it again first."
    )
    public static let payloadTooLarge = Self("PAYLOAD_TOO_LARGE", .contentTooLarge, "The body is too large.")
    public static let unsupportedMediaType = Self(
        "UNSUPPORTED_MEDIA_TYPE",
        .unsupportedMediaType,
        "Send the body as application/json."
    )
    public static let idempotencyKeyReused = Self(
        "IDEMPOTENCY_KEY_REUSED",
        .unprocessableContent,
        "This Idempotency-Key was used with another request."
    )
    public static let idempotencyInProgress = Self(
        "IDEMPOTENCY_IN_PROGRESS",
        .conflict,
        "The first request with this Idempotency-Key is still running."
    )
    public static let rateLimited = Self("RATE_LIMITED", .tooManyRequests, "Too many requests; wait a moment.")
    public static let originNotAllowed = Self(
        "ORIGIN_NOT_ALLOWED",
        .forbidden,
        "Requests from this origin are not allowed."
    )
    public static let internalError = Self("INTERNAL_ERROR", .internalServerError, "Something went wrong on our side.")
    public static let serviceUnavailable = Self(
        "SERVICE_UNAVAILABLE",
        .serviceUnavailable,
        "The service is not available; try again shortly."
    )
    public static let deadlineExceeded = Self("DEADLINE_EXCEEDED", .gatewayTimeout, "The answer took too long.")
}

/// A refusal on its way to the caller, whichever service it comes from.
public struct ServiceError: Error, Sendable, Equatable, CustomStringConvertible {
    public let code: ErrorCode
    public let message: String
    public let details: [FieldError]
    /// How long to wait before trying again.
    public let retryAfter: Duration?

    public init(_ code: ErrorCode, _ message: String? = nil, details: [FieldError] = [], retryAfter: Duration? = nil) {
        self.code = code
        self.message = message ?? code.message
        self.details = details
        self.retryAfter = retryAfter
    }

    public init(_ validation: ValidationError) {
        self.init(.validation, details: validation.details)
    }

    public var description: String { "\(code.code): \(message)" }
}
