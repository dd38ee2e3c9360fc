import Foundation
import OpenSSL

/// Keys and passwords of an installation, made when they are first asked for and kept in files.
struct Secrets: Sendable {
    let folder: String
    /// Of the files; only their owner reads them where nothing else is said.
    var mode = 0o600

    /// A secret of 32 random bytes in hexadecimal.
    func value(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        if let text = readText(path), !text.isEmpty { return text.trimmingCharacters(in: .whitespacesAndNewlines) }
        let text = SecureRandom.bytes(32).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        try write(Array("\(text)\n".utf8), to: path, mode: mode)
        return text
    }
}
