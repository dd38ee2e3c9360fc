/// The bytes of a value as they lie in the result that came from the server, without a copy.
///
/// They keep that result alive, so they may be kept, sent and sliced like any other value.
/// A small slice of a large result therefore holds all of it: copy with `[UInt8](bytes)` what is to live long.
@safe public struct PostgresBytes: @unchecked Sendable, RandomAccessCollection {  // Safe: never written again.
    private let owner: AnyObject
    private let start: UnsafeRawPointer
    public let count: Int

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// Bytes within memory that `owner` keeps alive and nobody changes.
    init(owner: AnyObject, start: UnsafeRawPointer, count: Int) {
        self.owner = owner
        unsafe self.start = start
        self.count = count
    }

    /// Copies bytes that did not come from a server.
    public init(_ bytes: [UInt8]) {
        let storage = ByteStorage(bytes)
        unsafe self.init(owner: storage, start: UnsafeRawPointer(storage.start), count: bytes.count)
    }

    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "Index out of range")
        return unsafe start.load(fromByteOffset: position, as: UInt8.self)
    }

    /// Hands the bytes to `body` as one region that must not be used afterwards.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(owner) {} }
        return unsafe try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    public func withContiguousStorageIfAvailable<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
        defer { withExtendedLifetime(owner) {} }
        return unsafe try body(UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count))
    }

    /// Part of the bytes, sharing the same memory.
    ///
    /// - Throws: `PostgresError` of kind `decoding` when the range reaches past the end.
    public func slice(_ range: Range<Int>) throws -> PostgresBytes {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw PostgresError.decoding("the value ends early")
        }
        return unsafe PostgresBytes(owner: owner, start: start + range.lowerBound, count: range.count)
    }

    /// The integer that starts at an offset, most significant byte first.
    ///
    /// - Throws: `PostgresError` of kind `decoding` when the value ends before the integer does.
    public func integer<I: FixedWidthInteger>(at offset: Int = 0, as type: I.Type = I.self) throws -> I {
        guard offset >= 0, offset <= count - MemoryLayout<I>.size else {
            throw PostgresError.decoding("the value ends early")
        }
        return unsafe I(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: I.self))
    }

    /// All bytes as UTF-8 text.
    ///
    /// - Throws: `PostgresError` of kind `decoding` when they are not UTF-8.
    public func string() throws -> String {
        let text = unsafe withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
        guard let text else { throw PostgresError.decoding("the value is not UTF-8") }
        return text
    }
}

extension [UInt8] {
    /// Copies the bytes at once; the standard library would take them one by one.
    public init(_ bytes: PostgresBytes) { self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
}

extension PostgresBytes: Hashable {
    public static func == (one: PostgresBytes, other: PostgresBytes) -> Bool { one.elementsEqual(other) }

    public func hash(into hasher: inout Hasher) {
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

/// Memory for bytes that did not come with a result; written once, at creation.
@safe private final class ByteStorage {
    let start: UnsafeMutableRawPointer

    init(_ bytes: [UInt8]) {
        unsafe start = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe start.copyMemory(from: base, byteCount: source.count) }
        }
    }

    deinit { unsafe start.deallocate() }
}
