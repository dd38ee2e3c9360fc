import AcademicContracts
import Contracts
import Logging
import Mesh
import Postgres
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts
@testable import ServiceKit

/// The id-parser's handlers over a database of their own, with the academic service at the other end of a socket.
struct TestIDParser: Sendable {
    static let service = TestService("id_parser", migrations: serviceKitMigrations + idParserMigrations)

    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let caller: ServiceCaller
    let academic: TestAcademic
    let catalogs: PatternCatalogs

    /// Somebody who may write patterns in one university.
    static func admin(at university: UniversityID) -> RequestContext.User {
        user(at: university, role: "admin", permissions: ["academic:write", "id-patterns:write"])
    }

    static func user(
        at university: UniversityID?,
        role: String = "student",
        permissions: [Permission] = []
    ) -> RequestContext.User {
        RequestContext.User(id: UserID(), tenant: university, session: nil, role: role, permissions: permissions)
    }

    func context(_ user: RequestContext.User?, precondition: String? = nil) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            precondition: precondition,
            logger: .silent
        )
    }

    /// Takes an event in as the daemon does, in a transaction of the consumer's.
    func apply<Handler: EventHandler>(_ handler: Handler, _ event: Handler.Event) async throws {
        let metadata = EventMetadata(id: EventID(), time: .now(), tenant: nil)
        try await database.transaction(context(nil), scope: .platform) { transaction in
            try await handler.handle(event, metadata: metadata, in: transaction)
        }
    }
}

// What the handlers do, by the names that people know them by.
extension TestIDParser {
    func create(_ request: CreateIDPattern, by context: RequestContext = .platform) async throws -> IDPattern {
        try await CreateIDPatternHandler(database: database, caller: caller).handle(request, context: context).value
    }

    func update(_ request: UpdateIDPattern, by context: RequestContext = .platform) async throws -> IDPattern {
        try await UpdateIDPatternHandler(database: database).handle(request, context: context)
    }

    func get(_ id: IDPatternID, by context: RequestContext = .platform) async throws -> IDPattern {
        try await GetIDPatternHandler(database: database).handle(GetIDPattern(id: id), context: context)
    }

    func list(_ request: ListIDPatterns, by context: RequestContext = .platform) async throws -> Page<IDPattern> {
        try await ListIDPatternsHandler(database: database).handle(request, context: context)
    }

    func parse(_ text: String, code: String? = nil, by user: RequestContext.User? = nil) async throws -> ParsedText {
        let request = ParseStudentIDs(text: try #require(SearchedText(text)), universityCode: code.flatMap { Code($0) })
        return try await ParseStudentIDsHandler(catalogs: catalogs).handle(request, context: context(user))
    }

    func verify(_ number: String, code: String) async throws -> StudentIDVerification {
        let request = VerifyStudentID(studentId: try #require(WrittenStudentID(number)), universityCode: Code(code))
        return try await VerifyStudentIDHandler(catalogs: catalogs).handle(request, context: context(nil))
    }

    static func pattern(
        _ pattern: String,
        of code: String,
        name: String = "Student card",
        checksum: Checksum? = nil,
        accept: [String] = [],
        reject: [String] = [],
        priority: Int = 0,
        isActive: Bool? = nil
    ) throws -> CreateIDPattern {
        CreateIDPattern(
            universityCode: Code(unchecked: code),
            name: Name(unchecked: name),
            pattern: PatternSource(unchecked: pattern),
            checksum: checksum,
            examples: IDExamples(
                accept: IDExamples.Numbers(accept.map(WrittenStudentID.init(unchecked:))),
                reject: IDExamples.Numbers(reject.map(WrittenStudentID.init(unchecked:)))
            ),
            priority: Priority(priority),
            isActive: isActive
        )
    }
}

/// Runs a test with an id-parser of its own.
func withIDParser(_ body: (TestIDParser) async throws -> Void) async throws {
    try await withTestDatabase(services: [TestAcademic.service, TestIDParser.service]) { testDatabase in
        try await withDatabase(testDatabase.configuration(for: "academic")) { academicDatabase in
            let academic = TestAcademic(database: ServiceDatabase(academicDatabase))
            let handle: @Sendable (MeshRequest) async throws -> MeshReply = { request in
                do { return try await academic.handle(request) } catch {
                    Issue.record(error)
                    return MeshReply(status: 500)
                }
            }
            try await withNeighbours(of: "id-parser", ["academic": handle]) { caller in
                try await withDatabase(testDatabase.configuration(for: "id_parser")) { database in
                    let kit = ServiceDatabase(database, refusals: idParserRefusals)
                    let parser = TestIDParser(
                        testDatabase: testDatabase,
                        database: kit,
                        caller: caller,
                        academic: academic,
                        catalogs: PatternCatalogs(database: kit, logger: .silent)
                    )
                    try await body(parser)
                }
            }
        }
    }
}

/// The fields with faults; empty when there is none.
func faults(_ body: () async throws -> some Any) async throws -> [String] {
    do { _ = try await body() } catch let error as ValidationError { return error.details.map(\.field) }
    return []
}
