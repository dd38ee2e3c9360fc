import Contracts

/// What services send each other past the gateway, operations and events, as a document that `APIComparison` reads.
///
/// Like OpenAPI, but for the paths: there is one for each name. An event is what its reader gets: a reply.
enum InternalContracts {
    /// Where they are kept as they were last released, in the repository.
    static let file = "Libraries/Contracts/between-services.json"

    static func document(of services: [ServiceDescription]) -> JSONValue {
        var schemas = JSONObject()
        for (name, schema) in services.flatMap(\.schemas).sorted(by: { $0.key < $1.key }) {
            schemas[name] = schema.tree
        }
        // What has a route is in the description that clients are made from.
        let operations = services.flatMap(\.operations).filter { $0.method == nil }
        let events = services.flatMap { $0.events ?? [] }
        let entries = operations.map { ($0.name, call($0)) } + events.map { ($0.type, event($0)) }
        let paths = JSONValue.object(JSONObject(entries.sorted { $0.0 < $1.0 }))
        return [
            "paths": paths, "components": ["schemas": .object(SchemaComponents.referred(by: [paths], of: schemas))],
        ]
    }

    private static func call(_ operation: OperationDescription) -> JSONValue {
        let reply = operation.replyBody.map { content(operation.replyType, $0.tree) } ?? [:]
        var call = JSONObject([
            ("operationId", .string(operation.name)), ("x-contract", .object(operation.contractExtension)),
        ])
        if let body = operation.requestBody?.tree, var request = content(operation.requestType, body).objectValue {
            request["required"] = .bool(body["required"] != nil)
            call["requestBody"] = .object(request)
        }
        call["responses"] = .object(JSONObject([("\(operation.success)", reply)]))
        return ["call": .object(call)]
    }

    private static func event(_ event: EventDescription) -> JSONValue {
        [
            "event": [
                "operationId": .string(event.type), "x-contract": ["version": .integer(event.version)],
                "responses": ["200": content("application/json", event.data.tree)],
            ]
        ]
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        ["content": .object(JSONObject([(type, ["schema": schema])]))]
    }
}
