internal import CCrypt
internal import Glibc
internal import OpenSSL

/// bcrypt by libcrypt, for hashes that came with imported accounts; new ones are never made.
struct Bcrypt: Sendable {
    /// What the algorithm reads of a password; the rest would be ignored.
    static let maximumPasswordBytes = 72
    /// 2¹⁴ rounds take about a second, and anything beyond is taken for damaged.
    static let costs = 4...14

    /// `$2b$10$` with 22 characters of salt and 31 of hash.
    let encoded: String

    /// - Returns: `nil` when the text is no bcrypt hash of an accepted cost.
    init?(_ encoded: String) {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        let alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
        guard parts.count == 4, parts[0].isEmpty, ["2a", "2b", "2y"].contains(parts[1]), parts[2].utf8.count == 2,
            let cost = Int(parts[2]), Self.costs.contains(cost), parts[3].utf8.count == 53,
            parts[3].utf8.allSatisfy({ alphabet.contains($0) })
        else { return nil }
        self.encoded = encoded
    }

    /// Whether the hash is that of `password`.
    ///
    /// A password beyond 72 bytes is never right, since the hash says nothing about its end; nor is one with a NUL, where C
    /// would take the text to end.
    func matches(_ password: [UInt8]) -> Bool {
        guard password.count <= Self.maximumPasswordBytes, !password.contains(0) else { return false }
        var phrase = password.map { CChar(bitPattern: $0) } + [0]
        defer { unsafe explicit_bzero(&phrase, phrase.count) }
        // crypt_data takes 32 KiB, too much for a worker's stack to be sure of.
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<crypt_data>.size, alignment: 16)
        defer { unsafe scratch.deallocate() }
        unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<crypt_data>.size)
        guard let output = unsafe crypt_rn(phrase, encoded, scratch, CInt(MemoryLayout<crypt_data>.size)) else {
            return false
        }
        return constantTimeEquals(unsafe Array(String(cString: output).utf8), Array(encoded.utf8))
    }
}
