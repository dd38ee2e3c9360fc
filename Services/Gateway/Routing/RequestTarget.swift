import Contracts
import Mesh

/// A request's path and query, decoded exactly once, so that no part behind the gateway sees another path than it did.
struct RequestTarget {
    /// Why a target is refused.
    enum Fault: Error, Equatable {
        /// It means different things to different readers: dot segments, an encoded slash, NUL, a broken escape, bad UTF-8.
        case ambiguous
        /// A part has more consecutive combining marks than text may have.
        case unsafeText
        /// It is no path of ours by its form alone: an empty segment, in the middle or at the end.
        case unknown
    }

    /// The most elements that a query may have.
    static let maximumQueryElements = 100

    /// As it came, without the query: for logs and for looking up fixed paths.
    let path: String
    /// Decoded.
    let segments: [String]
    /// Decoded, in the order they came.
    let query: [MeshField]

    /// Reads the request line's target; in absolute form (RFC 9112 §3.2.2) the authority is left aside.
    ///
    /// - Throws: `Fault`.
    init(_ text: String) throws(Fault) {
        guard text.isSafeToCompare else { throw .unsafeText }
        var rest = Substring(text)
        if !text.utf8.starts(with: "/".utf8) { rest = try Self.withoutAuthority(rest) }
        let utf8 = rest.utf8
        guard !utf8.contains(UInt8(ascii: "#")) else { throw .ambiguous }
        let end = utf8.firstIndex(of: UInt8(ascii: "?")) ?? utf8.endIndex
        path = String(rest[..<end])
        segments = try Self.segments(utf8[..<end])
        query = end == utf8.endIndex ? [] : try Self.query(utf8[utf8.index(after: end)...])
    }

    private static func withoutAuthority(_ text: Substring) throws(Fault) -> Substring {
        for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            guard let end = rest.utf8.firstIndex(where: { "/?#".utf8.contains($0) }) else { return "/" }
            // A slash in the query behind an empty path is none of the path's.
            guard rest.utf8[end] == UInt8(ascii: "/") else { throw .ambiguous }
            return rest[end...]
        }
        throw .unknown
    }

    private static func segments(_ path: Substring.UTF8View) throws(Fault) -> [String] {
        let path = path.dropFirst()
        guard !path.isEmpty else { return [] }
        var segments: [String] = []
        var isUnknown = false
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            let segment = try decode(part)
            guard !segment.hasSameBytes(as: "."), !segment.hasSameBytes(as: ".."),
                !segment.utf8.contains(where: { $0 == 0 || $0 == 0x2F || $0 == 0x5C })
            else { throw .ambiguous }
            isUnknown = isUnknown || segment.isEmpty
            segments.append(segment)
        }
        guard !isUnknown else { throw .unknown }
        return segments
    }

    private static func query(_ text: Substring.UTF8View) throws(Fault) -> [MeshField] {
        var fields: [MeshField] = []
        for element in text.split(separator: UInt8(ascii: "&")) {
            guard fields.count < maximumQueryElements else { throw .ambiguous }
            let separator = element.firstIndex(of: UInt8(ascii: "=")) ?? element.endIndex
            let name = try decode(element[..<separator], plusIsSpace: true)
            let value = try decode(element[separator...].dropFirst(), plusIsSpace: true)
            guard !name.isEmpty, !value.utf8.contains(0) else { throw .ambiguous }
            fields.append(MeshField(name, value))
        }
        return fields
    }

    private static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool = false) throws(Fault) -> String {
        let percent = UInt8(ascii: "%")
        let plus = UInt8(ascii: "+")
        guard text.contains(where: { $0 == percent || plusIsSpace && $0 == plus || $0 >= 0x80 }) else {
            return String(Substring(text))
        }
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == percent {
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else {
                    throw .ambiguous
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(plusIsSpace && byte == plus ? UInt8(ascii: " ") : byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .ambiguous }
        guard text.isSafeToCompare else { throw .unsafeText }
        return text
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
