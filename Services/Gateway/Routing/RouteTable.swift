import Contracts
import Logging
import Mesh
import ServiceKit
import Synchronization

/// What all running services describe, as routes; replaced as a whole when a description changes.
final class RouteTable: Sendable {
    /// One state of the table.
    final class Snapshot: Sendable {
        let tree: RouteTree
        let descriptions: [ServiceDescription]
        /// Whether every configured service has described itself at least once.
        let isComplete: Bool
        /// Grows with every change.
        let generation: Int

        init(tree: RouteTree, descriptions: [ServiceDescription], isComplete: Bool, generation: Int) {
            self.tree = tree
            self.descriptions = descriptions
            self.isComplete = isComplete
            self.generation = generation
        }
    }

    private let services: [String]
    private let metrics: Metrics
    private let logger: Logger
    private let state: Mutex<(snapshot: Snapshot, known: [String: [UInt8]])>

    init(services: [String], metrics: Metrics, logger: Logger) {
        self.services = services
        self.metrics = metrics
        self.logger = logger
        let empty = Snapshot(tree: RouteTree(), descriptions: [], isComplete: services.isEmpty, generation: 0)
        state = Mutex((empty, [:]))
    }

    var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Services that have not described themselves yet.
    var missing: [String] { state.withLock { state in services.filter { state.known[$0] == nil } } }

    /// Takes in what a service describes; its routes stay when it goes away.
    ///
    /// - Throws: When it is no description, or one of another service.
    func update(_ service: String, with bytes: [UInt8]) throws {
        guard state.withLock({ $0.known[service] != bytes }) else { return }
        let description = try ServiceDescription(jsonBytes: bytes)
        guard description.service == service else {
            throw ServiceError(.internalError, "\(service) describes itself as \(description.service)")
        }
        // The tree is made under the lock: services describe themselves at the same time, and none may be left out.
        state.withLock { state in
            let others = state.snapshot.descriptions.filter { $0.service != service }
            let descriptions = (others + [description]).sorted { $0.service < $1.service }
            let tree = makeTree(descriptions)
            state.known[service] = bytes
            state.snapshot = Snapshot(
                tree: tree,
                descriptions: descriptions,
                isComplete: services.allSatisfy { state.known[$0] != nil },
                generation: state.snapshot.generation + 1
            )
        }
        logger.info(
            "Learnt routes",
            metadata: [
                "of": "\(service)", "version": "\(description.version)",
                "operations": "\(description.operations.count)",
            ]
        )
    }

    private func makeTree(_ descriptions: [ServiceDescription]) -> RouteTree {
        var tree = RouteTree()
        for description in descriptions {
            for operation in description.operations where operation.access != Access.services.description {
                guard let method = operation.method else { continue }
                guard let endpoint = Endpoint(operation, of: description.service, metrics: metrics) else {
                    logger.error(
                        "An operation is described with an unknown method or access",
                        metadata: [
                            "operation": "\(operation.name)", "method": "\(method)", "access": "\(operation.access)",
                        ]
                    )
                    continue
                }
                for path in operation.paths {
                    guard let other = tree.insert(endpoint, method: method, template: path) else { continue }
                    logger.error(
                        "Two operations want one route",
                        metadata: ["route": "\(method) \(path)", "has": "\(other)", "wants": "\(operation.name)"]
                    )
                }
            }
        }
        return tree
    }
}
