@testable import Mesh
import TestKit

extension String {
    /// Any text: empty, with control characters, with characters beyond the first plane.
    static func random(using random: inout SeededGenerator) -> String {
        let count = Int.random(in: 0..<12, using: &random)
        return String(
            String.UnicodeScalarView(
                (0..<count).compactMap { _ in
                    let limit: UInt32 = Bool.random(using: &random) ? 0x7f : 0x10ffff
                    return Unicode.Scalar(UInt32.random(in: 0...limit, using: &random))
                }
            )
        )
    }

    /// A random name of visible ASCII.
    static func randomName(using random: inout SeededGenerator) -> String {
        String(
            decoding: (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0x21...0x7e, using: &random)
            },
            as: UTF8.self
        )
    }

    /// Any text, or `nil`, which is how an empty one comes back.
    static func randomOrNil(using random: inout SeededGenerator) -> String? {
        let text = String.random(using: &random)
        return text.isEmpty ? nil : text
    }
}

extension [UInt8] {
    static func random(atMost limit: Int, using random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &random)).map { _ in .random(in: .min ... .max, using: &random) }
    }
}

extension UInt64 {
    /// Numbers of every length.
    static func randomLength(using random: inout SeededGenerator) -> UInt64 {
        .random(in: .min ... .max, using: &random) >> UInt64.random(in: 0...63, using: &random)
    }
}

extension [MeshField] {
    static func random(using random: inout SeededGenerator) -> [MeshField] {
        (0..<Int.random(in: 0..<4, using: &random)).map { _ in
            MeshField(.random(using: &random), .random(using: &random))
        }
    }
}

extension MeshEvent {
    static func random(using random: inout SeededGenerator) -> MeshEvent {
        MeshEvent(
            id: .random(using: &random),
            source: .random(using: &random),
            type: .random(using: &random),
            version: .random(in: 1...Int(UInt32.max), using: &random),
            subject: .randomOrNil(using: &random),
            time: .random(using: &random),
            tenantID: .randomOrNil(using: &random),
            actor: .randomOrNil(using: &random),
            trace: Bool.random(using: &random) ? TraceContext(isSampled: .random(using: &random)) : nil,
            aggregate: .randomOrNil(using: &random),
            position: Int64(bitPattern: .randomLength(using: &random)),
            epoch: .random(using: &random),
            dataContentType: .random(using: &random),
            data: .random(atMost: 200, using: &random),
            notice: .random(atMost: 200, using: &random)
        )
    }
}

extension RequestEnvelope {
    static func random(using random: inout SeededGenerator) -> RequestEnvelope {
        var request = MeshRequest(
            operation: .randomName(using: &random),
            version: .random(in: .min ... .max, using: &random),
            requestID: .randomName(using: &random),
            timeLeft: .zero,
            trace: TraceContext(isSampled: .random(using: &random)),
            idempotencyKey: .randomOrNil(using: &random),
            pathParameters: .random(using: &random),
            query: .random(using: &random),
            headers: .random(using: &random),
            contentType: .random(using: &random),
            body: .random(atMost: 300, using: &random)
        )
        if Bool.random(using: &random) {
            let principal = Principal(
                userID: .random(using: &random),
                tenantID: .randomOrNil(using: &random),
                sessionID: .random(using: &random),
                role: .random(using: &random),
                permissions: (0..<Int.random(in: 0..<20, using: &random)).map { _ in .random(using: &random) },
                credential: Bool.random(using: &random) ? .session : .apiKey
            )
            let key = SignatureKey(seed: (0..<32).map { _ in .random(in: .min ... .max, using: &random) })
            request.identity = try? SignedIdentity(principal, signer: .randomName(using: &random), key: key, now: 7)
        }
        return RequestEnvelope(
            session: .randomLength(using: &random),
            sequence: .randomLength(using: &random),
            correlation: .random(in: .min ... .max, using: &random),
            instance: .randomLength(using: &random),
            sentAt: .randomLength(using: &random),
            replyCredit: Int(UInt32.random(in: .min ... .max, using: &random)),
            service: .randomName(using: &random),
            request: request
        )
    }
}

extension ReplyEnvelope {
    static func random(using random: inout SeededGenerator) -> ReplyEnvelope {
        let refusals: [Refusal?] = [
            nil, .wrongInstance, .wrongService, .draining, .overloaded, .expired, .timedOut, .unidentified,
        ]
        var reply = ReplyEnvelope(
            refusal: refusals.randomElement(using: &random) ?? nil,
            instance: .randomLength(using: &random),
            status: Int(UInt32.random(in: .min ... .max, using: &random)),
            body: .random(atMost: 300, using: &random)
        )
        reply.errorCode = .random(using: &random)
        reply.contentType = .random(using: &random)
        reply.headers = .random(using: &random)
        reply.held = .randomLength(using: &random)
        reply.totalBytes = Int(UInt64.randomLength(using: &random) >> 1)
        return reply
    }
}
