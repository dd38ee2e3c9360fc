import Foundation

/// The secrets of a deployment in containers: a folder for each of them, so that none sees what another one needs.
///
/// Files are readable to all, because images have accounts of their own; who may see a folder is decided by who mounts it.
struct DeploymentSecrets: Sendable {
    let folder: String
    /// Other services that get keyrings.
    var others: [OtherService] = []

    /// Makes what is missing; what is derived from it is written again.
    ///
    /// - Parameter step: The next step of replacing the mesh keys.
    /// - Throws: `Failure` for a step out of order, or if the folder cannot be written.
    func make(_ step: MeshRoots.Step? = nil) throws {
        let all = try secrets("operator")
        try makeKeyrings(step)
        var users: [String] = []
        for service in Service.onMesh {
            guard let role = service.role else { continue }
            let password = try all.value("postgres-\(role)")
            users.append("\"\(role)\" \"\(password)\"\n")
            try hand(service.name, ["postgres-password": password])
            try hand("\(service.name)-owner", ["postgres-password": try all.value("postgres-\(role)_owner")])
        }
        let redis = try all.value("redis")
        try hand("gateway", ["redis-url": "redis://:\(redis)@redis:6379"])
        try hand("auth", ["auth-key-encryption": try all.value("auth-key-encryption")])
        try hand("forms", ["forms-participant": try all.value("forms-participant")])
        try hand("notifier", ["realtime-token": try all.value("realtime-token")])
        try hand("postgres", ["postgres-password": try all.value("postgres-postgres")])
        try hand("pgbouncer", ["users.txt": users.joined()])
        try hand("redis", ["redis.conf": "requirepass \(redis)\n"])
        try hand("minio", ["user": "rovierr", "password": try all.value("minio")])
    }

    /// The root stays in a folder that no container mounts, readable by root only.
    private func makeKeyrings(_ step: MeshRoots.Step?) throws {
        try makeFolder("\(folder)/generator", mode: 0o700)
        let roots = MeshRoots(secrets: Secrets(folder: "\(folder)/generator"))
        if let step { try roots.take(step) }
        let (current, previous) = try roots.keyrings(others: others)
        for name in current.names {
            try hand(
                name,
                ["mesh-keys": current.text(of: name), "mesh-keys-previous": previous?.text(of: name) ?? ""]
            )
            // The single key that all daemons of earlier versions shared.
            unlinkFile("\(folder)/\(name)/mesh-key")
        }
    }

    private func secrets(_ consumer: String) throws -> Secrets {
        try makeFolder("\(folder)/\(consumer)", mode: 0o755)
        return Secrets(folder: "\(folder)/\(consumer)", mode: 0o444)
    }

    private func hand(_ consumer: String, _ files: [String: String]) throws {
        let secrets = try secrets(consumer)
        for (name, text) in files {
            try write(Array(text.utf8), to: "\(secrets.folder)/\(name)", mode: secrets.mode)
        }
    }
}
