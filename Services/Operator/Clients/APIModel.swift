import Contracts

/// An OpenAPI document of ours as clients need it: named types, and operations by service.
struct APIModel {
    /// The shape of a value.
    indirect enum Shape: Equatable {
        case any, null, boolean, integer, number, string
        case literals([String])
        case array(Shape)
        case map(Shape)
        case named(String)
        case union([Shape])
    }

    struct Member {
        let name: String
        let shape: Shape
        let isRequired: Bool
    }

    struct NamedType {
        enum Definition {
            case members([Member])
            /// Another name for a shape, such as one of several words.
            case alias(Shape)
        }

        let name: String
        let definition: Definition
    }

    struct Operation {
        /// In lower camel case, such as `createSociety`.
        let name: String
        let summary: String
        let method: String
        let path: String
        let pathParameters: [Member]
        let queryParameters: [Member]
        let body: Shape?
        let isBodyRequired: Bool
        /// `nil` where nothing is answered.
        let reply: Reply?
        let isDeprecated: Bool
    }

    enum Reply {
        /// The envelope's `data`.
        case data(Shape)
        /// A part of a list, whose `data` are items of this shape, with `pagination`.
        case page(Shape)
        /// The body as it is.
        case bare(Shape)
        /// The body as it is, which is no JSON but text of this media type.
        case text(String)
    }

    private(set) var types: [NamedType] = []
    private(set) var services: [(name: String, operations: [Operation])] = []
    private let document: JSONValue
    private var defined: Set<String> = []

    /// - Throws: `Failure` when it is no OpenAPI document.
    init(_ document: JSONValue) throws {
        guard let paths = document["paths"]?.objectValue else { throw Failure("This is no OpenAPI document") }
        self.document = document
        let tags = (document["tags"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        for tag in tags where tag != "platform" {
            var operations: [Operation] = []
            for (path, item) in paths.members {
                for (method, operation) in item.objectValue?.members ?? []
                where operation["tags"]?.arrayValue?.first?.stringValue == tag {
                    // Another spelling of a path has the same operation.
                    guard operation["x-contract"]?["aliasOf"] == nil else { continue }
                    operations.append(self.operation(operation, method: method, path: path))
                }
            }
            services.append((tag, operations))
        }
        types.sort { $0.name < $1.name }
    }

    private mutating func operation(_ json: JSONValue, method: String, path: String) -> Operation {
        let name = json["operationId"]?.stringValue ?? ""
        let owner = name.withCapital
        let parameters = (json["parameters"]?.arrayValue ?? []).map(document.resolve)
        func members(in place: String) -> [Member] {
            parameters.filter { $0["in"]?.stringValue == place }.map { parameter in
                Member(
                    name: parameter["name"]?.stringValue ?? "",
                    shape: shape(parameter["schema"] ?? [:], owner: owner),
                    isRequired: parameter["required"] == true
                )
            }
        }
        let body = json["requestBody"]?["content"]?.objectValue?.members.first?.value["schema"]
        let success = json["responses"]?.objectValue?.members.first { $0.name.hasPrefix("2") }?.value
        let reply = success.map(document.resolve)?["content"]?.objectValue?.members.first
        return Operation(
            name: name,
            summary: json["summary"]?.stringValue ?? "",
            method: method.uppercased(),
            path: path,
            pathParameters: members(in: "path"),
            queryParameters: members(in: "query"),
            body: body.map { shape($0, owner: owner) },
            isBodyRequired: json["requestBody"]?["required"] == true,
            reply: reply.map { self.reply($0.name, $0.value["schema"] ?? [:], owner: owner + "Reply") },
            isDeprecated: json["deprecated"] == true
        )
    }

    private mutating func reply(_ contentType: String, _ schema: JSONValue, owner: String) -> Reply {
        let mediaType = String(contentType.prefix { $0 != ";" })
        guard mediaType == "application/json" else { return .text(mediaType) }
        let members = document.resolve(schema)["properties"]?.objectValue
        guard let data = members?["data"], members?["success"] != nil else { return .bare(shape(schema, owner: owner)) }
        let shape = shape(data, owner: owner)
        guard let pagination = members?["pagination"], case .array(let item) = shape else { return .data(shape) }
        _ = self.shape(pagination, owner: "Pagination")  // whose type the client's own code names
        return .page(item)
    }

    /// Adds the type of that name for a schema.
    private mutating func define(_ name: String, _ schema: JSONValue) {
        guard defined.insert(name).inserted else { return }
        guard let properties = schema["properties"]?.objectValue else {
            let shape = shape(schema, owner: name)
            types.append(NamedType(name: name, definition: .alias(shape)))
            return
        }
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let members = properties.members.map { member in
            Member(
                name: member.name,
                shape: shape(member.value, owner: name + member.name.withCapital),
                isRequired: required.contains(member.name)
            )
        }
        types.append(NamedType(name: name, definition: .members(members)))
    }

    /// Tells whether a component becomes a type: an object, one of several words, or one of several schemas.
    private static func isNamed(_ schema: JSONValue) -> Bool {
        let choices = (schema["anyOf"]?.arrayValue ?? []).filter { $0 != ["type": "null"] }
        return schema["properties"] != nil || schema["enum"] != nil || choices.count > 1
    }

    private mutating func shape(_ schema: JSONValue, owner: String) -> Shape {
        if let name = schema.referencedName {
            let (type, target) = (Self.typeName(name), document.resolve(schema))
            guard Self.isNamed(target) else { return shape(target, owner: type) }
            define(type, target)
            return .named(type)
        }
        if let choices = schema["anyOf"]?.arrayValue {
            return .union(choices.enumerated().map { shape($1, owner: $0 == 0 ? owner : "\(owner)\($0 + 1)") })
        }
        if case .bool? = schema["const"] { return .boolean }
        if let words = schema["enum"]?.arrayValue { return .literals(words.compactMap(\.stringValue)) }
        if let types = schema["type"]?.arrayValue {
            return .union(types.compactMap(\.stringValue).map { shape(of: $0, schema, owner: owner) })
        }
        return schema["type"]?.stringValue.map { shape(of: $0, schema, owner: owner) } ?? .any
    }

    private mutating func shape(of type: String, _ schema: JSONValue, owner: String) -> Shape {
        switch type {
        case "null": return .null
        case "boolean": return .boolean
        case "integer": return .integer
        case "number": return .number
        case "string": return .string
        case "array": return .array(shape(schema["items"] ?? [:], owner: owner))
        case "object":
            guard schema["properties"] != nil else {
                return .map(shape(schema["additionalProperties"] ?? [:], owner: owner))
            }
            define(owner, schema)
            return .named(owner)
        default: return .any
        }
    }

    private static func typeName(_ name: String) -> String {
        name.split(separator: ".").map(\.withCapital).joined()
    }
}
