import AuthContracts
import Contracts
import Logging
import Mesh
import ServiceLifecycle
import Tokens

/// Fetches auth's public keys; whoever asks while a fetch runs shares it.
actor KeySource {
    /// How soon one fetch may follow another, whatever came of that, so that made-up key names cost nothing.
    private static let interval: Duration = .seconds(5)

    private let mesh: MeshClient
    private let logger: Logger
    private var fetching: Task<VerificationKeys?, Never>?
    private var lastFetch: ContinuousClock.Instant?

    init(mesh: MeshClient, logger: Logger) {
        self.mesh = mesh
        self.logger = logger
    }

    /// - Parameter isUrgent: Whether the interval does not count, because there is no key at all.
    /// - Returns: `nil` when nothing was fetched.
    func fetch(isUrgent: Bool) async -> VerificationKeys? {
        if let fetching { return await fetching.value }
        if let lastFetch, !isUrgent, .now - lastFetch < Self.interval { return nil }
        // A task of its own, so that one caller's going away does not take the keys from the others.
        let task = Task { await ask() }
        fetching = task
        let keys = await task.value
        fetching = nil
        lastFetch = .now  // of a failure too, or made-up names would keep asking an auth that is in trouble already
        return keys
    }

    private func ask() async -> VerificationKeys? {
        let request = MeshRequest(operation: ListKeys.contract.name, timeLeft: .seconds(3), repeatability: .read)
        do {
            let reply = try await mesh.call(request, to: ListKeys.contract.service)
            if let failure = reply.failure { throw failure }
            return try await VerificationKeys(jsonWebKeySet: reply.body)
        } catch {
            logger.debug("The keys of access tokens could not be fetched", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

/// Keeps the keys up to date: at the start as soon as auth is there, then now and then, so that withdrawn ones go.
struct KeyFollower: Service {
    let authenticator: Authenticator

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await authenticator.fetchKeys()
                let pause: Duration = authenticator.hasKeys ? .seconds(60) : .milliseconds(50)
                try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
            }
        }
    }
}
