import Contracts
import HTTPTypes
import Mesh
import Postgres
import TestKit

@testable import ServiceKit

enum LabNote {}
typealias LabNoteID = Identifier<LabNote>

struct Note: ContractObject, OperationReply, ReplyWithHeaders, Equatable {
    let id: LabNoteID
    let text: String
    let revision: Int
    var headers: [(String, String)] { [("etag", "\"\(revision)\"")] }
}

extension Note: PostgresRowDecodable {
    init(row: PostgresRow) throws {
        self.init(id: try row["id"], text: try row["text"], revision: try row["revision"])
    }
}

/// Officers only, which the transaction alone knows.
struct AddNote: ServiceOperation {
    static let contract = Contract(
        "lab.add",
        .post("/notes"),
        access: .permission("lab:write"),
        "Add",
        success: .created
    )
    let text: String
    typealias Reply = Note
}

/// Taken back by what it does: who gives up is no officer any more.
struct GiveUp: ServiceOperation {
    static let contract = Contract("lab.give-up", .post("/give-up"), access: .user, "Give up", endsAccess: true)
    typealias Reply = NoContent
}

/// Made by a single statement, and the same however often.
struct MarkNote: ServiceOperation {
    static let contract = Contract("lab.mark", .post("/notes/{id}/mark"), access: .user, "Mark", isIdempotent: true)
    let id: LabNoteID
    typealias Reply = Note
}

/// Hands out a secret.
struct IssueSecret: ServiceOperation {
    static let contract = Contract("lab.secret", .post("/secret"), access: .user, "Issue", idempotency: .notOffered)
    struct Secret: ContractObject, OperationReply { let number: Int }
    typealias Reply = Secret
}

/// Anybody may, so that nothing but what they presented tells them apart.
struct Sign: ServiceOperation {
    static let contract = Contract("lab.sign", .post("/sign"), access: .everyone, "Sign")
    let text: String
    typealias Reply = Note
}

/// Breaks what its contract says.
struct Careless: ServiceOperation {
    static let contract = Contract("lab.careless", .post("/careless"), access: .user, "Add without a transaction")
    let text: String
    typealias Reply = Note
}

struct ReplaceNote: ServiceOperation {
    static let contract = Contract(
        "lab.replace",
        .put("/notes/{id}"),
        access: .user,
        "Replace",
        errors: [.preconditionFailed]
    )
    let id: LabNoteID
    let text: String
    /// `true` if the handler looks at the conditions.
    let checks: Bool
    typealias Reply = Note
}

struct ListNotes: ServiceOperation {
    static let contract = Contract("lab.list", .get("/notes"), access: .user, "List")
    let page: PageRequest
    typealias Reply = Page<Note>
}

struct GetSetting: ServiceOperation {
    static let contract = Contract("lab.setting", .get("/settings/{name}"), access: .user, "Read a stored document")
    struct Setting: ContractObject, OperationReply {
        let name: Name
        let since: Timestamp
    }
    let name: Code
    typealias Reply = Setting
}

struct LabHandlers: Sendable {
    let database: ServiceDatabase

    struct Add: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: AddNote, context: RequestContext) async throws -> Note {
            let user = try context.requireUser()
            return try await database.transaction(context, scope: TenantScope.none) { transaction in
                guard try await transaction.first("SELECT 1 FROM officers WHERE id = \(user.id)") != nil else {
                    throw ServiceError(.forbidden)
                }
                return try await transaction.one(
                    "INSERT INTO notes (id, text) VALUES (\(LabNoteID()), \(request.text)) RETURNING id, text, revision"
                )
            }
        }
    }

    struct Resign: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: GiveUp, context: RequestContext) async throws -> NoContent {
            let user = try context.requireUser()
            return try await database.transaction(context, scope: TenantScope.none) { transaction in
                guard try await transaction.execute("DELETE FROM officers WHERE id = \(user.id)") == 1 else {
                    throw ServiceError(.notFound)
                }
                return NoContent()
            }
        }
    }

    struct Mark: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: MarkNote, context: RequestContext) async throws -> Note {
            let note: Note? = try await database.scoped(to: TenantScope.none).first(
                "UPDATE notes SET text = 'marked' WHERE id = \(request.id) RETURNING id, text, revision"
            )
            guard let note else { throw ServiceError(.notFound) }
            return note
        }
    }

    struct Issue: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: IssueSecret, context: RequestContext) async throws -> IssueSecret.Secret {
            try await database.transaction(context, scope: TenantScope.none) { transaction in
                IssueSecret.Secret(number: try await transaction.one("SELECT nextval('secrets') AS number")["number"])
            }
        }
    }

    struct Write<Request: ServiceOperation & WithText>: OperationHandler where Request.Reply == Note {
        let database: ServiceDatabase
        let usesTransaction: Bool
        func handle(_ request: Request, context: RequestContext) async throws -> Note {
            let insert: SQL =
                "INSERT INTO notes (id, text) VALUES (\(LabNoteID()), \(request.text)) RETURNING id, text, revision"
            guard usesTransaction else { return try await database.scoped(to: TenantScope.none).one(insert) }
            return try await database.transaction(context, scope: TenantScope.none) { try await $0.one(insert) }
        }
    }

    struct Replace: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: ReplaceNote, context: RequestContext) async throws -> Note {
            try await database.transaction(context, scope: TenantScope.none) { transaction in
                let present: Note? = try await transaction.first(
                    "SELECT id, text, revision FROM notes WHERE id = \(request.id) FOR UPDATE"
                )
                if request.checks { try context.checkPrecondition(present?.headers.first?.1) }
                return try await transaction.one(
                    """
                    INSERT INTO notes (id, text) VALUES (\(request.id), \(request.text))
                    ON CONFLICT (id) DO UPDATE SET text = excluded.text, revision = notes.revision + 1
                    RETURNING id, text, revision
                    """
                )
            }
        }
    }

    struct ShowList: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: ListNotes, context: RequestContext) async throws -> Page<Note> {
            let keyset = try Keyset("text", as: .text, descending: false, page: request.page)
            let rows = try await database.scoped(to: TenantScope.none).query(
                keyset.select("id, text, revision", "FROM notes WHERE true")
            )
            return try keyset.page(reading: rows, total: 0)
        }
    }

    struct ShowSetting: OperationHandler {
        let database: ServiceDatabase
        func handle(_ request: GetSetting, context: RequestContext) async throws -> GetSetting.Setting {
            let row = try await database.scoped(to: TenantScope.none).first(
                "SELECT document FROM settings WHERE name = \(request.name)"
            )
            guard let row else { throw ServiceError(.notFound) }
            return try (row["document"] as Stored<GetSetting.Setting>).value
        }
    }

    var all: [any OperationHandler] {
        [
            Add(database: database), Resign(database: database), Mark(database: database), Issue(database: database),
            Write<Sign>(database: database, usesTransaction: true), Replace(database: database),
            ShowList(database: database), ShowSetting(database: database),
        ]
    }
}

