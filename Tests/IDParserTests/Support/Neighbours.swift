import Contracts
import ServiceKit
import TestKit

@testable import Academic
@testable import AcademicContracts

extension LabService {
    static let academic = LabService(AcademicDaemon.daemon)
}

// What happens in academic, by the names that people know it by.
extension ServiceLab {
    func open(_ code: String) async throws -> University {
        let request = CreateUniversity(name: Name(unchecked: "University \(code)"), code: Code(unchecked: code))
        return try await call(request, as: platformAdmin).value
    }

    func rename(_ id: UniversityID, to code: String) async throws {
        try await call(UpdateUniversity(id: id, code: .set(Code(unchecked: code))), as: platformAdmin)
    }

    func reference(_ id: UniversityID) async throws -> UniversityReference { try await call(ResolveUniversity(id: id)) }
}
