public import Logging
public import Loops
public import ServiceLifecycle

/// Serves the operations of one service.
///
/// A handler sees only requests that come from a service with a key to call this one, are recent, not replayed, meant
/// for this service and this very process, and whose user, if any, the gateway vouches for. Whatever the handler does,
/// the caller has an answer at the deadline.
public final class MeshServer: Sendable, Service {
    /// Which process this is: random, and the same that `mesh.info` answers.
    public let instance: String
    let core: ServerCore

    /// Binds the request address; requests are read once the server is started.
    ///
    /// - Parameters:
    ///   - configuration: Who this is, where it listens, its keys and limits.
    ///   - logger: For handlers that fail and messages that are not authentic.
    ///   - loop: The loop that receives requests and runs handlers; `nil` for one of its own.
    ///   - handler: Answers a request in a task of its own, which is cancelled at the deadline. The task runs on the
    ///     loop, so that no request changes threads, which would cost as much as all the rest. An operation that
    ///     recently held the loop for over a millisecond runs beside it. A `MeshFailure` that the handler throws is
    ///     answered with status 500; any other error is logged and becomes the failure `internal`.
    /// - Throws: `NanomsgError` when the address cannot be bound.
    public init(
        configuration: MeshConfiguration,
        logger: Logger,
        loop: Loop? = nil,
        handler: @escaping @Sendable (MeshRequest) async throws -> MeshReply
    ) throws {
        let loop = loop ?? Loop(name: "mesh-server", logger: logger)
        core = try ServerCore(configuration: configuration, logger: logger, loop: loop) { request, running, core in
            running.start {
                // One that was held up until its deadline has its answer; work on it would only hold up the next ones.
                if running.hasAnswer {
                    running.skip()
                } else {
                    core.answer(running, with: await Self.reply(to: request, by: handler, logger: logger))
                }
                core.finish(running)
            }
        }
        instance = InstanceID.text(core.instance)
    }

    deinit {
        core.stop()
    }

    private static func reply(
        to request: MeshRequest,
        by handler: @Sendable (MeshRequest) async throws -> MeshReply,
        logger: Logger
    ) async -> MeshReply {
        do {
            return try await handler(request)
        } catch let failure as MeshFailure {
            return MeshReply(status: 500, failure: failure)
        } catch {
            logger.error(
                "A handler failed",
                metadata: [
                    "operation": "\(request.operation)", "request.id": "\(request.requestID)", "error": "\(error)",
                ]
            )
            return MeshReply(status: 500, failure: MeshFailure(code: "internal", message: "Internal error"))
        }
    }

    /// `true` if new requests are sent to other replicas.
    public var isDraining: Bool { core.isDraining }

    /// Begins to read requests; to be called once.
    public func start() throws {
        try core.start()
    }

    /// Serves until graceful shutdown, then drains.
    public func run() async throws {
        try start()
        // Cancellation ends the wait as well, and is not a failure.
        try? await gracefulShutdown()
        await drain()
    }

    /// Sends new requests away unread, waits until the others are answered, and closes.
    ///
    /// - Parameter patience: The maximum time to wait for handlers; `nil` for the configured `drainTimeout`.
    public func drain(for patience: Duration? = nil) async {
        await core.drain(for: patience ?? core.configuration.limits.drainTimeout)
    }
}
