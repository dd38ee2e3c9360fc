import AuthContracts
import Contracts
import Logging
import Mesh
import ServiceLifecycle

/// Learns which sessions have ended: auth says so at once by an event, which may be lost, and is asked every second.
struct RevocationFollower: Service {
    let mesh: MeshClient
    let authenticator: Authenticator
    let logger: Logger
    /// Closes what the sessions have open.
    let onEnd: @Sendable ([SessionID]) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var position: Int64?
            while !Task.isCancelled {
                do {
                    position = try await follow(from: position)
                    authenticator.noteRevocations()
                    authenticator.prune()
                } catch {
                    logger.debug("Ended sessions could not be asked for", metadata: ["error": "\(error)"])
                }
                // Quick before the first answer: until then no token counts.
                let pause: Duration = position == nil ? .milliseconds(50) : .seconds(1)
                try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
            }
        }
    }

    /// Reads and applies all pages of revocations since a position.
    ///
    /// - Returns: The position to continue from.
    private func follow(from position: Int64?) async throws -> Int64 {
        let first = try await revocations(since: position, after: nil)
        end(first.revocations.map(\.sessionId))
        var next = first.next
        while let last = next {
            let page = try await revocations(since: position, after: last)
            end(page.revocations.map(\.sessionId))
            // Stops unless ids grow, so that the loop always ends.
            next = page.next.flatMap { $0 > last ? $0 : nil }
        }
        return first.position
    }

    private func revocations(since position: Int64?, after last: SessionID?) async throws -> Revocations {
        let request = MeshRequest(
            operation: ListRevocations.contract.name,
            timeLeft: .seconds(2),
            contentType: "application/json",
            body: ListRevocations(since: position, after: last).jsonBytes,
            repeatability: .read
        )
        let reply = try await mesh.call(request, to: ListRevocations.contract.service)
        if let failure = reply.failure { throw failure }
        return try Revocations.read(body: reply.body)
    }

    /// Takes in an event of auth's.
    func receive(_ event: MeshEvent) {
        guard event.type == SessionRevoked.type, let event = try? SessionRevoked(jsonBytes: event.data) else { return }
        end([event.sessionId])
    }

    private func end(_ sessions: [SessionID]) {
        let news = authenticator.end(sessions)
        if !news.isEmpty { onEnd(news) }
    }
}
