public import Contracts

/// A single resource: it has an address, and a revision that conditional requests are held against.
public protocol Addressed: ContractObject, ReplyWithHeaders {
    /// Below `/api/v1`.
    var path: String { get }
    var revision: Int { get }
}

extension Addressed {
    public var etag: String { "\"\(revision)\"" }
    public var headers: [(String, String)] { [("etag", etag)] }
}

/// A resource that was made just now, with the address where it is found.
public struct Created<Resource: Addressed>: ReplyWithHeaders {
    public let resource: Resource

    public init(_ resource: Resource) { self.resource = resource }

    public var headers: [(String, String)] { resource.headers + [("location", Route.path(of: resource.path))] }

    public static var isVersioned: Bool { Resource.isVersioned }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { resource.body(trimmedTo: fields) }
    public static func read(body: [UInt8]) throws -> Created { Created(try Resource.read(body: body)) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        Resource.bodySchema(&components)
    }
}
