import CRE2

/// A regular expression in RE2's syntax, compiled once: the time to match grows with the text and not beyond, whatever
/// the pattern, so that patterns can be taken from people.
///
/// There are no back-references and no look-around, which is the price of that.
@safe
public final class Pattern: Sendable {
    public struct Options: Sendable, Hashable {
        public var isCaseSensitive: Bool
        /// In bytes, for the program and for what matching remembers; a pattern whose program needs more is refused.
        public var memoryLimit: Int

        public init(isCaseSensitive: Bool = true, memoryLimit: Int = 256 * 1024) {
            self.isCaseSensitive = isCaseSensitive
            self.memoryLimit = memoryLimit
        }
    }

    public let source: String
    /// The most bytes of memory that the program and the matcher's cache may take.
    public let memoryLimit: Int
    /// The number of instructions in the program.
    ///
    /// Matching takes at most about as many steps per byte of text.
    public let programSize: Int
    /// Those of `(?P<name>…)`, in the order in which they stand.
    public var groupNames: [String] { groups.map(\.name) }

    private let groups: [(name: String, index: Int32)]
    /// Freed in `deinit`, when nobody else can hold it.
    private nonisolated(unsafe) let handle: OpaquePointer  // Safe: RE2 documents concurrent matching.

    /// - Throws: `PatternError` when RE2 refuses the pattern.
    public init(_ source: String, options: Options = Options()) throws(PatternError) {
        self.source = source
        memoryLimit = options.memoryLimit
        var copy = source
        let handle = copy.withUTF8 { utf8 in
            unsafe utf8.withMemoryRebound(to: CChar.self) { text in
                unsafe cre2_compile(text.baseAddress, text.count, options.isCaseSensitive, Int64(options.memoryLimit))
            }
        }
        guard let handle = unsafe handle else { throw PatternError(.tooLarge, words: "", fragment: "", source: source) }
        unsafe self.handle = unsafe handle
        programSize = Int(unsafe cre2_program_size(handle))
        let fault = unsafe cre2_fault_of(handle)
        guard fault == cre2_fault_none else {
            groups = []
            throw PatternError(
                fault == cre2_fault_too_large ? .tooLarge : .syntax,
                words: unsafe String(cString: cre2_fault_message(handle)),
                fragment: unsafe String(cString: cre2_fault_fragment(handle)),
                source: source
            )
        }
        let count = unsafe cre2_group_count(handle)
        groups = (0...count).compactMap { index in
            unsafe cre2_group_name(handle, index).map { unsafe (String(cString: $0), index) }
        }
    }

    deinit { unsafe cre2_free(handle) }

    /// Compiles a pattern with the smallest memory limit that its program fits in.
    ///
    /// Suits holders of many patterns, most of which need far less than the largest is allowed.
    ///
    /// - Parameter source: In RE2's syntax.
    /// - Returns: A pattern whose `memoryLimit` is between 32 KiB and the default limit.
    /// - Throws: `PatternError` if RE2 refuses the pattern even with the default limit.
    public static func compact(_ source: String) throws(PatternError) -> Pattern {
        for memoryLimit in [32 << 10, 64 << 10, 128 << 10] {
            do { return try Pattern(source, options: Options(memoryLimit: memoryLimit)) } catch {
                guard error.reason == .tooLarge else { throw error }
            }
        }
        return try Pattern(source)
    }

    /// Whether the pattern matches the whole text.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in unsafe match(utf8, at: cre2_anchor_both, groups: 0) != nil }
    }

    /// Tells whether the pattern matches the whole of a text in UTF-8.
    public func matches(_ text: [UInt8]) -> Bool {
        unsafe text.withUnsafeBufferPointer { unsafe match($0, at: cre2_anchor_both, groups: 0) != nil }
    }

    /// Whether the pattern matches the text's beginning, or nothing at it.
    public func matchesBeginning(of text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in unsafe match(utf8, at: cre2_anchor_start, groups: 0) != nil }
    }

    /// The match that is the whole text, with its groups.
    public func wholeMatch(of text: String) -> PatternMatch? {
        var text = text
        return text.withUTF8 { utf8 in
            unsafe match(utf8, at: cre2_anchor_both, groups: spanCount).map { unsafe PatternMatch($0, utf8, groups) }
        }
    }

    /// The whole match and every group up to the last that has a name.
    private var spanCount: Int { Int(groups.last?.index ?? 0) + 1 }

    /// - Returns: `nil` if there is no match or memory ran out.
    private func match(_ text: UnsafeBufferPointer<UInt8>, at anchor: cre2_anchor, groups: Int) -> [cre2_span]? {
        var spans = Array(repeating: cre2_span(start: -1, end: -1), count: groups)
        let isMatch = unsafe text.withMemoryRebound(to: CChar.self) { text in
            unsafe spans.withUnsafeMutableBufferPointer { spans in
                unsafe cre2_match(handle, text.baseAddress, text.count, anchor, spans.baseAddress, Int32(groups))
                    == cre2_matched
            }
        }
        return isMatch ? spans : nil
    }
}

/// Where a pattern matched, and what its named groups hold.
public struct PatternMatch: Sendable, Equatable {
    public let text: String
    /// In bytes of the text's UTF-8.
    public let range: Range<Int>
    /// Of the groups that took part.
    public let groups: [String: String]
    /// Where these groups lie, in bytes of the text's UTF-8.
    public let groupRanges: [String: Range<Int>]

    fileprivate init(_ spans: [cre2_span], _ text: UnsafeBufferPointer<UInt8>, _ names: [(name: String, index: Int32)])
    {
        range = spans[0].start..<spans[0].end
        self.text = unsafe text.string(range)
        var ranges: [String: Range<Int>] = [:]
        for (name, index) in names where spans[Int(index)].start >= 0 {
            ranges[name] = spans[Int(index)].start..<spans[Int(index)].end
        }
        groupRanges = ranges
        groups = ranges.mapValues { unsafe text.string($0) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func string(_ range: Range<Int>) -> String {
        unsafe String(decoding: UnsafeBufferPointer(rebasing: self[range]), as: UTF8.self)
    }
}
