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

    public init(path: [(String, String)] = [], query: [(String, String)] = [], body: [UInt8] = []) {
        self.path = path
        self.query = query
        self.body = body
    }
}

extension ServiceOperation {
    /// Reads and checks a request.
    ///
    /// - Throws: `JSONSyntaxError` when the body is no JSON, `ValidationError` with one detail per field.
    public static func decode(_ input: OperationInput) throws -> Self {
        var fields = JSONObject()
        if !input.body.isEmpty {
            guard case .object(let object) = try JSONParser.parse(input.body) else {
                throw ValidationError("", .wrongType, "The body must be an object.")
            }
            fields = object
        }
        if contract.route?.hasBody == false {
            for (name, value) in input.query {
                guard fields[name] == nil else { throw ValidationError(name, .duplicate, "Must be given once.") }
                fields[name] = .parameter(value)
            }
        }
        for (name, value) in input.path { fields[name] = .parameter(value) }
        return try read(.object(fields))
    }
}

/// What an operation answers.
public protocol OperationReply: Sendable {
    /// The body as HTTP clients get it, envelope and all; empty for none.
    func body(trimmedTo fields: Set<String>?) -> [UInt8]
    /// Reads a body that `body` wrote.
    static func read(body: [UInt8]) throws -> Self
    /// The body as JSON Schema; `nil` for none.
    static func bodySchema(_ components: inout SchemaComponents) -> JSONValue?
    static var contentType: String { get }
}

extension OperationReply {
    public static var contentType: String { "application/json" }

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
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("success")
        writer.bool(true)
        writer.name("data")
        writer.write(self, trimmedTo: fields)
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> Self { try read(data(in: body).data) }

    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        envelope(schema(&components))
    }
}

extension JSONWriter {
    /// Writes a value; of an object only the members named, if any are.
    mutating func write(_ value: some ContractValue, trimmedTo fields: Set<String>?) {
        guard let fields, case .object(let object)? = try? JSONParser.parse(value.jsonBytes) else {  // our own JSON
            return value.write(to: &self)
        }
        self.value(.object(JSONObject(object.members.filter { fields.contains($0.name) }.map { ($0.name, $0.value) })))
    }
}

extension Page: OperationReply {
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.name("success")
        writer.bool(true)
        writer.name("data")
        writer.beginArray()
        for item in items { writer.write(item, trimmedTo: fields) }
        writer.endArray()
        writer.name("pagination")
        pagination.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> Page {
        let (data, envelope) = try data(in: body)
        return Page(items: try [Item].read(data), pagination: try Pagination.read(envelope["pagination"] ?? .null))
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
        for item in items { writer.write(item, trimmedTo: fields) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    public static func read(body: [UInt8]) throws -> List { List(try [Item].read(data(in: body).data)) }

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

    /// The document as the value that it holds.
    ///
    /// - Throws: `ValidationError` when it was stored by a version that this one cannot read.
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
