import HTTPTypes

/// One call that a service answers.
///
/// The type is the only place where its fields, their rules, the route, the access rule and the errors stand: decoding,
/// validation, the OpenAPI entry and the clients derive from it.
///
/// Fields named in the route's template come from the path, the others from the query for a GET and from the body for
/// everything else. Called by another service, all fields travel in the body.
public protocol ServiceOperation: ContractObject {
    associatedtype Reply: OperationReply
    static var contract: Contract { get }
}

/// Where an operation's fields came from.
public struct OperationInput: Sendable {
    public var path: [(String, String)]
    public var query: [(String, String)]
    /// The body; empty for none.
    public var body: [UInt8]
    /// Tells whether a service sent it, rather than a client.
    ///
    /// A service that passes on a client's body wraps it, so services may nest deeper and send more values.
    public var isFromService: Bool

    public init(
        path: [(String, String)] = [],
        query: [(String, String)] = [],
        body: [UInt8] = [],
        isFromService: Bool = false
    ) {
        self.path = path
        self.query = query
        self.body = body
        self.isFromService = isFromService
    }

    /// - Throws: `ValidationError` with each path or query parameter that is costly to normalise, or holds a NUL.
    fileprivate func checkText() throws(ValidationError) {
        let faulty = (path + query).compactMap { name, value -> FieldError? in
            guard StreamSafeText.isSafe(name), !name.utf8.contains(0) else {
                return FieldError("", .badFormat, "A parameter's name is not valid.")
            }
            guard StreamSafeText.isSafe(folding: value) else {
                return FieldError(name, .badFormat, StreamSafeText.fault)
            }
            return value.utf8.contains(0) ? FieldError(name, .badFormat, "Must not contain the character NUL.") : nil
        }
        guard faulty.isEmpty else { throw ValidationError(Array(faulty.prefix(100))) }
    }
}

extension ServiceOperation {
    /// Reads and checks a request.
    ///
    /// - Throws: `JSONSyntaxError` when the body is not JSON, `ValidationError` with one detail per field.
    public static func decode(_ input: OperationInput) throws -> Self {
        try input.checkText()
        var fields = JSONObject()
        if !input.body.isEmpty {
            let body = try JSONParser.parse(request: input.body, isFromService: input.isFromService)
            guard case .object(let object) = body else {
                throw ValidationError("", .wrongType, "The body must be an object.")
            }
            fields = object
        } else if contract.route?.method == .patch {
            throw ValidationError("", .required, "A body is required.")
        }
        if contract.route?.hasBody == false {
            for (name, value) in input.query {
                guard fields.insert(name, .parameter(value)) else {
                    throw ValidationError(name, .duplicate, "Must be given once.")
                }
            }
        }
        for (name, value) in input.path { fields[name] = .parameter(value) }
        return try read(.object(fields))
    }
}

/// Limits on the work of threads that serve all requests.
public enum ServingThread {
    /// The maximum size of JSON to read or write there at once, in bytes; it takes about 1 ms.
    public static let bytes = 32 << 10
}

/// What an operation answers.
public protocol OperationReply: Sendable {
    /// The body as HTTP clients get it, envelope and all; empty for none.
    func body(trimmedTo fields: Set<String>?) -> [UInt8]
    /// The same body, or `nil` if writing it is known to process more than `ServingThread.bytes` of JSON.
    func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]?
    /// Reads a body that `body` wrote.
    static func read(body: [UInt8]) throws -> Self
    /// The body as JSON Schema; `nil` for none.
    static func bodySchema(_ components: inout SchemaComponents) -> JSONValue?
    static var contentType: String { get }
    /// Whether it shows one thing, as opposed to a list or a format of its own; a GET of it has an `ETag`.
    static var isSingleResource: Bool { get }
}

extension OperationReply {
    public static var isSingleResource: Bool { false }
    public static var contentType: String { "application/json" }
    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? { body(trimmedTo: fields) }

    /// The envelope's schema around the data's.
    static func envelope(_ data: JSONValue, _ more: [SchemaField] = []) -> JSONValue {
        SchemaComponents.object(
            [
                SchemaField(name: "success", schema: ["type": "boolean", "const": true], isRequired: true),
                SchemaField(name: "data", schema: data, isRequired: true),
            ] + more
        )
    }

    static func data(in body: [UInt8]) throws -> (data: JSONValue, envelope: JSONValue) {
        let envelope = try JSONParser.parse(body)
        guard let data = envelope["data"] else { throw ValidationError("data", .required, "Is required.") }
        return (data, envelope)
    }
}

/// Values answer as `{"success": true, "data": …}`.
extension OperationReply where Self: ContractValue {
    public static var isSingleResource: Bool { true }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { body(trimmedTo: fields, upTo: .max) ?? [] }

    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? {
        body(trimmedTo: fields, upTo: ServingThread.bytes)
    }

    private func body(trimmedTo fields: Set<String>?, upTo limit: Int) -> [UInt8]? {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("success")
        writer.bool(true)
        writer.name("data")
        guard writer.write(self, trimmedTo: fields, upTo: limit) != nil else { return nil }
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> Self { try read(accepted: data(in: body).data) }

    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        envelope(schema(&components))
    }
}

