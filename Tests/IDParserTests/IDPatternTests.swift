import AcademicContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts

@Suite("Patterns of universities", .timeLimit(.minutes(10)))
struct IDPatternTests {
    @Test("A pattern is made, read, changed, listed and removed, and reading follows at once in every replica")
    func lifecycle() async throws {
        try await withIDParser { parser in
            let university = try await parser.open("HKU")
            let replica = PatternCatalogs(database: parser.database, logger: .silent)
            #expect(try await !parser.parse("2024000123").patternsConfigured)
            let made = try await parser.create(
                ServiceLab.pattern(
                    "(?P<year>20\\d{2})\\d{6}",
                    of: "hku",
                    accept: ["2024-000123"],
                    reject: ["1999000123"]
                )
            )
            #expect(made.universityId == university.id && made.universityCode.text == "HKU" && made.revision == 1)
            #expect(Created(made).headers.contains { $0 == ("location", "/api/v1/id-patterns/\(made.id)") })
            #expect(try await parser.get(made.id) == made)
            #expect(try await parser.parse("my number: 2024000123").matches.first?.fields == ["year": "2024"])

            let changed = try await parser.update(
                UpdateIDPattern(
                    id: made.id,
                    pattern: .set(PatternSource(unchecked: "(?P<year>20\\d{2})\\d{6}|\\d{4}")),
                    priority: .set(try #require(Priority(7)))
                )
            )
            #expect(changed.revision == 2 && changed.name == made.name && changed.priority.value == 7)
            #expect(changed.examples == made.examples)
            #expect(
                try await replica.current().parse("1234", in: nil, year: 2026, home: nil, .unlimited).matches.count == 1
            )
            #expect(try await parser.verify("1234", code: "HKU").valid)

            _ = try await parser.update(UpdateIDPattern(id: made.id, isActive: .set(false)))
            #expect(try await !parser.verify("1234", code: "HKU").patternsConfigured)
            #expect(try await parser.list(ListIDPatterns(isActive: false)).items.map(\.id) == [made.id])
            try await parser.call(DeleteIDPattern(id: made.id), as: parser.platformAdmin)
            #expect(try await refusal { try await parser.get(made.id) } == .notFound)
        }
    }

