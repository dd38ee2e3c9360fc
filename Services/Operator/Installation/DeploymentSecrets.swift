import Foundation

/// The secrets of a deployment in containers: a folder for each of them, so that none sees what another one needs.
///
/// Files are readable to all, because images have accounts of their own; who may see a folder is decided by who mounts it.
struct DeploymentSecrets: Sendable {
    let folder: String

    /// Makes what is missing; what is derived from it is written again.
    func make() throws {
        let all = try secrets("operator")
        let meshKey = try all.value("mesh-key")
        var users: [String] = []
        for service in Service.onMesh {
            guard let role = service.role else { continue }
            let password = try all.value("postgres-\(role)")
            users.append("\"\(role)\" \"\(password)\"\n")
            try hand(service.name, ["mesh-key": meshKey, "postgres-password": password])
            try hand("\(service.name)-owner", ["postgres-password": try all.value("postgres-\(role)_owner")])
        }
        let redis = try all.value("redis")
        try hand("gateway", ["mesh-key": meshKey, "redis-url": "redis://:\(redis)@redis:6379"])
        try hand("auth", ["auth-key-encryption": try all.value("auth-key-encryption")])
        try hand("notifier", ["realtime-token": try all.value("realtime-token")])
        try hand("postgres", ["postgres-password": try all.value("postgres-postgres")])
        try hand("pgbouncer", ["users.txt": users.joined()])
        try hand("redis", ["redis.conf": "requirepass \(redis)\n"])
        try hand("minio", ["user": "rovierr", "password": try all.value("minio")])
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
