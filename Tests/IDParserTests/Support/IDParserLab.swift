import Contracts
import ServiceKit
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts

/// Runs a test against the service and academic.
func withIDParser(_ body: (ServiceLab) async throws -> Void) async throws {
    try await withServiceLab(LabService(IDParserDaemon.daemon), among: [.academic], body)
}

// What people do, by the names that they know it by; a platform administrator does it where nobody is named.
extension ServiceLab {
    /// Somebody who may write patterns in one university.
    func admin(at university: UniversityID) -> RequestContext.User {
        user("admin", at: university, "academic:write", "id-patterns:write")
    }

    /// Somebody without a university.
    var visitor: RequestContext.User {
        RequestContext.User(id: UserID(), tenant: nil, session: SessionID(), role: "student", permissions: [])
    }

    func create(_ request: CreateIDPattern, by user: RequestContext.User? = nil) async throws -> IDPattern {
        try await call(request, as: user ?? platformAdmin).value
    }

    func update(
        _ request: UpdateIDPattern,
        by user: RequestContext.User? = nil,
        ifMatch: String? = nil
    ) async throws -> IDPattern {
        try await call(request, as: user ?? platformAdmin, ifMatch: ifMatch)
    }

    func get(_ id: IDPatternID, by user: RequestContext.User? = nil) async throws -> IDPattern {
        try await call(GetIDPattern(id: id), as: user ?? platformAdmin)
    }

    func list(_ request: ListIDPatterns, by user: RequestContext.User? = nil) async throws -> Page<IDPattern> {
        try await call(request, as: user ?? platformAdmin)
    }

    func parse(_ text: String, code: String? = nil) async throws -> ParsedText {
        let request = ParseStudentIDs(text: try #require(SearchedText(text)), universityCode: code.flatMap { Code($0) })
        return try await call(request, as: visitor)
    }

    func verify(_ number: String, code: String) async throws -> StudentIDVerification {
        let request = VerifyStudentID(studentId: try #require(WrittenStudentID(number)), universityCode: Code(code))
        return try await call(request, as: visitor)
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

    /// The compiled patterns that requests are answered from.
    var catalogs: PatternCatalogs { handler(ParseStudentIDsHandler.self).catalogs }
}

/// The fields with faults; empty when there is none.
func faults(_ body: () async throws -> some Any) async throws -> [String] {
    do { _ = try await body() } catch let error as ServiceError where error.code == .validation {
        return error.details.map(\.field)
    } catch let error as ValidationError {
        return error.details.map(\.field)
    }
    return []
}
