import AcademicContracts
import Contracts
import ServiceKit
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of id-parser promise", .timeLimit(.minutes(10)))
struct ContractWalkTests {
    @Test("Every POST handles an Idempotency-Key as its contract says")
    func idempotency() async throws {
        try await withIDParser { parser in
            let walk = RepeatedRequests(of: parser.walked, calls: parser.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withIDParser { parser in
            let walk = ConditionalRequests(of: parser.walked, calls: parser.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 17: What id-parser accepts reads back**
    //
    // A request in which some members take extreme values of their types is rejected at its fields, or its result
    // is readable by every GET, list, export and event.
    @Test("Property 17: what is accepted at the edges of its types reads back everywhere")
    func extremes() async throws {
        try await withIDParser { parser in
            let walk = ExtremeRequests(of: parser.walked, calls: parser.calls)
            let faults = try await walk.faults(Seed.batch(100))
            #expect(faults == [])
        }
    }
}

extension ServiceLab {
    /// A new university's pattern, and an administrator who may change it.
    private func newPattern() async throws -> (pattern: IDPattern, admin: RequestContext.User) {
        let university = try await open("C\(UserID())")
        let pattern = try await create(Self.pattern("[0-9]{8}", of: university.code.text, accept: ["30351234"]))
        return (pattern, admin(at: university.id))
    }

    fileprivate var calls: [SampleCall] {
        let text = SearchedText(unchecked: "My number is 30351234.")
        return [
            SampleCall(CreateIDPattern.self) {
                let university = try await open("C\(UserID())")
                let request = try Self.pattern("[0-9]{8}", of: university.code.text, accept: ["30351234"])
                return Sample(request, by: admin(at: university.id))
            },
            SampleCall(ReplaceIDPattern.self) {
                let (pattern, admin) = try await newPattern()
                let request = ReplaceIDPattern(
                    id: pattern.id,
                    name: Name(unchecked: "Staff card"),
                    pattern: PatternSource(unchecked: "(?P<year>[0-9]{2})[0-9]{6}")
                )
                return Sample(request, by: admin, of: GetIDPattern(id: pattern.id))
            },
            SampleCall(UpdateIDPattern.self) {
                let (pattern, admin) = try await newPattern()
                let request = UpdateIDPattern(id: pattern.id, name: .set(Name(unchecked: "Staff card")))
                return Sample(request, by: admin, of: GetIDPattern(id: pattern.id))
            },
            SampleCall(DeleteIDPattern.self) {
                let (pattern, admin) = try await newPattern()
                return Sample(DeleteIDPattern(id: pattern.id), by: admin, of: GetIDPattern(id: pattern.id))
            },
            SampleCall(ParseStudentIDs.self) {
                let (pattern, _) = try await newPattern()
                let request = ParseStudentIDs(text: text, universityCode: pattern.universityCode)
                return Sample(request, by: user(at: pattern.universityId))
            },
            SampleCall(ParseStudentIDBatch.self) {
                let (pattern, _) = try await newPattern()
                let items = try #require(BoundedList<ParseStudentIDBatch.Item, 1, 1_000>([.init(text: text)]))
                return Sample(ParseStudentIDBatch(items: items), by: user(at: pattern.universityId))
            },
            SampleCall(VerifyStudentID.self) {
                let (pattern, _) = try await newPattern()
                let number = WrittenStudentID(unchecked: "30351234")
                let request = VerifyStudentID(studentId: number, universityCode: pattern.universityCode)
                return Sample(request, by: user(at: pattern.universityId))
            },
        ]
    }
}
