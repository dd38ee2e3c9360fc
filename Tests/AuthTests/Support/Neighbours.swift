import AcademicContracts
import AuthContracts
import Contracts
import HTTPTypes
import IDParserContracts
import Mesh
import Synchronization

/// Stands for academic and id-parser as far as auth sees them; it is asked over real sockets.
final class Neighbours: Sendable {
    struct University {
        let reference: UniversityReference
        var mailDomains: [String] = []
        var departments: Set<DepartmentID> = []
        var programs: [ProgramID: DepartmentID] = [:]
        /// What student numbers start with; `nil` where no pattern is configured.
        var studentIDPrefix: String?
    }

    private let universities = Mutex<[UniversityID: University]>([:])
    private let isDown = Mutex(false)

    func setDown(_ value: Bool) { isDown.withLock { $0 = value } }

    /// A new university.
    func open(_ change: (inout University) -> Void = { _ in }) -> UniversityID {
        let reference = UniversityReference(
            id: UniversityID(),
            code: Code(unchecked: "UNI"),
            name: Name(unchecked: "A University"),
            timeZone: .utc,
            revision: 1
        )
        var university = University(reference: reference)
        change(&university)
        universities.withLock { $0[reference.id] = university }
        return reference.id
    }

    func handle(_ request: MeshRequest) throws -> MeshReply {
        if isDown.withLock(\.self) { return Self.failure(.serviceUnavailable) }
        switch request.operation {
        case ResolveUniversity.contract.name: return resolve(try ResolveUniversity(jsonBytes: request.body))
        case CheckAffiliations.contract.name: return check(try CheckAffiliations(jsonBytes: request.body))
        case VerifyStudentID.contract.name: return verify(try VerifyStudentID(jsonBytes: request.body))
        default: return Self.failure(.notFound)
        }
    }

    private func resolve(_ request: ResolveUniversity) -> MeshReply {
        let found = universities.withLock { universities in
            universities.values.first { university in
                university.reference.id == request.id
                    || request.mailDomain.map { university.mailDomains.contains($0.text) } ?? false
            }
        }
        return found.map { MeshReply(body: $0.reference.body(trimmedTo: nil)) } ?? Self.failure(.notFound)
    }

    private func check(_ request: CheckAffiliations) -> MeshReply {
        var faults: [AffiliationField] = []
        if let university = universities.withLock({ $0[request.universityId] }) {
            if let id = request.departmentId, !university.departments.contains(id) { faults.append(.departmentId) }
            if let id = request.programId {
                let department = university.programs[id]
                let isRight = department != nil && (request.departmentId == nil || request.departmentId == department)
                if !isRight { faults.append(.programId) }
            }
        } else {
            faults.append(.universityId)
        }
        return MeshReply(body: AffiliationFaults(fields: faults).body(trimmedTo: nil))
    }

    private func verify(_ request: VerifyStudentID) -> MeshReply {
        guard let id = request.university.universityId, let university = universities.withLock({ $0[id] }) else {
            return Self.failure(.notFound)
        }
        let prefix = university.studentIDPrefix
        let canonical = request.studentId.text.filter { !" -.".contains($0) }
        let isValid = prefix.map { canonical.hasPrefix($0) } ?? false
        let answer = StudentIDVerification(
            valid: isValid,
            reasons: isValid ? [] : [prefix == nil ? .noPatternConfigured : .noPatternMatches],
            patternsConfigured: prefix != nil,
            studentId: canonical,
            patternId: nil,
            fields: [:],
            normalization: []
        )
        return MeshReply(body: answer.body(trimmedTo: nil))
    }

    private static func failure(_ code: ErrorCode) -> MeshReply {
        MeshReply(
            status: code.status.code,
            failure: MeshFailure(code: code.code, message: code.message, details: [], retryAfter: nil)
        )
    }
}
