import Contracts
import Glibc
import Synchronization

/// Writes lines to a descriptor, and drops them while its reader leaves no room: to wait for it would hold up a loop.
///
/// A report of how many were dropped comes before the next line that is written.
final class LineOutput: Sendable {
    private struct State {
        /// The number of lines dropped since the last report.
        var dropped = 0
        /// `true` if the last line was written in part.
        var isCut = false
    }

    static let standardError = LineOutput(STDERR_FILENO)

    /// The bytes that a pipe has room for if it has any: a page.
    private static let chunk = 4_096
    private static let newline = UInt8(ascii: "\n")

    private let descriptor: CInt
    /// Held while lines are written, so that those of several threads do not mix.
    private let state = Mutex(State())

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    /// Writes whole lines, newlines included.
    func write(_ lines: [UInt8]) {
        state.withLock { state in
            if state.dropped > 0 {
                let report = Self.report(state)
                let written = put(report)
                guard written == report.count else {
                    state.dropped += Self.count(lines[...])
                    state.isCut = state.isCut || written > 0
                    return
                }
                state = State()
            }
            let written = put(lines)
            state.dropped = Self.count(lines[written...])
            state.isCut = lines[..<written].last.map { $0 != Self.newline } ?? false
        }
    }

    /// Writes as much as there is room for.
    ///
    /// - Returns: The number of bytes written.
    private func put(_ bytes: [UInt8]) -> Int {
        var rest = bytes[...]
        while !rest.isEmpty {
            var readiness = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&readiness, 1, 0) != 0 else { break }
            let count = unsafe rest.prefix(Self.chunk).withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                break
            }
            rest = rest.dropFirst(count)
        }
        return bytes.count - rest.count
    }

    private static func count(_ lines: ArraySlice<UInt8>) -> Int { lines.count(where: { $0 == newline }) }

    private static func report(_ state: State) -> [UInt8] {
        var line = JSONWriter()
        line.beginObject()
        line.name("timestamp")
        Timestamp.now().write(to: &line)
        line.name("level")
        line.string("warning")
        line.name("message")
        line.string("Log lines were dropped because standard error was full")
        line.name("metadata")
        line.beginObject()
        line.name("lines")
        line.string("\(state.dropped)")
        line.endObject()
        line.endObject()
        return (state.isCut ? [newline] : []) + line.bytes + [newline]
    }
}
