/// HMAC-SHA-256, RFC 2104, under one key.
///
/// The key is hashed once, when the value is made; each code then starts from copies of the two prepared states, without
/// any allocation in C, where duplicating an `EVP_MAC_CTX` per message would make several.
public struct HMACSHA256: Sendable {
    private let inner: SHA256State
    private let outer: SHA256State

    /// Prepares `key`, which may have any length; 32 random bytes are right.
    public init(key: [UInt8]) {
        let blockBytes = 64
        var block = key.count > blockBytes ? SHA256.hash(key) : key
        block += [UInt8](repeating: 0, count: blockBytes - block.count)
        var inner = SHA256State()
        inner.update(block.map { $0 ^ 0x36 }[...])
        var outer = SHA256State()
        outer.update(block.map { $0 ^ 0x5c }[...])
        self.inner = inner
        self.outer = outer
    }

    /// A code in progress, for a message that comes in parts.
    public func authenticator() -> Authenticator { Authenticator(inner: inner, outer: outer) }

    /// The 32-byte code of the pieces, one after another; where one ends and the next begins is not part of it.
    public func authenticationCode(for pieces: [UInt8]...) -> [UInt8] {
        var authenticator = authenticator()
        for piece in pieces { authenticator.update(piece[...]) }
        return authenticator.finalize()
    }

    /// Whether `code` is the code of the pieces; takes the same time wherever they differ.
    public func isValid(_ code: [UInt8], for pieces: [UInt8]...) -> Bool {
        var authenticator = authenticator()
        for piece in pieces { authenticator.update(piece[...]) }
        return constantTimeEquals(code, authenticator.finalize())
    }

    /// A code in progress; each holds its own copy of the key's state.
    public struct Authenticator: Sendable {
        private var inner: SHA256State
        private var outer: SHA256State

        fileprivate init(inner: SHA256State, outer: SHA256State) {
            self.inner = inner
            self.outer = outer
        }

        /// Adds bytes to the message.
        public mutating func update(_ bytes: ArraySlice<UInt8>) { inner.update(bytes) }

        /// Adds bytes to the message.
        public mutating func update(_ bytes: [UInt8]) { inner.update(bytes[...]) }

        /// The 32-byte code of everything given so far; the authenticator is used up.
        public mutating func finalize() -> [UInt8] {
            outer.update(inner.finalize()[...])
            return outer.finalize()
        }
    }
}
