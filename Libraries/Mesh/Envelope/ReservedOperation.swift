/// Operations that the mesh itself answers.
enum ReservedOperation {
    static let ping = "mesh.ping"
    static let info = "mesh.info"
    static let stats = "mesh.stats"
    static let pull = "reply.pull"
    /// Ends the request in flight that has the same correlation; it has no answer of its own.
    static let cancel = "mesh.cancel"
}