    @Test("Replacing writes what is missing as a new pattern has it, and keeps the university")
    func replacing() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let made = try await parser.create(
                ServiceLab.pattern("\\d{8}", of: "HKU", checksum: .luhn, priority: 5, isActive: false)
            )
            let replaced = try await parser.call(
                ReplaceIDPattern(
                    id: made.id,
                    name: Name(unchecked: "Old card"),
                    pattern: PatternSource(unchecked: "\\d{9}")
                ),
                as: parser.platformAdmin
            )
            #expect(replaced.checksum == .none && replaced.priority.value == 0 && replaced.isActive)
            #expect(replaced.universityCode.text == "HKU" && replaced.revision == 2)
        }
    }

    @Test("Another change meanwhile is kept, since the pattern is compiled again on top of it")
    func concurrentChange() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU"))
            let pattern = UpdateIDPattern(id: made.id, pattern: .set(PatternSource(unchecked: "\\d{9}")))
            let update = try await Self.holding(made.id, parser) { holder async throws in
                let update = Task { try await parser.update(pattern) }
                try await untilOthersWait(for: holder)
                try await holder.execute(
                    """
                    UPDATE id_patterns SET priority = 7, examples = '{"accept": ["123456789"], "reject": []}',
                        revision = revision + 1
                    WHERE id = \(made.id)
                    """
                )
                return update
            }
            let changed = try await update.value
            #expect(changed.revision == 3 && changed.priority.value == 7 && changed.pattern.text == "\\d{9}")
            #expect(changed.examples.accept?.elements.map(\.text) == ["123456789"])
        }
    }

    @Test("A pattern is compiled before its row is locked")
    func compilingWithoutLock() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU"))
            let broken = UpdateIDPattern(id: made.id, pattern: .set(PatternSource(unchecked: "(\\d{8}")))
            try await Self.holding(made.id, parser) { _ async throws in
                // With the lock first, the request would wait for this transaction until its deadline.
                #expect(try await IDParserTests.faults { try await parser.update(broken) } == ["pattern"])
            }
        }
    }

    @Test("Each fault of a pattern is told, with its field")
    func faults() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            func check(
                _ pattern: String,
                _ checksum: Checksum? = nil,
                accept: [String] = [],
                reject: [String] = []
            ) async throws -> [String] {
                try await IDParserTests.faults {
                    try await parser.create(
                        ServiceLab.pattern(pattern, of: "HKU", checksum: checksum, accept: accept, reject: reject)
                    )
                }
            }
            #expect(try await check("\\d{8") == [])  // RE2 takes it for itself
            #expect(try await check("(\\d{8}") == ["pattern"])
            #expect(try await check("(?<=a)\\d") == ["pattern"])
            #expect(try await check("\\pL{1000}") == ["pattern"])
            #expect(try await check("(\\d", .weighted) == ["pattern", "checksumParameters"])
            #expect(try await check("\\d", .weighted) == ["checksumParameters"])
            let failing = try await check(
                "\\d{11}",
                .luhn,
                accept: ["79927398713", "1", "79927398710"],
                reject: ["x", "79927398713"]
            )
            #expect(failing == ["examples.accept.1", "examples.accept.2", "examples.reject.1"])
            var request = try ServiceLab.pattern("(?P<year>\\d{8})", of: "HKU", name: "Fields")
            request = CreateIDPattern(
                universityCode: request.universityCode,
                name: request.name,
                pattern: request.pattern,
                checksumParameters: ChecksumParameters(
                    weights: BoundedList([.placeholder]) ?? .placeholder,
                    modulus: .placeholder
                ),
                fields: ["yaer": IDField(), "year": IDField()]
            )
            #expect(
                try await IDParserTests.faults { try await parser.create(request) } == [
                    "checksumParameters", "fields.yaer",
                ]
            )
        }
    }

    @Test("A change that breaks the examples is refused and changes nothing")
    func changedExamples() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU", accept: ["12345678"]))
            let request = UpdateIDPattern(id: made.id, pattern: .set(PatternSource(unchecked: "\\d{9}")))
            #expect(try await IDParserTests.faults { try await parser.update(request) } == ["examples.accept.0"])
            #expect(try await parser.get(made.id) == made)
        }
    }

    @Test("A write on a revision that was not read is refused")
    func preconditions() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU"))
            let admin = parser.admin(at: made.universityId)
            let request = UpdateIDPattern(id: made.id, name: .set(Name(unchecked: "Card 2")))
            let outcomes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await refusal { try await parser.update(request, by: admin, ifMatch: made.etag) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .preconditionFailed } == 7)
            let refused = try await refusal {
                try await parser.call(DeleteIDPattern(id: made.id), as: admin, ifMatch: made.etag)
            }
            #expect(refused == .preconditionFailed)
        }
    }

    @Test("Names are unique in a university whatever their case, also for writers at the same time")
    func names() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            _ = try await parser.open("CUHK")
            let outcomes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for name in ["Card", "card", "CARD", "caRd"] {
                    group.addTask {
                        try await refusal { try await parser.create(ServiceLab.pattern("\\d", of: "HKU", name: name)) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.count { $0 == .idPatternNameTaken } == 3)
            _ = try await parser.create(ServiceLab.pattern("\\d", of: "CUHK", name: "Card"))
        }
    }

    @Test("A university has at most fifty patterns, also when many are made at once")
    func limit() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let outcomes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        try await refusal {
                            try await parser.create(ServiceLab.pattern("\\d", of: "HKU", name: "Card \(number)"))
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 50)
            #expect(outcomes.count { $0 == .tooManyIDPatterns } == 10)
        }
    }

    @Test(
        "Lists are walked by cursor in every order, and by page",
        arguments: ["name", "-name", "priority", "-priority", "createdAt"]
    )
    func lists(sort: String) async throws {
        try await withIDParser { parser in
            let university = try await parser.open("HKU")
            _ = try await parser.open("CUHK")
            for number in 0..<7 {
                let name = "Card \(number)"
                _ = try await parser.create(ServiceLab.pattern("\\d", of: "HKU", name: name, priority: number / 3))
            }
            _ = try await parser.create(ServiceLab.pattern("\\d", of: "CUHK"))
            let order = try Sort<IDPatternSort>.read(.string(sort))
            let code = Code(unchecked: "hku")
            var (found, cursor): ([IDPattern], PageCursor?) = ([], nil)
            repeat {
                let page = PageRequest(limit: 3, cursor: cursor)
                let part = try await parser.list(ListIDPatterns(page: page, sort: order, universityCode: code))
                #expect(part.pagination.total == 7 && part.pagination.totalPages == 3)
                found += part.items
                cursor = part.pagination.nextCursor
            } while cursor != nil
            #expect(Set(found.map(\.id)).count == 7)
            let whole = try await parser.list(ListIDPatterns(sort: order, universityCode: code))
            #expect(found == whole.items)
            let second = try await parser.list(
                ListIDPatterns(page: PageRequest(page: 2, limit: 3), sort: order, universityCode: code)
            )
            #expect(second.items == Array(found[3..<6]))
            #expect(try await parser.list(ListIDPatterns(q: SearchText("d 3"))).items.map(\.name.text) == ["Card 3"])
            let own = parser.admin(at: university.id)
            #expect(try await parser.list(ListIDPatterns(), by: own).pagination.total == 7)
        }
    }

    @Test("A change of one university's patterns compiles no others, and many changes are merged")
    func compilesWhatChanged() async throws {
        try await withIDParser { parser in
            let codes = (0...PatternCatalogs.maximumChanged).map { "UNI\($0)" }
            for code in codes {
                _ = try await parser.open(code)
                _ = try await parser.create(ServiceLab.pattern("\\d{8}", of: code))
            }
            let first = try await parser.catalogs.current()
            #expect(first.groups.count == 1)
            let added = try await parser.create(ServiceLab.pattern("X\\d{3}", of: codes[0], name: "Another"))
            let second = try await parser.catalogs.current()
            #expect(second.groups.count == 2 && second.groups.first?.set === first.groups.first?.set)
            #expect(second.groups.last?.entries.count == 2)
            #expect(try await parser.parse("X123", code: codes[0]).matches.count == 1)
            #expect(try await parser.parse("12345678").matches.count == codes.count)

            _ = try await parser.create(ServiceLab.pattern("Y\\d{3}", of: codes[1], name: "Another"))
            let third = try await parser.catalogs.current()
            #expect(third.groups.count == 3)
            #expect(third.groups.contains { $0.set === second.groups.last?.set })
            // As in the base again: the university's own group is not needed.
            try await parser.call(DeleteIDPattern(id: added.id), as: parser.platformAdmin)
            #expect(try await parser.catalogs.current().groups.count == 2)
            #expect(try await parser.parse("X123", code: codes[0]).matches.isEmpty)

            for code in codes {
                _ = try await parser.create(ServiceLab.pattern("Z\\d{3}", of: code, name: "A third"))
                #expect(try await parser.verify("Z123", code: code).valid)
                #expect(try await parser.verify("12345678", code: code).valid)
            }
            let merged = try await until {
                let catalog = try await parser.catalogs.current()
                return catalog.groups.count == 1 ? catalog : nil
            }
            #expect(merged.groups.first?.entries.count == 2 * codes.count + 1)
            #expect(try await parser.parse("Z123").matches.count == codes.count)
        }
    }

    @Test("A batch answers in the order asked")
    func batch() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            _ = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU"))
            let items = (0..<1_000).map { number in
                ParseStudentIDBatch.Item(
                    text: SearchedText(unchecked: "number \(10_000_000 + number)"),
                    universityCode: number % 2 == 0 ? nil : Code(unchecked: "CUHK")
                )
            }
            let reply = try await parser.call(
                ParseStudentIDBatch(items: try #require(BoundedList(items))),
                as: parser.platformAdmin
            )
            #expect(reply.results.count == 1_000)
            for (number, result) in reply.results.enumerated() {
                #expect(result.matches.map(\.studentId) == (number % 2 == 0 ? ["\(10_000_000 + number)"] : []))
            }
        }
    }

    /// Runs a closure in a transaction that holds a pattern's row.
    private static func holding<Value>(
        _ id: IDPatternID,
        _ parser: ServiceLab,
        _ body: (Transaction) async throws -> Value
    ) async throws -> Value {
        var configuration = parser.testDatabase.configuration(for: "id_parser")
        configuration.idleTransactionTimeout = .seconds(60)
        return try await withDatabase(configuration) { database in
            try await database.transaction(scope: .platform) { transaction in
                try await transaction.execute("SELECT FROM id_patterns WHERE id = \(id) FOR UPDATE")
                return try await body(transaction)
            }
        }
    }

    @Test("A university's new code is followed, and its patterns go with it")
    func universityEvents() async throws {
        try await withIDParser { parser in
            let university = try await parser.open("HKU")
            let old = try await parser.reference(university.id)
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "HKU"))
            try await parser.rename(university.id, to: "NEW")
            try await parser.deliverEvents()
            #expect(try await parser.get(made.id).universityCode.text == "NEW")
            #expect(try await parser.verify("12345678", code: "new").valid)
            // One that was on its way when the newer arrived.
            try await parser.emit(UniversityChanged(university: old))
            try await parser.deliverEvents()
            #expect(try await parser.verify("12345678", code: "NEW").valid)
            #expect(try await !parser.verify("12345678", code: "HKU").patternsConfigured)

            try await parser.emit(UniversityDeleted(universityId: university.id))
            try await parser.deliverEvents()
            #expect(try await !parser.verify("12345678", code: "NEW").patternsConfigured)
            // The academic service has it still: a write that asked before the end comes after it.
            #expect(try await refusal { try await parser.create(ServiceLab.pattern("\\d", of: "NEW")) } == .notFound)
        }
    }
}
