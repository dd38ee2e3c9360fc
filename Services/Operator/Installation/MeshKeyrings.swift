import Foundation
import Mesh

extension Service {
    /// Whom it calls, and whose events it asks for.
    ///
    /// It gets keys for these and no others; a test compares the list with what the daemons declare.
    var callees: [Service] {
        switch self {
        case .auth: [.academic, .idParser]
        case .academic: [.auth, .forms, .idParser, .societies]
        case .idParser: [.academic]
        case .forms: [.auth, .societies]
        case .societies: [.auth, .forms]
        case .notifier: [.societies]
        case .gateway: Service.onMesh
        }
    }
}

/// A service that is not one of the product's, and whom it calls: `readability=forms,auth`.
struct OtherService: Hashable, Sendable {
    let name: String
    let callees: [String]

    init(name: String, callees: [String]) {
        self.name = name
        self.callees = callees
    }

    /// - Returns: `nil` for another form, and for a name that a service has already.
    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, name.wholeMatch(of: /[a-z][a-z0-9-]{0,62}/) != nil, name != MeshKeyrings.operator,
            Service(rawValue: name) == nil
        else { return nil }
        self.name = name
        callees = parts.count == 1 ? [] : parts[1].split(separator: ",").map(String.init)
    }
}

/// The keyrings of all services and of the operator's command, made from one root.
struct MeshKeyrings {
    /// What the operator's command is called on the mesh.
    static let `operator` = "operator"

    let root: MeshRoot
    /// Services beside the product's.
    let others: [OtherService]

    init(root: String, others: [OtherService] = []) throws {
        guard let bytes = Secrets.bytes(hexadecimal: root) else {
            throw Failure("The root of mesh keys is not hexadecimal")
        }
        self.root = try MeshRoot(bytes)
        self.others = others
    }

    /// Everybody who has a keyring.
    var names: [String] { Service.allCases.map(\.name) + others.map(\.name) + [Self.operator] }

    /// One service's keyring as text.
    func text(of name: String) -> String {
        root.keyring(
            of: name,
            calling: callees(of: name),
            calledBy: names.filter { callees(of: $0).contains(name) },
            hearing: Service.onMesh.map(\.name) + others.map(\.name),
            stating: Self.signers.contains(name),
            believing: Self.signers
        ).text
    }

    /// Who may say who users are: the gateway, which checks tokens, and the operator's command, which acts as whom it is told.
    private static let signers = [Service.gateway.name, Self.operator]

    private func callees(of name: String) -> [String] {
        let everybody = Service.onMesh.map(\.name) + others.map(\.name)
        if name == Self.operator || name == Service.gateway.name { return everybody }
        if let other = others.first(where: { $0.name == name }) { return other.callees }
        return Service(rawValue: name)?.callees.map(\.name) ?? []
    }
}

/// The roots of a deployment's mesh keys, in files that only whoever makes keyrings can see.
///
/// There is one; while keys are being replaced also the one to come, or the one before.
struct MeshRoots {
    /// What is done next to replace all keys; between two steps every daemon is restarted.
    enum Step: String, CaseIterable {
        /// All get to know the new keys, and use the old ones.
        case introduce
        /// All use the new keys, and know the old ones.
        case use
        /// All forget the old ones.
        case finish
    }

    let secrets: Secrets

    private var next: String { secrets.folder + "/mesh-root-next" }
    private var previous: String { secrets.folder + "/mesh-root-previous" }
    private var current: String { secrets.folder + "/mesh-root" }

    /// The keyrings in use, and those that are known beside them.
    func keyrings(others: [OtherService] = []) throws -> (current: MeshKeyrings, previous: MeshKeyrings?) {
        let second = readText(next) ?? readText(previous)
        return (
            try MeshKeyrings(root: secrets.value("mesh-root"), others: others),
            try second.map { try MeshKeyrings(root: $0, others: others) }
        )
    }

    /// - Throws: `Failure` for a step out of turn.
    func take(_ step: Step) throws {
        let (hasNext, hasPrevious) = (readText(next) != nil, readText(previous) != nil)
        switch step {
        case .introduce:
            guard !hasPrevious else { throw Failure("The change before is not finished: --mesh-keys finish") }
            _ = try secrets.value("mesh-root-next")
        case .use:
            guard hasNext else { throw Failure("No new keys were introduced: --mesh-keys introduce") }
            try move(current, to: previous)
            try move(next, to: current)
        case .finish:
            guard !hasNext else { throw Failure("The new keys are not in use yet: --mesh-keys use") }
            guard hasPrevious else { throw Failure("No change of keys is under way: --mesh-keys introduce") }
            try FileManager.default.removeItem(atPath: previous)
        }
    }

    private func move(_ path: String, to target: String) throws {
        guard unsafe rename(path, target) == 0 else { throw Failure("Cannot write \(target)") }
    }
}
