public import Logging
import Synchronization

/// Keeps what is logged at a level and above.
public final class LogLines: Sendable {
    private struct Line {
        let text: String
        let metadata: Logger.Metadata

        var entry: String { "\(text) \(metadata)" }
    }

    private let level: Logger.Level
    private let lines = Mutex<[Line]>([])

    public init(from level: Logger.Level = .info) { self.level = level }

    public var logger: Logger { Logger(label: "test") { _ in Handler(owner: self, logLevel: self.level) } }

    /// The lines without metadata, such as `warning: Events wait`.
    public var all: [String] { lines.withLock { $0.map(\.text) } }

    /// The lines that contain all of these texts, with their metadata.
    public func entries(with texts: String...) -> [String] {
        lines.withLock { $0.map(\.entry) }.filter { entry in texts.allSatisfy { entry.contains($0) } }
    }

    /// Takes out all lines, with their metadata.
    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines.map(\.entry)
        }
    }

    private struct Handler: LogHandler {
        let owner: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(text: "\(event.level): \(event.message)", metadata: event.metadata ?? [:])
            owner.lines.withLock { $0.append(line) }
        }
    }
}
