/// A service's operations and the types of its events, each listed once.
///
/// The daemon, its description and every test that walks all operations read this list.
public struct ServiceAPI: Sendable {
    /// The service's name in the mesh, with which the name of each operation begins.
    public let service: String
    public let operations: [any ServiceOperation.Type]
    /// The types of all events that the service emits.
    public let events: [any ServiceEvent.Type]

    /// - Parameters:
    ///   - service: The service's name in the mesh.
    ///   - operations: All operations that it answers, in the order of its description.
    ///   - events: The types of all events that it emits.
    public init(
        _ service: String,
        operations: [any ServiceOperation.Type],
        events: [any ServiceEvent.Type] = []
    ) {
        self.service = service
        self.operations = operations
        self.events = events
    }
}
