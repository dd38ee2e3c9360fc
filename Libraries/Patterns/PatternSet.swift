import CRE2

/// Many patterns that are matched against a text in one pass, however many they are.
@safe
public final class PatternSet: Sendable {
    /// What of a text a pattern has to match.
    public enum Extent: Sendable {
        case whole
        case beginning
    }

    public let patterns: [Pattern]
    private let extent: Extent
    /// `nil` when the patterns together are too large; then each is asked alone.
    ///
    /// Freed in `deinit`, when nobody else can hold it.
    private nonisolated(unsafe) let handle: OpaquePointer?  // Safe: a compiled RE2::Set is const.

    /// - Parameters:
    ///   - patterns: Compiled with `options`.
    ///   - options: The memory limit is for all of them together.
    ///   - extent: What of a text they have to match.
    public init(_ patterns: [Pattern], options: Pattern.Options, matching extent: Extent = .whole) {
        self.patterns = patterns
        self.extent = extent
        // One buffer holds every source, since a C array of pointers needs memory that stays where it is.
        let sources = patterns.map { Array($0.source.utf8) }
        let lengths = sources.map(\.count)
        let text = sources.flatMap { $0 }
        let anchor = extent == .whole ? cre2_anchor_both : cre2_anchor_start
        unsafe handle = unsafe text.withUnsafeBytes { text in
            var start = 0
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe pointers.append(text.baseAddress.map { unsafe ($0 + start).assumingMemoryBound(to: CChar.self) })
                start += length
            }
            let limit = Int64(options.memoryLimit)
            return unsafe cre2_set_compile(
                pointers,
                lengths,
                patterns.count,
                anchor,
                options.isCaseSensitive,
                limit
            )
        }
    }

    deinit { unsafe cre2_set_free(handle) }

    /// Which patterns match a text in UTF-8, by their index, in ascending order.
    public func matching(_ text: ArraySlice<UInt8>) -> [Int] {
        // Few patterns match one text; where more do, a second pass fetches them all.
        var found = [Int32](repeating: 0, count: 4)
        while !patterns.isEmpty {
            let count = match(text, &found)
            if count < 0 { return patterns.indices.filter { matchesAlone(patterns[$0], text) } }
            if count <= found.count { return found.prefix(count).map(Int.init).sorted() }
            found = [Int32](repeating: 0, count: count)
        }
        return []
    }

    /// Whether any of the patterns matches a text in UTF-8; it costs less than to find out which.
    public func matchesAny(_ text: ArraySlice<UInt8>) -> Bool {
        guard !patterns.isEmpty else { return false }
        var nowhere: [Int32] = []
        let count = match(text, &nowhere)
        return count < 0 ? patterns.contains { matchesAlone($0, text) } : count > 0
    }

    /// How many patterns match, the first of them written to `found`; negative when the set cannot tell.
    private func match(_ text: ArraySlice<UInt8>, _ found: inout [Int32]) -> Int {
        guard let handle = unsafe handle else { return -1 }
        return unsafe text.withUnsafeBytes { text in
            unsafe cre2_set_match(
                handle,
                text.baseAddress?.assumingMemoryBound(to: CChar.self),
                text.count,
                &found,
                found.count
            )
        }
    }

    private func matchesAlone(_ pattern: Pattern, _ text: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return extent == .whole ? pattern.matches(text) : pattern.matchesBeginning(of: text)
    }
}
