import CRE2

/// Many patterns that are matched against a text in one pass, however many they are.
@safe
public final class PatternSet: Sendable {
    public let patterns: [Pattern]
    /// `nil` when the patterns together are too large; then each is asked alone. RE2 serves any number of threads at once.
    private nonisolated(unsafe) let handle: OpaquePointer?

    /// - Parameters:
    ///   - patterns: Compiled with `options`.
    ///   - options: The memory limit is for all of them together.
    public init(_ patterns: [Pattern], options: Pattern.Options) {
        self.patterns = patterns
        // One buffer holds every source, since a C array of pointers needs memory that stays where it is.
        let sources = patterns.map { Array($0.source.utf8) }
        let lengths = sources.map(\.count)
        let text = sources.flatMap { $0 }
        unsafe handle = unsafe text.withUnsafeBytes { text in
            var start = 0
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe pointers.append(text.baseAddress.map { unsafe ($0 + start).assumingMemoryBound(to: CChar.self) })
                start += length
            }
            return unsafe cre2_set_compile(
                pointers,
                lengths,
                patterns.count,
                options.isCaseSensitive,
                Int64(options.memoryLimit)
            )
        }
    }

    deinit { unsafe cre2_set_free(handle) }

    /// Which patterns match the whole text, by their index.
    public func matching(_ text: some Collection<UInt8>) -> [Int] {
        guard !patterns.isEmpty else { return [] }
        let result = text.withContiguousStorageIfAvailable { unsafe matching(utf8: $0) }
        return unsafe result ?? Array(text).withUnsafeBufferPointer { unsafe matching(utf8: $0) }
    }

    private func matching(utf8: UnsafeBufferPointer<UInt8>) -> [Int] {
        guard unsafe handle != nil else { return unsafe eachMatching(utf8) }
        // Few patterns match one text; where more do, a second pass fetches them all.
        var found = [Int32](repeating: 0, count: 4)
        while true {
            let count = unsafe utf8.withMemoryRebound(to: CChar.self) { text in
                unsafe cre2_set_match(handle, text.baseAddress, text.count, &found, found.count)
            }
            if count < 0 { return unsafe eachMatching(utf8) }
            if count <= found.count { return found.prefix(count).map(Int.init).sorted() }
            found = [Int32](repeating: 0, count: count)
        }
    }

    private func eachMatching(_ utf8: UnsafeBufferPointer<UInt8>) -> [Int] {
        let text = unsafe String(decoding: utf8, as: UTF8.self)
        return patterns.indices.filter { patterns[$0].matches(text) }
    }
}
