import Foundation

extension String {
    /// The text in Normalization Form C, in linear time for text that passed the JSON reader.
    var composed: String {
        // Everything below U+0300, the first combining mark, is its own normal form; 0xCC is its first byte in UTF-8.
        utf8.allSatisfy { $0 < 0xCC } ? self : precomposedStringWithCanonicalMapping
    }
}

/// A text ready to be compared many times: the UTF-8 of its normal form, and a hash that is computed once.
struct PreparedText: Hashable, Sendable {
    let bytes: [UInt8]
    private let fingerprint: Int

    init(_ text: String) { self.init(composed: text.composed) }

    /// - Parameter text: In Normalization Form C already.
    init(composed text: String) {
        bytes = Array(text.utf8)
        fingerprint = bytes.hashValue
    }

    static func == (left: Self, right: Self) -> Bool {
        left.fingerprint == right.fingerprint && left.bytes == right.bytes
    }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

/// Finds one piece in texts in linear time, whatever both hold: Knuth, Morris and Pratt, 1977.
struct PieceSearch: Sendable {
    let piece: [UInt8]
    /// For each length of a partial match, the length of the longest shorter one that ends at the same place.
    private let fallback: [Int32]

    /// - Parameter piece: Not empty.
    init(_ piece: PreparedText) {
        self.piece = piece.bytes
        var fallback: [Int32] = [0]
        fallback.reserveCapacity(piece.bytes.count)
        var length = 0
        for byte in piece.bytes.dropFirst() {
            while length > 0, piece.bytes[length] != byte { length = Int(fallback[length - 1]) }
            if piece.bytes[length] == byte { length += 1 }
            fallback.append(Int32(length))
        }
        self.fallback = fallback
    }

    /// Whether the piece occurs in a text in UTF-8.
    func occurs(in text: [UInt8]) -> Bool {
        var length = 0
        for byte in text {
            while length > 0, piece[length] != byte { length = Int(fallback[length - 1]) }
            if piece[length] == byte { length += 1 }
            if length == piece.count { return true }
        }
        return false
    }
}
