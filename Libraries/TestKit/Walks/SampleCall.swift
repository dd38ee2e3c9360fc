public import Contracts
public import ServiceKit

/// A request that succeeds.
public struct Sample<Operation: ServiceOperation>: Sendable {
    let request: Operation
    let user: RequestContext.User?
    let condition: Condition
    let readers: [RequestContext.User]

    /// The place where a conditional request finds the current tag.
    enum Condition: Sendable {
        case none
        /// A GET by the same user returns it.
        case shown(any ServiceOperation)
        case tag(String)
    }

    /// - Parameters:
    ///   - request: The request.
    ///   - user: The requesting user.
    ///   - resource: The GET that returns what the request changes, with its `ETag`.
    ///   - readers: Other users who can read what the request writes.
    public init(
        _ request: Operation,
        by user: RequestContext.User?,
        of resource: (any ServiceOperation)? = nil,
        readers: [RequestContext.User] = []
    ) {
        self.request = request
        self.user = user
        self.condition = resource.map(Condition.shown) ?? .none
        self.readers = readers
    }

    /// - Parameters:
    ///   - request: The request.
    ///   - user: The requesting user.
    ///   - tag: The current `ETag` of a resource that no GET returns alone, such as a member of a list.
    ///   - readers: Other users who can read what the request writes.
    public init(
        _ request: Operation,
        by user: RequestContext.User?,
        tag: String,
        readers: [RequestContext.User] = []
    ) {
        self.request = request
        self.user = user
        self.condition = .tag(tag)
        self.readers = readers
    }
}

/// One operation, as the walks over a service's contracts call it.
public struct SampleCall: Sendable {
    let contract: Contract
    let make: @Sendable () async throws -> MadeCall
    let revoke: (@Sendable () async throws -> Void)?
    /// A request with some members at the limits of their types; `nil` if the type's rules refused all tries.
    let extreme: @Sendable (Seed, _ fixed: JSONObject, _ sample: JSONObject) -> JSONValue?
    /// The request's members.
    let members: [SchemaField]
    let readReply: @Sendable ([UInt8]) throws -> Void

    /// - Parameters:
    ///   - operation: The operation.
    ///   - revoke: Revokes what the operation requires of the user of the last `make`, such as an office; `nil` if only
    ///     the contract's rule decides.
    ///   - make: Prepares what the operation needs, and returns a request that succeeds. Called again for each request
    ///     that must take effect by itself.
    public init<Operation: ServiceOperation>(
        _ operation: Operation.Type,
        revoke: (@Sendable () async throws -> Void)? = nil,
        _ make: @escaping @Sendable () async throws -> Sample<Operation>
    ) {
        contract = Operation.contract
        self.revoke = revoke
        self.make = { MadeCall(try await make()) }
        extreme = { seed, fixed, sample in
            ExtremeValues(of: Operation.self).document(seed, fixing: fixed, like: .object(sample))
        }
        var components = SchemaComponents()
        members = Operation.fields(&components)
        readReply = { _ = try Operation.Reply.read(body: $0) }
    }
}

/// A `Sample` whose operation is known by name only.
struct MadeCall: Sendable {
    let members: JSONObject
    let user: RequestContext.User?
    let resource: (any ServiceOperation)?
    let tag: String?
    let readers: [RequestContext.User]

    var body: [UInt8] { JSONValue.object(members).bytes }

    init<Operation>(_ sample: Sample<Operation>) {
        // Encoded by the contract's own coder, so it is an object.
        members = (try? JSONParser.parse(sample.request.jsonBytes))?.objectValue ?? JSONObject()
        user = sample.user
        readers = sample.readers
        switch sample.condition {
        case .none: (resource, tag) = (nil, nil)
        case .shown(let operation): (resource, tag) = (operation, nil)
        case .tag(let text): (resource, tag) = (nil, text)
        }
    }
}