extension JSONWriter {
    /// Writes a value; of an object only the members named, if any are.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - fields: The members; `nil` for all.
    ///   - limit: The maximum size of a value to trim, in bytes of JSON; a whole value has no limit.
    /// - Returns: The size of the whole value in bytes, or `nil` if it exceeds the limit and was not written.
    fileprivate mutating func write(
        _ value: some ContractValue,
        trimmedTo fields: Set<String>?,
        upTo limit: Int = .max
    ) -> Int? {
        guard let fields else {
            let before = bytes.count
            value.write(to: &self)
            return bytes.count - before
        }
        let whole = value.jsonBytes
        guard whole.count <= limit else { return nil }
        if case .object(let object)? = try? JSONParser.parse(whole) {  // our own JSON
            let kept = object.members.filter { fields.contains($0.name) }.map { ($0.name, $0.value) }
            self.value(.object(JSONObject(kept)))
        } else {
            value.write(to: &self)
        }
        return whole.count
    }
}

extension Page: OperationReply {
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { body(trimmedTo: fields, upTo: .max) ?? [] }

    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? {
        body(trimmedTo: fields, upTo: ServingThread.bytes)
    }

    private func body(trimmedTo fields: Set<String>?, upTo limit: Int) -> [UInt8]? {
        var left = limit
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.name("success")
        writer.bool(true)
        writer.name("data")
        writer.beginArray()
        var written = 0
        for item in items {
            // The one that goes over the budget is still shown: each page has one at least.
            if writer.bytes.count > Self.maximumBytes, cursorAfter != nil { break }
            guard let size = writer.write(item, trimmedTo: fields, upTo: left), size <= left else { return nil }
            left -= size
            written += 1
        }
        writer.endArray()
        writer.name("pagination")
        let isCut = written < items.count
        (isCut ? pagination.continued(from: cursorAfter?(written - 1)) : pagination).write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> Page {
        let (data, envelope) = try data(in: body)
        return Page(
            items: try [Item].read(accepted: data),
            pagination: try Pagination.read(accepted: envelope["pagination"] ?? .null)
        )
    }

    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        let pagination = SchemaField(name: "pagination", schema: Pagination.schema(&components), isRequired: true)
        return envelope(["type": "array", "items": Item.schema(&components)], [pagination])
    }
}

/// A short list that is answered whole.
public struct List<Item: ContractValue>: OperationReply {
    public let items: [Item]
    public init(_ items: [Item]) { self.items = items }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("success")
        writer.bool(true)
        writer.name("data")
        writer.beginArray()
        for item in items { _ = writer.write(item, trimmedTo: fields) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> List { List(try [Item].read(accepted: data(in: body).data)) }

    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        envelope(["type": "array", "items": Item.schema(&components)])
    }
}

/// Nothing but the status.
public struct NoContent: OperationReply, Equatable {
    public init() {}
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { [] }
    public static func read(body: [UInt8]) throws -> NoContent { NoContent() }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { nil }
}

/// JSON without the envelope, for formats that others have fixed, such as a JWK set.
public struct Bare<Value: ContractValue>: OperationReply {
    public let value: Value
    public init(_ value: Value) { self.value = value }
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { value.jsonBytes }
    public static func read(body: [UInt8]) throws -> Bare { Bare(try Value(jsonBytes: body)) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { Value.schema(&components) }
}

/// A stored document that is answered as it is, inside of the envelope; described as the value it holds.
public struct Document<Value: ContractValue>: OperationReply {
    public let json: [UInt8]
    /// - Parameter json: A `Value` as JSON text, as `Value.jsonBytes` wrote it once.
    public init(json: [UInt8]) { self.json = json }

    public init(_ value: Value) { json = value.jsonBytes }

    public static var isSingleResource: Bool { true }

    /// The document as the value that it holds.
    ///
    /// - Throws: `UnreadableValue` when it was stored by a version that this one cannot read.
    public func value() throws -> Value { try Value(jsonBytes: json) }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        guard let fields else {
            var writer = JSONWriter(capacity: json.count + 32)
            writer.beginObject()
            writer.name("success")
            writer.bool(true)
            writer.name("data")
            writer.raw(json)
            writer.endObject()
            return writer.bytes
        }
        return RawReply(json: json).body(trimmedTo: fields)
    }

    /// Returns the body, or `nil` if a large document must be parsed to be trimmed; a whole document is only copied.
    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? {
        fields != nil && json.count > ServingThread.bytes ? nil : body(trimmedTo: fields)
    }

    public static func read(body: [UInt8]) throws -> Document { Document(json: try data(in: body).data.bytes) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        envelope(Value.schema(&components))
    }

    private struct RawReply: ContractLeaf, OperationReply {
        let json: [UInt8]
        static var placeholder: Self { Self(json: []) }
        init(json: [UInt8]) { self.json = json }
        static func schema(_ components: inout SchemaComponents) -> JSONValue { [:] }
        static func read(_ json: JSONValue, _ reader: ContractReader) -> Self { Self(json: json.bytes) }
        func write(to writer: inout JSONWriter) { writer.raw(json) }
    }
}

/// Replies that say more than their body.
public protocol ReplyWithHeaders: OperationReply {
    /// Such as `Location`, `ETag` and `Set-Cookie`, in lower case.
    var headers: [(String, String)] { get }
    /// Whether an `ETag` is always among them; values show it by themselves.
    static var isVersioned: Bool { get }
}

extension ReplyWithHeaders {
    public static var isVersioned: Bool { false }
}

extension ReplyWithHeaders where Self: ContractValue {
    public static var isVersioned: Bool { placeholder.headers.contains { $0.0 == "etag" } }
}
