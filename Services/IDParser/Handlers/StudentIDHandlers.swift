import Contracts
import IDParserContracts
import ServiceKit

/// Finds student numbers in a text.
struct ParseStudentIDsHandler: OperationHandler {
    let catalogs: PatternCatalogs

    func handle(_ request: ParseStudentIDs, context: RequestContext) async throws -> ParsedText {
        let catalog = try await catalogs.current()
        return catalog.parse(
            request.text.text,
            in: request.universityCode,
            year: context.year,
            home: context.user?.tenant
        )
    }
}

/// Finds student numbers in many texts, all with the same patterns.
struct ParseStudentIDBatchHandler: OperationHandler {
    let catalogs: PatternCatalogs

    func handle(_ request: ParseStudentIDBatch, context: RequestContext) async throws -> ParsedBatch {
        let catalog = try await catalogs.current()
        var results: [ParsedText] = []
        for item in request.items.elements {
            guard context.timeLeft > .zero else { throw ServiceError(.deadlineExceeded) }
            await Task.yield()  // other requests wait for this thread too
            results.append(
                catalog.parse(item.text.text, in: item.universityCode, year: context.year, home: context.user?.tenant)
            )
        }
        return ParsedBatch(results: results)
    }
}

/// Tells whether a text can be a student number of a university.
struct VerifyStudentIDHandler: OperationHandler {
    let catalogs: PatternCatalogs

    func handle(_ request: VerifyStudentID, context: RequestContext) async throws -> StudentIDVerification {
        let catalog = try await catalogs.current()
        return try catalog.verify(
            request.studentId,
            of: { id, code in request.universityId.map { $0 == id } ?? code.isEqual(to: request.universityCode) },
            claims: request.claims,
            year: context.year
        )
    }
}

extension RequestContext {
    /// The year in which the request came.
    fileprivate var year: Int {
        CalendarDate(daysSince1970: Int(receivedAt.microseconds / 86_400_000_000)).year
    }
}
