import AuthContracts
import Contracts
import HTTPTypes
import Mesh
import SocietiesContracts
import Synchronization

/// Stands for auth as far as forms sees it: profiles with revisions, changed once under each change's id.
final class ProfilesDouble: Sendable {
    struct Profile: Sendable {
        var revision = 0
        var values: [String: JSONValue] = [:]
        var changes: [ProfileChangeID: Int] = [:]
    }

    struct State {
        var profiles: [UserID: Profile] = [:]
        /// The next changes are made, and their replies lost.
        var losesReplies = 0
        /// What changes are refused with.
        var refusal: ErrorCode?
        /// Run before the next change is looked at, such as another change of the same profile.
        var meanwhile: (@Sendable (inout Profile) -> Void)?
    }

    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func set(_ values: [String: JSONValue], of user: UserID) {
        change { state in
            state.profiles[user, default: Profile()].values.merge(values) { $1 }
            state.profiles[user, default: Profile()].revision += 1
        }
    }

    func profile(of user: UserID) -> Profile { state.withLock { $0.profiles[user] ?? Profile() } }

    func handle(_ request: MeshRequest) throws -> MeshReply {
        guard let user = request.principal.flatMap({ UserID($0.userID) }) else { return .failure(.unauthorized) }
        switch request.operation {
        case GetProfileFields.contract.name:
            let paths = try GetProfileFields(jsonBytes: request.body).paths.map(\.text)
            let profile = profile(of: user)
            let values = Dictionary(uniqueKeysWithValues: paths.map { ($0, profile.values[$0] ?? .null) })
            return MeshReply(body: ProfileValues(revision: profile.revision, values: values).body(trimmedTo: nil))
        case ApplyProfileUpdate.contract.name:
            return apply(try ApplyProfileUpdate(jsonBytes: request.body), to: user)
        default: return .failure(.notFound)
        }
    }

    private func apply(_ change: ApplyProfileUpdate, to user: UserID) -> MeshReply {
        state.withLock { state in
            if let refusal = state.refusal { return .failure(refusal) }
            var profile = state.profiles[user] ?? Profile()
            state.meanwhile?(&profile)
            state.meanwhile = nil
            defer { state.profiles[user] = profile }
            if profile.changes[change.changeId] == nil {
                guard change.revision ?? profile.revision == profile.revision else {
                    return .failure(.profileVersionConflict)
                }
                profile.values.merge(change.values) { $1 }
                profile.revision += 1
                profile.changes[change.changeId] = profile.revision
            }
            if state.losesReplies > 0 {
                state.losesReplies -= 1
                return .failure(.serviceUnavailable)
            }
            let revision = profile.changes[change.changeId] ?? profile.revision
            return MeshReply(body: AppliedProfileUpdate(revision: revision).body(trimmedTo: nil))
        }
    }
}

/// Stands for societies as far as forms sees it: who leads which society.
final class SocietiesDouble: Sendable {
    struct Society: Sendable {
        var university: UniversityID
        var officers: Set<UserID>
        var status = SocietyStatus.active
    }

    private let societies = Mutex<[SocietyID: Society]>([:])

    /// A society of one officer.
    func add(officer: UserID, university: UniversityID) -> SocietyID {
        let id = SocietyID()
        societies.withLock { $0[id] = Society(university: university, officers: [officer]) }
        return id
    }

    func handle(_ request: MeshRequest) throws -> MeshReply {
        let check = try CheckOfficer(jsonBytes: request.body)
        guard let society = societies.withLock({ $0[check.societyId] }) else { return .failure(.notFound) }
        let isOfficer = society.officers.contains(check.userId)
        let reply = OfficerCheck(
            isOfficer: isOfficer,
            isMember: isOfficer,
            status: society.status,
            universityId: society.university
        )
        return MeshReply(body: reply.body(trimmedTo: nil))
    }
}

extension MeshReply {
    fileprivate static func failure(_ code: ErrorCode) -> MeshReply {
        MeshReply(
            status: code.status.code,
            failure: MeshFailure(code: code.code, message: code.message, details: [], retryAfter: nil)
        )
    }
}
