import Contracts
import IDParserContracts
import ServiceKit

/// Finds student numbers in a text.
struct ParseStudentIDsHandler: OperationHandler {
    let catalogs: PatternCatalogs

    func handle(_ request: ParseStudentIDs, context: RequestContext) async throws -> ParsedText {
        let catalog = try await catalogs.current()
        let (year, home) = (context.year, context.user?.tenant)
        // A text as short as a card's costs less to parse here than to hand to another thread.
        guard request.text.text.utf8.count > 32 else {
            return try catalog.parse(
                request.text.text,
                in: request.universityCode,
                year: year,
                home: home,
                context.work
            )
        }
        return try await context.computing { work in
            try catalog.parse(request.text.text, in: request.universityCode, year: year, home: home, work)
        }
    }
}

/// Finds student numbers in many texts, all with the same patterns.
struct ParseStudentIDBatchHandler: OperationHandler {
    static let matchesPerText = 10
    /// In bytes of JSON.
    static let maximumReplySize = 4 << 20
    private static let resultSize = 40

    let catalogs: PatternCatalogs

    func handle(_ request: ParseStudentIDBatch, context: RequestContext) async throws -> ParsedBatch {
        let catalog = try await catalogs.current()
        let (year, home) = (context.year, context.user?.tenant)
        return try await context.computing { work in
            var size = 0
            let results = try request.items.elements.map { item in
                let parsed = try catalog.parse(
                    item.text.text,
                    in: item.universityCode,
                    year: year,
                    home: home,
                    work,
                    limit: Self.matchesPerText
                )
                size += parsed.matches.reduce(Self.resultSize) { $0 + $1.approximateSize }
                guard size <= Self.maximumReplySize else {
                    throw ServiceError(.payloadTooLarge, "More is found than a reply can hold; send fewer texts.")
                }
                return parsed
            }
            return ParsedBatch(results: results)
        }
    }
}

/// Tells whether a text can be a student number of a university.
struct VerifyStudentIDHandler: OperationHandler {
    let catalogs: PatternCatalogs

    func handle(_ request: VerifyStudentID, context: RequestContext) async throws -> StudentIDVerification {
        let catalog = try await catalogs.current()
        return try catalog.verify(
            request.studentId,
            of: { id, code in
                request.universityId.map { $0 == id } ?? code.isEqual(to: request.universityCode)
            },
            claims: request.claims,
            year: context.year,
            context.work
        )
    }
}

extension StudentIDMatch {
    /// The approximate size as JSON, in bytes.
    fileprivate var approximateSize: Int {
        fields.reduce(400 + studentId.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count + 6 }
    }
}

extension RequestContext {
    /// The year in which the request came.
    fileprivate var year: Int {
        CalendarDate(daysSince1970: Int(receivedAt.microseconds / 86_400_000_000)).year
    }
}
