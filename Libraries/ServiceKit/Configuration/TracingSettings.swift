import Glibc
public import Logging
public import Telemetry

/// Where a daemon's traces go, under the names that OpenTelemetry gives these variables.
public struct TracingSettings: Sendable {
    private let endpoint: String?
    private let headers: [(name: String, value: String)]
    private let service: String?
    private let sampledShare: Double

    init(_ settings: Settings) {
        endpoint = settings.optional(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "an address such as http://collector:4318, where traces are sent by OTLP/HTTP; without it there are none"
        ) { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }
        headers = settings.value(
            "OTEL_EXPORTER_OTLP_HEADERS",
            default: "",
            "name=value pairs separated by commas, percent-encoded: what the collector is sent with all traces",
            isSecret: true,
            placeholder: [],
            parse: Self.headers
        )
        service = settings.optional("OTEL_SERVICE_NAME", "the name in traces, in place of the daemon's own") { $0 }
        sampledShare = settings.value(
            "OTEL_TRACES_SAMPLER_ARG",
            default: "1",
            "a number from 0 to 1: how much of the traces that begin here are recorded",
            placeholder: 1
        ) { Double($0).flatMap { 0...1 ~= $0 ? $0 : nil } }
    }

    /// - Returns: `nil` when no traces are wanted.
    public func tracer(for daemon: String, logger: Logger) -> Tracer? {
        endpoint.map { endpoint in
            Tracer(
                configuration: TracingConfiguration(
                    endpoint: endpoint,
                    headers: headers,
                    service: service ?? daemon,
                    version: buildVersion,
                    instance: "\(daemon)-\(getpid())",
                    sampledShare: sampledShare
                ),
                logger: logger
            )
        }
    }

    private static func headers(_ text: String) -> [(name: String, value: String)]? {
        let pairs = text.split(separator: ",").compactMap { part -> (name: String, value: String)? in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let value = decoded(pair[1].trimmingSpaces()) else { return nil }
            let name = String(pair[0].trimmingSpaces())
            let isSane = !name.isEmpty && (name + value).utf8.allSatisfy { 0x20...0x7E ~= $0 }
            return isSane ? (name, value) : nil
        }
        return pairs.count == text.split(separator: ",").count ? pairs : nil
    }

    /// Without its percent-encoding (RFC 3986 §2.1).
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
