import Foundation
import OpenSSL

/// Keys and passwords of an installation, made when they are first asked for and kept in files.
struct Secrets: Sendable {
    let folder: String
    /// Of the files; only their owner reads them where nothing else is said.
    var mode = 0o600

    /// Returns a secret of 32 random bytes in hexadecimal, made by the first process that asks for it.
    ///
    /// - Throws: `Failure` when the file cannot be written or read, or is empty.
    func value(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        if !FileManager.default.fileExists(atPath: path) {
            try writeOnce(Array("\(Self.random())\n".utf8), to: path, mode: mode)
        }
        let text = (readText(path) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw Failure("\(path) is empty or unreadable: restore it, or remove it for a new secret")
        }
        return text
    }

    private static func random() -> String {
        SecureRandom.bytes(32).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
