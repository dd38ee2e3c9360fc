import Contracts
import HTTPTypes
import Mesh
import TestKit

/// A thing that tests make and find.
struct Thing: ContractObject, OperationReply, Equatable {
    let id: FormID
    let name: Name
}

struct CreateThing: ServiceOperation {
    static let contract = Contract(
        "lab.things.create",
        .post("/things"),
        access: .user,
        "Make a thing",
        success: .created,
        errors: [.conflict],
        bodyLimit: 1_000,
        mayBeAnonymous: true
    )
    let name: Name
    typealias Reply = Thing
}

struct GetThing: ServiceOperation {
    static let contract = Contract("lab.things.get", .get("/things/{id}"), access: .everyone, "Find a thing")
    let id: FormID
    typealias Reply = Thing
}

struct FavouriteThing: ServiceOperation {
    static let contract = Contract(
        "lab.things.favourite",
        .get("/things/favourite"),
        access: .user,
        "Find one's own",
        scope: "things:read"
    )
    typealias Reply = Thing
}

struct PatchThing: ServiceOperation {
    static let contract = Contract(
        "lab.things.patch",
        .patch("/things/{id}"),
        access: .user,
        "Change a thing",
        needsSession: true
    )
    let id: FormID
    let name: Patch<Name>
    typealias Reply = Thing
}

struct PurgeThings: ServiceOperation {
    static let contract = Contract(
        "lab.things.purge",
        .delete("/things"),
        access: .permission("things:purge"),
        "Remove all",
        success: .noContent
    )
    typealias Reply = NoContent
}

/// Never answers in time.
struct WaitForThings: ServiceOperation {
    static let contract = Contract(
        "lab.things.wait",
        .get("/things/{id}/wait"),
        access: .everyone,
        "Wait",
        timeout: .milliseconds(200)
    )
    let id: FormID
    typealias Reply = Thing
}

/// Answers once it is let go.
struct HoldThing: ServiceOperation {
    static let contract = Contract("lab.things.hold", .get("/things/{id}/hold"), access: .everyone, "Hold a thing")
    let id: FormID
    typealias Reply = Thing
}

/// Open to everyone, also to those whose cookie is worth nothing any more.
struct RenewThing: ServiceOperation {
    static let contract = Contract(
        "lab.things.renew",
        .post("/things/renew", aliases: ["/things/again"]),
        access: .everyone,
        "Renew",
        rate: .auth
    )
    let token: String?
    typealias Reply = Thing
}

/// Answers in parts; `parts` says how many, of a megabyte each or of so many `megabytes`.
struct ExportThings: ServiceOperation {
    static let contract = Contract("lab.things.export", .get("/things.csv"), access: .everyone, "Export things")
    let parts: Int
    let megabytes: Int?
    let cursor: PageCursor?
    typealias Reply = CSVPart

    static func answer(_ request: MeshRequest) -> MeshReply {
        let cursors = request.query.all(named: "cursor")
        let number = cursors.first.flatMap { PageCursor($0) }.flatMap { Int($0.key) } ?? 0
        let parts = request.query.first(named: "parts").flatMap { Int($0) } ?? 1
        guard cursors.count < 2, number < parts else {
            return MeshReply(status: 500, failure: MeshFailure(code: "INTERNAL_ERROR", message: "No."))
        }
        let megabytes = request.query.first(named: "megabytes").flatMap { Int($0) } ?? 1
        let isLast = request.query.first(named: "fail") == nil && number + 1 == parts
        let next = PageCursor(key: String(number + 1), id: "\(FormID())")
        return MeshReply(
            contentType: CSVPart.contentType,
            headers: isLast ? [] : [MeshField(CSVPart.nextHeader, next.text)],
            body: [UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: megabytes << 20)
        )
    }
}

/// What clients are told to leave.
struct CountThings: ServiceOperation {
    static let contract = Contract(
        "lab.things.count",
        .get("/things/count"),
        access: .everyone,
        "Count",
        deprecation: Deprecation(since: "2026-03-01", sunset: "2027-01-01", successor: "/things")
    )
    typealias Reply = Thing
}

let labOperations: [any ServiceOperation.Type] = [
    CreateThing.self, GetThing.self, FavouriteThing.self, PatchThing.self, PurgeThings.self, WaitForThings.self,
    RenewThing.self, ExportThings.self, CountThings.self, HoldThing.self,
]

/// Answers with what arrived, so that a test sees what a service sees; what is to be held, as `hold` in the query says of
/// anything, goes on when `gate` opens.
@Sendable func echo(_ request: MeshRequest, gate: Gate) async throws -> MeshReply {
    if request.operation == WaitForThings.contract.name { try await waitUntilCancelled() }
    if request.operation == ExportThings.contract.name { return ExportThings.answer(request) }
    let isHeld = request.operation == HoldThing.contract.name || request.query.first(named: "hold") != nil
    if isHeld { await gate.pass() }
    if request.query.first(named: "fail") == "refuse" {
        return MeshReply(
            status: 409,
            failure: MeshFailure(
                code: "CONFLICT",
                message: "No.",
                details: [MeshFailure.Detail(field: "name", message: "Taken.", code: "duplicate")],
                retryAfter: .milliseconds(1_500)
            )
        )
    }
    if request.query.first(named: "fail") == "break" {
        return MeshReply(status: 500, failure: MeshFailure(code: "INTERNAL_ERROR", message: "Broken."))
    }
    func fields(_ fields: [MeshField]) -> JSONValue { .object(JSONObject(fields.map { ($0.name, .string($0.value)) })) }
    let echo: JSONValue = [
        "operation": .string(request.operation),
        "caller": .string(request.caller),
        "requestId": .string(request.requestID),
        "traceId": .string(request.trace.traceID),
        "path": fields(request.pathParameters),
        "query": fields(request.query),
        "headers": fields(request.headers),
        "user": request.principal.map { .string($0.userID) } ?? .null,
        "idempotencyKey": request.idempotencyKey.map { .string($0) } ?? .null,
        "contentType": .string(request.contentType),
        "body": .string(String(decoding: request.body, as: UTF8.self)),
    ]
    return MeshReply(
        status: request.operation == CreateThing.contract.name ? 201 : 200,
        headers: [
            MeshField("location", "/api/v1/things/1"), MeshField("connection", "close"), MeshField("set-cookie", "a=1"),
            MeshField("set-cookie", "b=2"),
        ] + (request.query.first(named: "anonymous") == nil ? [] : [MeshField(AnonymousReply.header, "1")]),
        body: echo.bytes
    )
}
