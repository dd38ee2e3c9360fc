/// A resource whose `ETag` changes with it, so that conditional requests are held against it.
public protocol Versioned: ContractObject, ReplyWithHeaders {
    /// The tag, quotes included.
    var etag: String { get }
}

extension Versioned {
    public var headers: [(String, String)] { [("etag", etag)] }
}

/// A resource whose revision rises by one with every change.
public protocol VersionedByRevision: Versioned {
    var revision: Int { get }
}

extension VersionedByRevision {
    public var etag: String { "\"\(revision)\"" }
}

/// A resource with an address that follows from it alone.
public protocol Addressed: OperationReply {
    /// The address below `/api/v1`.
    var path: String { get }
}

/// A reply with headers beside its value's own, such as cookies.
public struct WithHeaders<Value: OperationReply>: ReplyWithHeaders {
    public let value: Value
    public let headers: [(String, String)]

    /// - Parameters:
    ///   - value: The value that the body shows.
    ///   - headers: The headers that follow the value's own, with names in lower case.
    public init(_ value: Value, headers: [(String, String)]) {
        self.value = value
        self.headers = ((value as? any ReplyWithHeaders)?.headers ?? []) + headers
    }

    public static var isVersioned: Bool { (Value.self as? any ReplyWithHeaders.Type)?.isVersioned ?? false }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { value.body(trimmedTo: fields) }
    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? { value.shortBody(trimmedTo: fields) }
    /// Reads the value; its headers are only the value's own.
    public static func read(body: [UInt8]) throws -> WithHeaders {
        WithHeaders(try Value.read(body: body), headers: [])
    }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        Value.bodySchema(&components)
    }
}

/// A resource that was just created, with its address as `Location`.
public typealias Created<Resource: OperationReply> = WithHeaders<Resource>

extension WithHeaders {
    /// - Parameters:
    ///   - resource: The new resource, or the value that the body shows in its place.
    ///   - path: The new resource's address below `/api/v1`.
    ///   - headers: Further headers.
    public init(_ resource: Value, at path: String, headers: [(String, String)] = []) {
        self.init(resource, headers: [("location", Route.path(of: path))] + headers)
    }
}

extension WithHeaders where Value: Addressed {
    /// - Parameter resource: The new resource.
    public init(_ resource: Value) { self.init(resource, at: resource.path) }
}
