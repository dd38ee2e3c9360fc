internal import Loops
internal import Nanomsg
internal import Synchronization

/// Keeps the addresses behind configured names up to date.
///
/// A name that cannot be resolved for the moment keeps the addresses it had: a name server that is away must not take the
/// mesh with it.
final class AddressResolver: Sendable {
    private let groups: [String: [MeshAddress]]
    private let interval: Duration
    private let onChange: @Sendable (_ group: String, _ addresses: [String]) -> Void
    private let poller = Poller()
    private let isStopped = Atomic<Bool>(false)

    /// Makes a resolver, which does nothing before `start`.
    ///
    /// - Parameters:
    ///   - groups: What to resolve, under names of the caller's choice.
    ///   - interval: How often.
    ///   - onChange: Gets all addresses of a group whenever they are others than before.
    init(
        groups: [String: [MeshAddress]],
        interval: Duration,
        onChange: @escaping @Sendable (_ group: String, _ addresses: [String]) -> Void
    ) {
        self.groups = groups
        self.interval = interval
        self.onChange = onChange
    }

    /// Reports numeric addresses at once, and those behind names from a thread of its own, if there are any names.
    func start() {
        var named: [String: [MeshAddress]] = [:]
        for (group, addresses) in groups {
            if addresses.contains(where: \.isName) {
                named[group] = addresses
            } else {
                onChange(group, addresses.map(\.description))
            }
        }
        guard !named.isEmpty else { return }
        SystemThread.start(name: "mesh-resolver") { [named] in self.run(named) }
    }

    private func run(_ groups: [String: [MeshAddress]]) {
        var known: [MeshAddress: [String]] = [:]
        var reported: [String: [String]] = [:]
        while !isStopped.load(ordering: .acquiring) {
            for (group, addresses) in groups {
                for address in addresses {
                    let found = address.resolved()
                    if !found.isEmpty { known[address] = found }
                }
                var all: [String] = []
                for address in addresses.flatMap({ known[$0] ?? [] }) where !all.contains(address) {
                    all.append(address)
                }
                if !all.isEmpty, reported[group] != all {
                    reported[group] = all
                    onChange(group, all)
                }
            }
            _ = poller.wait(milliseconds: CInt(clamping: interval.microseconds / 1000))
        }
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        poller.wake()
    }
}

extension MeshAddress {
    /// `true` if it has to be resolved.
    fileprivate var isName: Bool {
        switch location {
        case .tcp(let host, _): !HostResolver.isNumeric(host)
        case .ipc: false
        }
    }

    /// The numeric addresses behind it now, as nanomsg takes them.
    func resolved() -> [String] {
        switch location {
        case .tcp(let host, let port):
            HostResolver.addresses(of: host).map { $0.contains(":") ? "tcp://[\($0)]:\(port)" : "tcp://\($0):\(port)" }
        case .ipc: [description]
        }
    }

    /// As nanomsg binds it: it takes a numeric address or an interface, and no host name.
    var bound: String { resolved().first ?? description }
}
