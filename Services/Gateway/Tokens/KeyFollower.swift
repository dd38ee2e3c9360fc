import AuthContracts
import Contracts
import Logging
import Mesh
import ServiceLifecycle
import Synchronization
import Tokens

/// Keeps auth's public keys at hand. What was fetched once stays in use while auth is away.
final class KeyFollower: Service {
    /// How soon another fetch may follow one that was caused by an unknown key, so that made-up key names cost nothing.
    private static let refetchInterval: Duration = .seconds(5)
    /// How often keys are fetched without any cause, so that withdrawn ones go.
    private static let regularInterval: Duration = .seconds(60)

    private struct State {
        var isFetching = false
        var lastFetch: ContinuousClock.Instant?
        var waiting: [@Sendable () -> Void] = []
    }

    private let mesh: MeshClient
    private let authenticator: Authenticator
    private let logger: Logger
    private let state = Mutex(State())

    init(mesh: MeshClient, authenticator: Authenticator, logger: Logger) {
        self.mesh = mesh
        self.authenticator = authenticator
        self.logger = logger
    }

    /// Fetches the keys once more unless that was done just now; calls meanwhile share the one fetch.
    ///
    /// - Parameter completion: Runs on any thread when it is worth looking again, or at once when it is not.
    /// - Returns: Whether a fetch is under way; `completion` runs only then.
    func refetch(_ completion: @escaping @Sendable () -> Void) -> Bool {
        let (isUnderWay, begins) = state.withLock { state -> (Bool, Bool) in
            if state.isFetching {
                state.waiting.append(completion)
                return (true, false)
            }
            if let last = state.lastFetch, authenticator.hasKeys, .now - last < Self.refetchInterval {
                return (false, false)
            }
            state.waiting.append(completion)
            state.isFetching = true
            return (true, true)
        }
        if begins { fetch() }
        return isUnderWay
    }

    private func fetch() {
        let request = MeshRequest(operation: ListKeys.contract.name, timeLeft: .seconds(3))
        mesh.send(request, to: ListKeys.contract.service) { [self] result in
            install(result)
            let waiting = state.withLock { state in
                state.isFetching = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for completion in waiting { completion() }
        }
    }

    private func install(_ result: Result<MeshReply, MeshError>) {
        do {
            let reply = try result.get()
            if let failure = reply.failure { throw failure }
            authenticator.replaceKeys(try VerificationKeys(jsonWebKeySet: reply.body))
            state.withLock { $0.lastFetch = .now }
        } catch {
            logger.debug("The keys of access tokens could not be fetched", metadata: ["error": "\(error)"])
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                _ = refetch {}
                let pause: Duration = authenticator.hasKeys ? Self.regularInterval : .milliseconds(50)
                try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
            }
        }
    }
}