protocol WithText { var text: String { get } }
extension Sign: WithText {}
extension Careless: WithText {}

/// The operations above over a database of their own, asked as the gateway asks.
struct OperationLab: Sendable {
    let database: Database
    let testDatabase: TestDatabase
    let handlers: [any OperationHandler]
    let dispatcher: Dispatcher
    let lines = LogLines()

    static let service = TestService(
        "lab",
        migrations: serviceKitMigrations + [
            Migration(
                "0001_lab",
                up: """
                    CREATE TABLE officers (id uuid PRIMARY KEY);
                    CREATE TABLE notes (
                        id uuid PRIMARY KEY, text text NOT NULL, revision integer NOT NULL DEFAULT 1, changed timestamptz
                    );
                    CREATE TABLE settings (name text PRIMARY KEY, document jsonb NOT NULL);
                    CREATE SEQUENCE secrets;
                    """,
                down: "DROP SEQUENCE secrets; DROP TABLE settings; DROP TABLE notes; DROP TABLE officers;"
            )
        ]
    )

    init(_ database: Database, in test: TestDatabase) {
        self.database = database
        testDatabase = test
        handlers = LabHandlers(database: ServiceDatabase(database)).all
        dispatcher = Dispatcher(lab: "lab", handlers, database: database, logger: lines.logger)
    }

    func user(isOfficer: Bool = true) async throws -> RequestContext.User {
        let user = RequestContext.User(
            id: UserID(),
            tenant: nil,
            session: SessionID(),
            role: "student",
            permissions: ["lab:write"]
        )
        if isOfficer { try await database.execute("INSERT INTO officers VALUES (\(user.id))", scope: .none) }
        return user
    }

    func send(
        _ operation: some ServiceOperation,
        as user: RequestContext.User? = nil,
        key: String? = nil,
        query: [(String, String)] = [],
        headers: [(String, String)] = []
    ) async -> MeshReply {
        let contract = type(of: operation).contract
        let isRead = contract.route?.method == .get
        let fields = (try? JSONParser.parse(operation.jsonBytes))?.objectValue ?? JSONObject()
        let inPath = contract.route?.pathFields ?? []
        var request = MeshRequest(
            operation: contract.name,
            timeLeft: .seconds(20),
            principal: user?.principal,
            idempotencyKey: key,
            pathParameters: inPath.map { MeshField($0, fields[$0]?.stringValue ?? "") },
            query: query.map { MeshField($0.0, $0.1) },
            headers: [MeshField("x-client-address", "192.0.2.7")] + headers.map { MeshField($0.0, $0.1) },
            contentType: isRead ? "" : "application/json",
            body: isRead ? [] : operation.jsonBytes
        )
        request.caller = "gateway"
        return await dispatcher.handle(request)
    }

    /// The lab, optionally with other handlers, for the walks over its contracts.
    func walked(_ handlers: [any OperationHandler]? = nil) -> WalkedService {
        let handlers = handlers ?? self.handlers
        let api = ServiceAPI(lab: "lab", handlers)
        return WalkedService(api, handlers: handlers, database: database, in: testDatabase)
    }

    func noteCount() async throws -> Int {
        try await database.one("SELECT count(*) AS notes FROM notes", scope: .none)["notes"]
    }
}

func withOperationLab(_ body: (OperationLab) async throws -> Void) async throws {
    try await withTestDatabase(services: [OperationLab.service]) { test in
        let database = Database(configuration: test.configuration(for: "lab"), logger: .silent)
        do { try await body(OperationLab(database, in: test)) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}
