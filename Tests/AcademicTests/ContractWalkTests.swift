import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of academic promise", .timeLimit(.minutes(10)))
struct ContractWalkTests {
    @Test("Every POST handles an Idempotency-Key as its contract says")
    func idempotency() async throws {
        try await withAcademic { academic in
            let walk = RepeatedRequests(of: academic.walked, calls: academic.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withAcademic { academic in
            let walk = ConditionalRequests(of: academic.walked, calls: academic.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 16: What academic accepts reads back**
    //
    // A request in which some members take extreme values of their types is rejected at its fields, or its result
    // is readable by every GET, list, export and event.
    @Test("Property 16: what is accepted at the edges of its types reads back everywhere")
    func extremes() async throws {
        try await withAcademic { academic in
            let walk = ExtremeRequests(of: academic.walked, calls: academic.calls)
            let faults = try await walk.faults(Seed.batch(100))
            #expect(faults == [])
        }
    }
}

extension ServiceLab {
    fileprivate var calls: [SampleCall] { universityCalls + departmentCalls + programCalls }

    /// A code that is not in use.
    private static func code() -> Code { Code(unchecked: "C\(UserID())") }
    private static func name() -> Name { Name(unchecked: "Name \(UserID())") }

    private func newUniversity() async throws -> University { try await open(Self.code().text) }
    private func newDepartment() async throws -> Department { try await add(Self.code().text, to: newUniversity().id) }

    private var universityCalls: [SampleCall] {
        [
            SampleCall(CreateUniversity.self) {
                Sample(CreateUniversity(name: Self.name(), code: Self.code()), by: platformAdmin)
            },
            SampleCall(ReplaceUniversity.self) {
                let id = try await newUniversity().id
                let request = ReplaceUniversity(id: id, name: Self.name(), code: Self.code())
                return Sample(request, by: admin(at: id), of: GetUniversity(id: id))
            },
            SampleCall(UpdateUniversity.self) {
                let id = try await newUniversity().id
                let request = UpdateUniversity(id: id, name: .set(Self.name()))
                return Sample(request, by: admin(at: id), of: GetUniversity(id: id))
            },
            SampleCall(DeleteUniversity.self) {
                let id = try await newUniversity().id
                return Sample(DeleteUniversity(id: id), by: platformAdmin, of: GetUniversity(id: id))
            },
        ]
    }

    private var departmentCalls: [SampleCall] {
        [
            SampleCall(CreateDepartment.self) {
                let id = try await newUniversity().id
                let request = CreateDepartment(universityId: id, name: Self.name(), code: Self.code())
                return Sample(request, by: admin(at: id))
            },
            SampleCall(ReplaceDepartment.self) {
                let id = try await newDepartment().id
                let request = ReplaceDepartment(id: id, name: Self.name(), code: Self.code())
                return Sample(request, by: platformAdmin, of: GetDepartment(id: id))
            },
            SampleCall(UpdateDepartment.self) {
                let id = try await newDepartment().id
                let request = UpdateDepartment(id: id, name: .set(Self.name()))
                return Sample(request, by: platformAdmin, of: GetDepartment(id: id))
            },
            SampleCall(DeleteDepartment.self) {
                let id = try await newDepartment().id
                return Sample(DeleteDepartment(id: id), by: platformAdmin, of: GetDepartment(id: id))
            },
        ]
    }

    private var programCalls: [SampleCall] {
        @Sendable func program() async throws -> ProgramID { try await add("Program", to: newDepartment().id).id }
        return [
            SampleCall(CreateProgram.self) {
                let request = CreateProgram(
                    departmentId: try await newDepartment().id,
                    name: Self.name(),
                    degree: .bachelor,
                    duration: try #require(ProgramDuration(3))
                )
                return Sample(request, by: platformAdmin)
            },
            SampleCall(ReplaceProgram.self) {
                let id = try await program()
                let duration = try #require(ProgramDuration(3))
                let request = ReplaceProgram(id: id, name: Self.name(), degree: .master, duration: duration)
                return Sample(request, by: platformAdmin, of: GetProgram(id: id))
            },
            SampleCall(UpdateProgram.self) {
                let id = try await program()
                let request = UpdateProgram(id: id, name: .set(Self.name()))
                return Sample(request, by: platformAdmin, of: GetProgram(id: id))
            },
            SampleCall(DeleteProgram.self) {
                let id = try await program()
                return Sample(DeleteProgram(id: id), by: platformAdmin, of: GetProgram(id: id))
            },
        ]
    }
}
