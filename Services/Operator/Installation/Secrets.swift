import Foundation
import OpenSSL

/// Keys and passwords of an installation, made when they are first asked for and kept in files.
struct Secrets: Sendable {
    let folder: String
    /// Of the files; only their owner reads them where nothing else is said.
    var mode = 0o600

    /// Decodes a hexadecimal secret; `nil` for other text.
    static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.trimmingCharacters(in: .whitespacesAndNewlines))
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.isHexDigit) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }

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
