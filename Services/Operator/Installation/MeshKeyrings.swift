import Foundation
import Mesh
import ServiceKit

extension Service {
    /// Services that it calls or receives events from.
    ///
    /// It gets keys for these only; a test compares the list with the daemons' declarations.
    var callees: [Service] {
        switch self {
        case .auth: [.academic, .forms, .idParser, .notifier, .societies]
        case .academic: [.auth, .forms, .idParser, .societies]
        case .idParser: [.academic]
        case .forms: [.auth, .societies]
        case .societies: [.auth, .forms]
        case .notifier: [.auth, .societies]
        case .gateway: Service.onMesh
        }
    }
}

/// A service outside the product, with the services it calls: `readability=forms,auth`.
struct OtherService: Hashable, Sendable {
    let name: String
    let callees: [String]

    init(name: String, callees: [String]) {
        self.name = name
        self.callees = callees
    }

    /// - Returns: `nil` for any other syntax, and for a name that a service already has.
    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, name.wholeMatch(of: /[a-z][a-z0-9-]{0,62}/) != nil, name != MeshKeyrings.operator,
            Service(rawValue: name) == nil
        else { return nil }
        self.name = name
        callees = parts.count == 1 ? [] : parts[1].split(separator: ",").map(String.init)
    }
}

/// The keyrings of all services and of the operator's command, derived from one root.
struct MeshKeyrings {
    /// The name of the operator's command on the mesh.
    static let `operator` = "operator"

    let root: MeshRoot
    /// Services outside the product.
    let others: [OtherService]

    init(root: String, others: [OtherService] = []) throws {
        guard let bytes = Settings.bytes(hexadecimal: root.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure("The root of mesh keys is not hexadecimal")
        }
        self.root = try MeshRoot(bytes)
        self.others = others
    }

    /// The names of all keyring holders.
    var names: [String] { Service.allCases.map(\.name) + others.map(\.name) + [Self.operator] }

    /// Returns a service's keyring as text.
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

    /// Callers that may state users: the gateway, which checks tokens, and the operator's command, which acts as any
    /// user.
    private static let signers = [Service.gateway.name, Self.operator]

    private func callees(of name: String) -> [String] {
        let everybody = Service.onMesh.map(\.name) + others.map(\.name)
        // The gateway offers the operations of every service. Variables name the services that auth gathers from, and
        // those whose notices the notifier takes in.
        if [Self.operator, Service.auth.name, Service.gateway.name, Service.notifier.name].contains(name) {
            return everybody.filter { $0 != name }
        }
        if let other = others.first(where: { $0.name == name }) { return other.callees }
        return Service(rawValue: name)?.callees.map(\.name) ?? []
    }
}

/// The roots of a deployment's mesh keys, in files readable only by the account that makes keyrings.
///
/// There is one; during a key rotation also the next or the previous one.
struct MeshRoots {
    /// A step of replacing all keys; every daemon is restarted between two steps.
    enum Step: String, CaseIterable {
        /// All learn the new keys and use the old ones.
        case introduce
        /// All use the new keys and still accept the old ones.
        case use
        /// All drop the old keys.
        case finish
    }

    let secrets: Secrets

    private var next: String { secrets.folder + "/mesh-root-next" }
    private var previous: String { secrets.folder + "/mesh-root-previous" }
    private var current: String { secrets.folder + "/mesh-root" }

    /// Returns the keyrings in use, and the next or previous ones if there are any.
    ///
    /// - Throws: `Failure` when the root in use is missing, although there is a previous one.
    func keyrings(others: [OtherService] = []) throws -> (current: MeshKeyrings, previous: MeshKeyrings?) {
        try recover()
        let second = readText(next) ?? readText(previous)
        return (
            try MeshKeyrings(root: secrets.value("mesh-root"), others: others),
            try second.map { try MeshKeyrings(root: $0, others: others) }
        )
    }

    /// - Throws: `Failure` for a step out of order, and what `keyrings` throws.
    func take(_ step: Step) throws {
        try recover()
        let hasNext = readText(next) != nil
        // Beside a next root it is the copy that an interrupted `use` left.
        let hasPrevious = !hasNext && readText(previous) != nil
        switch step {
        case .introduce:
            guard !hasPrevious else { throw Failure("The change before is not finished: --mesh-keys finish") }
            _ = try secrets.value("mesh-root-next")
        case .use:
            if hasPrevious { return }  // asked twice, as after an interruption
            guard hasNext else { throw Failure("No new keys were introduced: --mesh-keys introduce") }
            try write(Array((secrets.value("mesh-root") + "\n").utf8), to: previous, mode: secrets.mode)
            try rename(next, durablyTo: current)  // this decides: until then the old root is in use
        case .finish:
            guard !hasNext else { throw Failure("The new keys are not in use yet: --mesh-keys use") }
            guard hasPrevious else { throw Failure("No change of keys is under way: --mesh-keys introduce") }
            try FileManager.default.removeItem(atPath: previous)
        }
    }

    /// Ends the step `use` of an earlier version, which first renamed the old root and might not get further.
    private func recover() throws {
        guard readText(current) == nil, readText(previous) != nil else { return }
        guard readText(next) != nil else {
            throw Failure("\(current) is missing: restore it, or remove \(previous) as well for new keys everywhere")
        }
        try rename(next, durablyTo: current)
    }
}
