import Contracts

/// Whose calls are counted together.
struct RateKey: Hashable, Sendable {
    enum Kind: UInt8 { case user, apiKey, address, wrongTokens, network, wrongTokensOfNetwork }

    let kind: Kind
    let high: UInt64
    let low: UInt64

    init(user: UserID) {
        kind = .user
        (high, low) = (user.high, user.low)
    }

    /// Identifies the person of a live connection by the user id in its admission.
    init(livePerson name: String) {
        kind = .user
        if let user = UserID(name) {
            (high, low) = (user.high, user.low)
        } else {
            (high, low) = (UInt64(truncatingIfNeeded: name.hashValue), 0)
        }
    }

    init(apiKey: SessionID) {
        kind = .apiKey
        (high, low) = (apiKey.high, apiKey.low)
    }

    init(address: IPAddress) { self.init(.address, address) }

    /// Tokens and API keys from an address that were checked and found wrong.
    init(wrongTokensFrom address: IPAddress) { self.init(.wrongTokens, address) }

    /// An IPv6 subscriber has a whole /64, so that is what counts as one.
    private init(_ kind: Kind, _ address: IPAddress) {
        self.kind = kind
        high = address.high
        low = address.isIPv4 ? address.low : 0
    }

    private init(_ kind: Kind, network: UInt64) {
        self.kind = kind
        high = network
        low = 0
    }

    /// The network for which an IPv6 address is also counted: a /48 has 65,536 /64 networks.
    var network: RateKey? {
        guard high != 0 || low >> 32 != 0xFFFF else { return nil }  // IPv4
        let network = high & ~0xFFFF
        return switch kind {
        case .address: RateKey(.network, network: network)
        case .wrongTokens: RateKey(.wrongTokensOfNetwork, network: network)
        case .user, .apiKey, .network, .wrongTokensOfNetwork: nil
        }
    }
}

/// A call to be counted.
struct RateCall: Hashable, Sendable {
    let key: RateKey
    let rate: RateClass
    /// How many calls it counts as; 0 only looks.
    var cost = 1
}

/// What became of one call, and what its response says about it.
struct RateDecision: Sendable, Equatable {
    let limit: Int
    let remaining: Int
    /// Until the whole budget is there again.
    let resetSeconds: Int
    /// `nil` when the call may go on; otherwise it succeeds after so long, if nothing else is called before.
    let retryAfterSeconds: Int?

    var isAllowed: Bool { retryAfterSeconds == nil }
}
