/// Operations that the mesh itself answers.
enum ReservedOperation {
    static let ping = "mesh.ping"
    static let info = "mesh.info"
    static let stats = "mesh.stats"
    static let pull = "reply.pull"
}
