import Contracts
import Mesh

/// Spans as OTLP/HTTP takes them in its JSON encoding (opentelemetry-proto 1.x, `ExportTraceServiceRequest`).
struct SpanDocument {
    let configuration: TracingConfiguration

    func bytes(_ spans: [Span]) -> [UInt8] {
        var json = JSONWriter(capacity: 512 + spans.count * 512)
        json.beginObject()
        json.name("resourceSpans")
        json.beginArray()
        json.beginObject()
        json.name("resource")
        json.beginObject()
        json.attributes([
            ("service.name", .text(configuration.service)),
            ("service.version", .text(configuration.version)),
            ("service.instance.id", .text(configuration.instance)),
        ])
        json.endObject()
        json.name("scopeSpans")
        json.beginArray()
        json.beginObject()
        json.name("scope")
        json.beginObject()
        json.member("name", "rovierr")
        json.endObject()
        json.name("spans")
        json.beginArray()
        for span in spans { json.span(span) }
        json.endArray()
        json.endObject()
        json.endArray()
        json.endObject()
        json.endArray()
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    fileprivate mutating func identify(_ context: TraceContext) {
        member("traceId", context.traceID)
        member("spanId", context.spanID)
    }

    fileprivate mutating func attributes(_ attributes: [(name: String, value: Span.Value)]) {
        name("attributes")
        beginArray()
        for attribute in attributes {
            beginObject()
            member("key", attribute.name)
            name("value")
            beginObject()
            switch attribute.value {
            case .text(let text): member("stringValue", text)
            case .number(let number): member("intValue", String(number))  // 64 bits are text in protobuf's JSON
            }
            endObject()
            endObject()
        }
        endArray()
    }

    fileprivate mutating func span(_ span: Span) {
        beginObject()
        identify(span.context)
        if let parent = span.parent { member("parentSpanId", parent.spanID) }
        member("name", span.name)
        name("kind")
        integer(span.kind.rawValue)
        member("startTimeUnixNano", String(span.start))
        member("endTimeUnixNano", String(span.start + UInt64(max(0, span.duration / .nanoseconds(1)))))
        if !span.attributes.isEmpty { attributes(span.attributes) }
        if !span.links.isEmpty {
            name("links")
            beginArray()
            for link in span.links {
                beginObject()
                identify(link)
                endObject()
            }
            endArray()
        }
        if let failure = span.failure {
            name("status")
            beginObject()
            name("code")
            integer(2)
            member("message", failure)
            endObject()
        }
        endObject()
    }
}
