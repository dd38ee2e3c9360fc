import Contracts
import HTTPTypes
import NIOHTTP1

/// What is wrong with a request as HTTP, before anyone asks what it wants.
enum RequestForm {
    static func fault(of exchange: Exchange) -> ServiceError? {
        let fields = exchange.fields
        if fields.hasUnsafeText { return ServiceError(.badRequest, StreamSafeText.refusal("A header field")) }
        if fields.hasConflict { return ServiceError(.badRequest, "A header field that may appear once appears twice.") }
        if exchange.head.version == .http1_1, fields.host?.isEmpty ?? true {
            return ServiceError(.badRequest, "The header Host is missing.")
        }
        if let host = fields.host, !isHost(host) { return ServiceError(.badRequest, "The header Host is invalid.") }
        if let coding = fields.transferEncoding {
            // Both would let two readers see two different requests (RFC 9112 §6.1).
            guard fields.contentLength == nil else {
                return ServiceError(.badRequest, "The body's length is ambiguous.")
            }
            // Of all codings, `chunked` alone, and once, is what every reader ends at the same byte.
            guard coding.lowercased() == "chunked" else {
                return ServiceError(.badRequest, "Unsupported Transfer-Encoding: use chunked.")
            }
        }
        if let length = fields.contentLength, Int(length) == nil || length.utf8.first == UInt8(ascii: "+") {
            return ServiceError(.badRequest, "Content-Length is not a number.")
        }
        if let expectation = fields.expect, expectation.lowercased() != "100-continue" {
            return ServiceError(.expectationFailed)
        }
        return nil
    }

    /// Whether a text may be a host with a port (RFC 3986 §3.2.2, without what no host on the network has).
    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0.isASCIILetterOrDigit || ".-_~:[]%".utf8.contains($0) }
    }

    /// What is wrong with the body, as far as the head tells.
    static func bodyFault(of exchange: Exchange, _ endpoint: Endpoint) -> ServiceError? {
        let fields = exchange.fields
        if let key = fields.idempotencyKey, !isIdempotencyKey(key) {
            let message = "Must be 1 to 255 printable ASCII characters."
            return ServiceError(ValidationError("Idempotency-Key", .badFormat, message))
        }
        guard fields.hasBody else { return nil }
        if let length = fields.bodyLength, length > endpoint.bodyLimit { return tooLarge(endpoint.bodyLimit) }
        guard endpoint.takesBody else { return nil }
        guard endpoint.accepts(contentType: fields.contentType ?? "") else {
            return ServiceError(.unsupportedMediaType, "Send the body as \(endpoint.requestType).")
        }
        if let coding = fields.contentEncoding, coding.lowercased() != "identity" {
            return ServiceError(.unsupportedMediaType, "Send the body without Content-Encoding.")
        }
        return nil
    }

    static func tooLarge(_ limit: Int) -> ServiceError {
        ServiceError(.payloadTooLarge, "The body may have at most \(limit) bytes.")
    }

    private static func isIdempotencyKey(_ key: String) -> Bool {
        (1...255).contains(key.utf8.count) && key.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

extension ServiceError {
    /// Thrown if bodies fill the memory, or those of one source its share.
    static let noRoomForBody = ServiceError(
        .serviceUnavailable,
        "Too many request bodies in progress.",
        retryAfter: .seconds(1)
    )
}

extension StreamSafeText {
    /// Returns the message for a part of a request that is not stream-safe.
    static func refusal(_ part: String) -> String { "\(part) has more than \(longestRun) combining marks in a row." }
}
