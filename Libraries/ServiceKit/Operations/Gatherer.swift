public import Contracts
import Logging

/// Asks several services for their parts of one whole, all at once.
public struct Gatherer: Sendable {
    private let caller: ServiceCaller
    private let services: [String]

    /// - Parameters:
    ///   - caller: Calls the services.
    ///   - services: The names of those that take part.
    public init(caller: ServiceCaller, services: [String]) {
        self.caller = caller
        self.services = services
    }

    /// Asks each service for its part.
    ///
    /// - Parameters:
    ///   - operation: The operation, which each of them answers.
    ///   - limit: The time for all of them.
    ///   - context: The request that it is done for.
    /// - Returns: The parts of those that answered in time, and the names of the others, whose failures are logged.
    public func gather<Operation: ReservedOperation>(
        _ operation: Operation,
        within limit: Duration,
        _ context: RequestContext
    ) async -> Gathered<Operation.Reply> {
        let context = context.limited(to: limit)
        return await withTaskGroup(of: (service: String, part: Operation.Reply?).self) { group in
            for service in services {
                group.addTask {
                    do {
                        return (service: service, part: try await caller.call(operation, to: service, context))
                    } catch {
                        context.logger.warning(
                            "A service's part is missing",
                            metadata: ["service": "\(service)", "error": "\(error)"]
                        )
                        return (service: service, part: nil)
                    }
                }
            }
            var gathered = Gathered<Operation.Reply>(parts: [:], missing: [])
            for await (service, part) in group {
                if let part { gathered.parts[service] = part } else { gathered.missing.append(service) }
            }
            gathered.missing.sort()
            return gathered
        }
    }
}

/// The parts of a whole, by service.
public struct Gathered<Part: Sendable>: Sendable {
    public internal(set) var parts: [String: Part]
    /// The services that did not answer.
    public internal(set) var missing: [String]
}
