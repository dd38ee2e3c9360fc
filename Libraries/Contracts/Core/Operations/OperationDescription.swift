import HTTPTypes

/// A running service's description of one of its operations; the gateway's routes and OpenAPI are made of these.
public struct OperationDescription: ContractObject, Equatable {
    public let name: String
    /// The name that clients call the operation by: its type's, in lower camel case; `nil` from older builds, and from
    /// services that give it none.
    public let id: String?
    public let version: Int
    /// `nil` with `path` for what only services call.
    public let method: String?
    /// Whole path templates: the canonical one, then other spellings.
    public let paths: [String]
    public let access: String
    public let summary: String
    public let success: Int
    public let errors: [ErrorDescription]
    public let rate: RateClass
    /// `nil` with `concurrency` from services of an earlier version.
    public let priority: CallPriority?
    public let concurrency: Int?
    public let timeoutMilliseconds: Int
    public let bodyLimit: Int
    public let isIdempotent: Bool
    public let requestType: String
    public let parameters: [ParameterDescription]
    /// JSON Schema; `nil` where there is no body.
    public let requestBody: RawJSON?
    public let replyType: String
    public let replyBody: RawJSON?
    /// `true` if the reply carries an `ETag`, which conditional requests are held against; `nil` from older builds.
    public let isVersioned: Bool?
    /// `true` if an API key is not enough; `nil` from older builds.
    public let needsSession: Bool?
    /// The scope or role's permission that an API key needs; `nil` if no key is enough, and from older builds.
    public let scope: String?
    public let deprecation: Deprecation?
    /// The treatment of an `Idempotency-Key`; `nil` from older builds.
    public let idempotency: Idempotency?
    /// Tells whether a failed call may have had an anonymous effect; `nil` from older builds.
    public let mayBeAnonymous: Bool?

    /// `true` if an `Idempotency-Key` makes the request run once; older builds said nothing, and took one for every POST.
    public var takesIdempotencyKey: Bool {
        idempotency.map { $0 == .recorded } ?? (method == "POST")
    }
}

extension OperationDescription {
    /// The facts of the contract that OpenAPI has no place for: the value of `x-contract` in documents.
    public var contractExtension: JSONObject {
        var facts = JSONObject([
            ("name", .string(name)), ("version", .integer(version)), ("access", .string(access)),
        ])
        let errors = Dictionary(grouping: self.errors, by: \.status).sorted { $0.key < $1.key }
        if !errors.isEmpty {
            let codes = errors.map { ("\($0.key)", JSONValue.array($0.value.map { .string($0.code) })) }
            facts["errors"] = .object(JSONObject(codes))
        }
        if let deprecation { facts["deprecation"] = try? JSONParser.parse(deprecation.jsonBytes) }  // our own JSON
        return facts
    }
}

public struct ErrorDescription: ContractObject, Equatable {
    public let code: String
    public let status: Int
    public let message: String

    public init(_ code: ErrorCode) {
        self.code = code.code
        status = code.status.code
        message = code.message
    }
}

public struct ParameterDescription: ContractObject, Equatable {
    public enum Location: String, ChoiceValue { case path, query }

    public let name: String
    public let location: Location
    public let isRequired: Bool
    public let schema: RawJSON
}

/// A running service's description of one type of its events.
public struct EventDescription: ContractObject, Equatable {
    public let type: String
    public let version: Int
    /// JSON Schema.
    public let data: RawJSON
}

/// A running service's description of itself.
public struct ServiceDescription: ContractObject, Equatable {
    public let service: String
    public let version: String
    public let operations: [OperationDescription]
    /// The events that it emits; `nil` from services of an earlier version.
    public let events: [EventDescription]?
    /// The schemas that the others refer to, by name.
    public let schemas: [String: RawJSON]

    public init(of api: ServiceAPI, version: String) {
        var components = SchemaComponents()
        self.service = api.service
        self.version = version
        self.operations = api.operations.map { $0.describe(&components, in: api.service) }
        self.events = api.events.map { $0.describe(&components) }
        self.schemas = components.schemas.mapValues { RawJSON(bytes: $0.bytes) }
    }
}

extension ServiceEvent {
    /// The type's description, with the schemas that it refers to in `components`.
    static func describe(_ components: inout SchemaComponents) -> EventDescription {
        let data = components.describing(.reply) { schema(&$0) }
        return EventDescription(type: type, version: version, data: RawJSON(bytes: data.bytes))
    }
}

extension ServiceOperation {
    /// `true` if its reply is a single resource without an `ETag` of its own, so that a hash of it becomes the `ETag`.
    public static var isVersionedByContent: Bool {
        contract.route?.method == .get && Reply.isSingleResource
            && (Reply.self as? any ReplyWithHeaders.Type)?.isVersioned != true
    }

    /// The operation's description, with the schemas that it refers to in `components`.
    ///
    /// - Parameters:
    ///   - components: The schemas.
    ///   - service: The service that answers; to be given for a reserved operation.
    /// - Returns: The description.
    public static func describe(
        _ components: inout SchemaComponents,
        in service: String? = nil
    ) -> OperationDescription {
        let contract = Self.contract(in: service ?? Self.contract.service)
        let fields = fields(&components)
        let inPath = contract.route?.pathFields ?? []
        let others = fields.filter { !inPath.contains($0.name) }
        let inBody = contract.route?.hasBody ?? true
        let parameters =
            fields.filter { inPath.contains($0.name) }.map { ($0, ParameterDescription.Location.path) }
            + (inBody ? [] : others.map { ($0, .query) })
        let reply = components.describing(.reply) { Reply.bodySchema(&$0) }
        return OperationDescription(
            name: contract.name,
            id: String(describing: self).withoutCapital,
            version: contract.version,
            method: contract.route?.method.rawValue,
            paths: contract.route.map { ([$0.template] + $0.aliases).map(Route.path) } ?? [],
            access: contract.access.description,
            summary: contract.summary,
            success: contract.success.code,
            errors: contract.errors.map(ErrorDescription.init),
            rate: contract.rate,
            priority: contract.priority,
            concurrency: contract.concurrency,
            timeoutMilliseconds: Int(contract.timeout / .milliseconds(1)),
            bodyLimit: contract.bodyLimit,
            isIdempotent: contract.isIdempotent,
            requestType: contract.requestType,
            parameters: parameters.map { field, location in
                ParameterDescription(
                    name: field.name,
                    location: location,
                    isRequired: field.isRequired,
                    schema: RawJSON(bytes: field.schema.bytes)
                )
            },
            requestBody: inBody && !others.isEmpty ? RawJSON(bytes: SchemaComponents.object(others).bytes) : nil,
            replyType: Reply.contentType,
            replyBody: reply.map { RawJSON(bytes: $0.bytes) },
            isVersioned: isVersionedByContent || (Reply.self as? any ReplyWithHeaders.Type)?.isVersioned ?? false,
            needsSession: contract.needsSession,
            scope: contract.keyScope?.text,
            deprecation: contract.deprecation,
            idempotency: contract.idempotency,
            mayBeAnonymous: contract.mayBeAnonymous
        )
    }
}

extension Access: CustomStringConvertible, LosslessStringConvertible {
    /// As a description carries it: `everyone`, `user`, `services`, or the permission.
    public var description: String {
        switch self {
        case .everyone: "everyone"
        case .user: "user"
        case .services: "services"
        case .permission(let permission): permission.text
        }
    }

    public init?(_ description: String) {
        switch description {
        case "everyone": self = .everyone
        case "user": self = .user
        case "services": self = .services
        default:
            guard let permission = Permission(description) else { return nil }
            self = .permission(permission)
        }
    }
}
