import Foundation
import OpenSSL

/// Keys and passwords of a development instance, made when they are first asked for and kept in files of their owner.
struct Secrets: Sendable {
    let folder: String

    /// A secret of 32 random bytes in hexadecimal.
    func value(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        if let text = readText(path), !text.isEmpty { return text.trimmingCharacters(in: .whitespacesAndNewlines) }
        let text = SecureRandom.bytes(32).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        try write(Array("\(text)\n".utf8), to: path, mode: 0o600)
        return text
    }
}
