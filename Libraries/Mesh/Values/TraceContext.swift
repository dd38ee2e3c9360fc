/// Where in a distributed trace something happens: W3C Trace Context, version 00.
public struct TraceContext: Sendable, Hashable {
    private let traceHigh: UInt64
    private let traceLow: UInt64
    private let span: UInt64
    /// Whether the trace is recorded.
    public let isSampled: Bool

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
    }

    /// No trace at all, to be replaced before anyone sees it.
    static let none = TraceContext(traceHigh: 0, traceLow: 0, span: 0, isSampled: false)

    /// The root of a new trace.
    public init(isSampled: Bool = true) {
        self.init(
            traceHigh: .name(in: 1 ... .max),
            traceLow: .name(in: .min ... .max),
            span: .name(in: 1 ... .max),
            isSampled: isSampled
        )
    }

    /// Reads a `traceparent` header; `nil` for a malformed one, and the caller then begins a trace of its own.
    ///
    /// - Parameter traceparent: As it came. A version above 00 may carry more after the flags; it is left aside.
    public init?(traceparent: String) {
        let text = traceparent.utf8.span
        let dash = UInt8(ascii: "-")
        guard text.count >= 55, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = Self.hexadecimal(text.extracting(0..<2)), version != 0xff,
            version == 0 ? text.count == 55 : text.count == 55 || text[55] == dash,
            let traceHigh = Self.hexadecimal(text.extracting(3..<19)),
            let traceLow = Self.hexadecimal(text.extracting(19..<35)),
            let span = Self.hexadecimal(text.extracting(36..<52)),
            let flags = Self.hexadecimal(text.extracting(53..<55)),
            traceHigh | traceLow != 0, span != 0
        else { return nil }
        self.init(traceHigh: traceHigh, traceLow: traceLow, span: span, isSampled: flags & 1 == 1)
    }

    /// A new span below this one.
    public func child() -> TraceContext {
        TraceContext(
            traceHigh: traceHigh,
            traceLow: traceLow,
            span: .name(in: 1 ... .max),
            isSampled: isSampled
        )
    }

    /// The trace, as 32 hexadecimal digits.
    public var traceID: String { String(decoding: ascii[3..<35], as: UTF8.self) }

    /// The span within it, as 16 hexadecimal digits.
    public var spanID: String { String(decoding: ascii[36..<52], as: UTF8.self) }

    /// The value of a `traceparent` header.
    public var traceparent: String { String(decoding: ascii, as: UTF8.self) }

    /// The value of a `traceparent` header, in bytes.
    var ascii: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(55)
        func append(_ value: UInt64, digits: Int) {
            for shift in (0..<digits).reversed() {
                let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * shift)) & 0xf
                text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        let dash = UInt8(ascii: "-")
        append(0, digits: 2)
        text.append(dash)
        append(traceHigh, digits: 16)
        append(traceLow, digits: 16)
        text.append(dash)
        append(span, digits: 16)
        text.append(dash)
        append(isSampled ? 1 : 0, digits: 2)
        return text
    }

    /// Lower-case digits only, as the standard demands.
    private static func hexadecimal(_ digits: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for index in digits.indices {
            let digit = digits[index]
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
