import Foundation

extension String {
    /// The text in Normalization Form C, in linear time for text that passed the JSON reader.
    var composed: String {
        // Text below U+0300, the first combining mark, is its own normal form; 0xCC is that mark's first UTF-8 byte.
        utf8.allSatisfy { $0 < 0xCC } ? self : precomposedStringWithCanonicalMapping
    }
}

/// Text prepared for repeated comparison: the UTF-8 of its normal form, and a hash that is computed once.
struct PreparedText: Hashable, Sendable {
    let bytes: [UInt8]
    private let fingerprint: Int

    init(_ text: String) { self.init(composed: text.composed) }

    /// - Parameter text: Text already in Normalization Form C.
    init(composed text: String) {
        bytes = Array(text.utf8)
        fingerprint = bytes.hashValue
    }

    static func == (left: Self, right: Self) -> Bool {
        left.fingerprint == right.fingerprint && left.bytes == right.bytes
    }

    func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

/// Finds a piece in texts in linear time for any input: Knuth, Morris and Pratt, 1977.
struct PieceSearch: Sendable {
    let piece: [UInt8]
    /// For each length of a partial match, the length of the longest shorter one that ends at the same place.
    private let fallback: [Int32]

    /// - Parameter piece: A non-empty text.
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

    /// Tells whether the piece occurs in a UTF-8 text.
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
