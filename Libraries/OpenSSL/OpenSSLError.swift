/// Why a cryptographic operation gave no result; it says nothing that would help an attacker.
public enum OpenSSLError: Error, Sendable, Hashable {
    /// The key has another length than the algorithm takes.
    case wrongKeyLength(expected: Int, got: Int)
    /// The sealed bytes were changed, cut, made under another key, or belong to another context.
    case notAuthentic
    /// More bytes were asked for than the algorithm can give.
    case outputTooLong
    /// OpenSSL refused; memory exhaustion and a misconfigured provider are the known causes.
    case failed(operation: String)
}
