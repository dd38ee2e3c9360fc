internal import Synchronization

/// What a server tells about itself: `mesh.info` and `mesh.stats`, in JSON.
extension ServerCore {
    func info() -> MeshReply {
        let body = JSONText.object([
            ("service", JSONText.string(configuration.service)),
            ("version", JSONText.string(configuration.version)),
            ("instance", JSONText.string(InstanceID.text(instance))),
            ("startedAt", "\(started)"),
            ("protocol", "1"),
        ])
        return MeshReply(body: Array(body.utf8))
    }

    func stats() -> MeshReply {
        let (statistics, running, heldBytes) = state.withLock { ($0.statistics, $0.running.count, $0.held.bytes) }
        let operations = statistics.operations.sorted { $0.key < $1.key }.map { name, entry in
            JSONText.object([
                ("name", JSONText.string(name)),
                ("requests", "\(entry.requests)"),
                ("failures", "\(entry.failures)"),
                ("microseconds", "\(entry.time.microseconds)"),
            ])
        }
        let refusals = statistics.refusals.map { ("\($0.key)", "\($0.value)") }.sorted { $0.0 < $1.0 }
        let dropped = drops.counts.map { ($0.key.rawValue, "\($0.value)") }.sorted { $0.0 < $1.0 }
        let body = JSONText.object([
            ("service", JSONText.string(configuration.service)),
            ("instance", JSONText.string(InstanceID.text(instance))),
            ("running", "\(running)"),
            ("heldBytes", "\(heldBytes)"),
            ("operations", "[" + operations.joined(separator: ",") + "]"),
            ("refusals", JSONText.object(refusals)),
            ("dropped", JSONText.object(dropped)),
        ])
        return MeshReply(body: Array(body.utf8))
    }
}

/// JSON for a handful of known fields; the mesh has no other use for it, and Foundation would be its largest part.
private enum JSONText {
    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
