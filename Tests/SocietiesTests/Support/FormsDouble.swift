import Contracts
import FormsContracts
import HTTPTypes
import Mesh
import Synchronization

/// Stands for forms as far as societies sees it: what is submitted under a key is kept once, and taken back on demand.
///
/// It is asked over real sockets and can be made to refuse, to fail before or to fail after it has stored an answer.
final class FormsDouble: Sendable {
    enum Fault: Sendable {
        /// Forms stores nothing and says so, as far as the caller can tell, no more than a lost reply would.
        case failsBefore
        /// Forms stores the answers, and the reply is lost.
        case failsAfter
        case refuses(ErrorCode, details: [MeshFailure.Detail] = [])
    }

    struct State {
        var responses: [SubmissionKey: FormResponse] = [:]
        var withdrawn: Set<SubmissionKey> = []
        var entity: [FormID: FormEntityID] = [:]
        /// For the next submission only.
        var fault: Fault?
        var isDown = false
        /// Submissions that it fails to withdraw.
        var broken: Set<SubmissionKey> = []
        /// Why.
        var brokenCode = ErrorCode.internalError
        var takesOneResponsePerUser = false
        var submissions = 0
        var meanwhile: (@Sendable () async throws -> Void)?
    }

    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// Lets something else happen while the next submission is being answered.
    func meanwhile(_ body: @escaping @Sendable () async throws -> Void) { change { $0.meanwhile = body } }

    var responses: [SubmissionKey: FormResponse] { state.withLock(\.responses) }
    var submissions: Int { state.withLock(\.submissions) }
    var withdrawn: Set<SubmissionKey> { state.withLock(\.withdrawn) }

    func handle(_ request: MeshRequest) async throws -> MeshReply {
        if state.withLock(\.isDown) { return Self.failure(.serviceUnavailable) }
        switch request.operation {
        case SubmitForEntity.contract.name:
            let submission = try SubmitForEntity(jsonBytes: request.body)
            let meanwhile = state.withLock { state in
                state.submissions += 1
                defer { state.meanwhile = nil }
                return state.meanwhile
            }
            try await meanwhile?()
            return submit(submission, by: request.principal.flatMap { UserID($0.userID) })
        case WithdrawSubmission.contract.name:
            let key = try WithdrawSubmission(jsonBytes: request.body).submissionKey
            let code = state.withLock { $0.broken.contains(key) ? $0.brokenCode : nil }
            if let code { return Self.failure(code) }
            state.withLock { state in
                state.responses[key] = nil
                state.withdrawn.insert(key)
            }
            return MeshReply(status: 204)
        case BindForm.contract.name:
            let binding = try BindForm(jsonBytes: request.body)
            let isTheirs = state.withLock { $0.entity[binding.formId] == binding.entityId }
            return isTheirs ? MeshReply(status: 204) : Self.failure(.notFound)
        default: return Self.failure(.notFound)
        }
    }

    private func submit(_ submission: SubmitForEntity, by user: UserID?) -> MeshReply {
        state.withLock { state in
            let fault = state.fault
            state.fault = nil
            switch fault {
            case .failsBefore: return Self.failure(.serviceUnavailable)
            case .refuses(let code, let details): return Self.failure(code, details)
            case .failsAfter, nil: break
            }
            guard !state.withdrawn.contains(submission.submissionKey) else { return Self.failure(.submissionWithdrawn) }
            guard state.entity[submission.formId] == submission.entityId else { return Self.failure(.notFound) }
            if state.responses[submission.submissionKey] == nil {
                let isTaken = state.responses.values.contains { $0.userId == user && $0.formId == submission.formId }
                if state.takesOneResponsePerUser, isTaken { return Self.failure(.alreadyResponded) }
                state.responses[submission.submissionKey] = FormResponse(
                    id: FormResponseID(),
                    formId: submission.formId,
                    formVersion: 1,
                    userId: user,
                    answers: RawJSON(bytes: submission.answers.jsonBytes),
                    paymentStatus: nil,
                    submittedAt: .now(),
                    completionTime: nil
                )
            }
            if case .failsAfter? = fault { return Self.failure(.serviceUnavailable) }
            let body = state.responses[submission.submissionKey]?.body(trimmedTo: nil) ?? []
            return MeshReply(status: 201, body: body)
        }
    }

    private static func failure(_ code: ErrorCode, _ details: [MeshFailure.Detail] = []) -> MeshReply {
        MeshReply(
            status: code.status.code,
            failure: MeshFailure(code: code.code, message: code.message, details: details, retryAfter: nil)
        )
    }
}
