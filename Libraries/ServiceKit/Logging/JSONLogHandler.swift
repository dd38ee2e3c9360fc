import Contracts
public import Logging

/// Writes each record as one line of JSON: timestamp, level, service, instance, traceId, requestId, message, metadata.
public struct JSONLogHandler: LogHandler {
    private let service: String
    private let instance: String
    private let write: @Sendable ([UInt8]) -> Void
    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level

    /// - Parameters:
    ///   - service: The daemon's name.
    ///   - instance: Which of its replicas this is.
    ///   - level: The least that is logged.
    ///   - write: Takes whole lines, newline included; standard error by default.
    public init(
        service: String,
        instance: String,
        level: Logger.Level,
        write: @escaping @Sendable ([UInt8]) -> Void = JSONLogHandler.writeToStandardError
    ) {
        self.service = service
        self.instance = instance
        self.logLevel = level
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let more = event.metadata { fields.merge(more) { $1 } }
        var line = JSONWriter()
        line.beginObject()
        line.name("timestamp")
        Timestamp.now().write(to: &line)
        line.name("level")
        line.string(event.level.rawValue)
        line.name("service")
        line.string(service)
        line.name("instance")
        line.string(instance)
        for key in [LogKey.traceID, LogKey.requestID] {
            guard let value = fields.removeValue(forKey: key) else { continue }
            line.name(key)
            line.string(value.description)
        }
        line.name("message")
        line.string(event.message.description)
        if !fields.isEmpty {
            line.name("metadata")
            line.metadata(fields)
        }
        line.endObject()
        write(line.bytes + [UInt8(ascii: "\n")])
    }

    /// Writes whole lines, or drops them while standard error has no room.
    public static func writeToStandardError(_ lines: [UInt8]) { LineOutput.standardError.write(lines) }
}

/// Metadata keys that stand at the top of a line.
public enum LogKey {
    public static let traceID = "traceId"
    public static let requestID = "requestId"
}

extension JSONWriter {
    fileprivate mutating func metadata(_ fields: Logger.Metadata) {
        beginObject()
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            name(key)
            metadata(value)
        }
        endObject()
    }

    private mutating func metadata(_ value: Logger.Metadata.Value) {
        switch value {
        case .string(let text): string(text)
        case .stringConvertible(let convertible): string(convertible.description)
        case .dictionary(let fields): metadata(fields)
        case .array(let values):
            beginArray()
            for value in values { metadata(value) }
            endArray()
        }
    }
}
