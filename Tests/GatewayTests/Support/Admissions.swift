import Contracts
import HTTPTypes
import Mesh
import NotifierContracts
import TestKit

/// What the notifier answers when the gateway asks to admit a live connection.
actor Admissions {
    private var expected: [String: RealtimeAdmission] = [:]
    private(set) var asked: [ConnectRealtime] = []
    /// Answers wait while this is set, so that a test can let something happen meanwhile.
    private var isHeld = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func admit(_ token: String, as admission: RealtimeAdmission) { expected[token] = admission }

    func hold() { isHeld = true }

    func release() {
        isHeld = false
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func answer(_ request: MeshRequest) async -> MeshReply {
        guard let operation = try? ConnectRealtime(jsonBytes: request.body) else { return Self.refusal(.validation) }
        asked.append(operation)
        if isHeld { await withCheckedContinuation { waiting.append($0) } }
        if operation.token.text == "expired" { return Self.refusal(.realtimeTokenExpired) }
        guard let admission = expected[operation.token.text] else { return Self.refusal(.realtimeTokenInvalid) }
        return MeshReply(body: admission.body(trimmedTo: nil))
    }

    private static func refusal(_ code: ErrorCode) -> MeshReply {
        MeshReply(status: code.status.code, failure: MeshFailure(code: code.code, message: code.message))
    }
}
