import AuthContracts
import Contracts
import HTTPTypes
import Mesh
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
        /// The error that refuses changes.
        var refusal: ErrorCode?
        /// Run before the next change is looked at, such as another change of the same profile.
        var meanwhile: (@Sendable (inout Profile) -> Void)?
        /// Run before the next read is answered.
        var beforeRead: (@Sendable () async throws -> Void)?
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

    func handle(_ request: MeshRequest) async throws -> MeshReply {
        guard let user = request.principal.flatMap({ UserID($0.userID) }) else { return .failure(.unauthorized) }
        switch request.operation {
        case GetProfileFields.contract.name:
            let beforeRead = state.withLock { state in
                defer { state.beforeRead = nil }
                return state.beforeRead
            }
            try await beforeRead?()
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

/// Stands in for societies as forms sees it: societies' standing and people's roles in them.
final class SocietiesDouble: Sendable {
    struct Society: Sendable {
        var university: UniversityID
        var officers: Set<UserID>
        var members: Set<UserID> = []
        var status = EntityState.active
        var visibility = EntityVisibility.public

        func holds(_ user: UserID) -> Bool { officers.contains(user) || members.contains(user) }
    }

    struct State {
        var societies: [SocietyID: Society] = [:]
        var isDown = false
        var calls = 0
    }

    private let state = Mutex(State())

    var calls: Int { state.withLock(\.calls) }

    /// A society of one officer.
    func add(officer: UserID, university: UniversityID) -> SocietyID {
        let id = SocietyID()
        state.withLock { $0.societies[id] = Society(university: university, officers: [officer]) }
        return id
    }

    func change(_ id: SocietyID, _ body: (inout Society?) -> Void) { state.withLock { body(&$0.societies[id]) } }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    func handle(_ request: MeshRequest) throws -> MeshReply {
        let (societies, isDown) = state.withLock { state in
            state.calls += 1
            return (state.societies, state.isDown)
        }
        if isDown { return .failure(.serviceUnavailable) }
        switch request.operation {
        case ListOpenEntities.contract.name:
            let university = try ListOpenEntities(jsonBytes: request.body).universityId
            let open = societies.filter { _, society in
                society.university == university && society.status == .active && society.visibility == .public
            }
            let ids = open.keys.map { $0.cast(to: Entity.self) }
            return MeshReply(body: OpenEntities(ids: BoundedList(prefix: ids)).body(trimmedTo: nil))
        case ListMemberships.contract.name:
            let user = try ListMemberships(jsonBytes: request.body).userId
            let items = societies.filter { $1.holds(user) }.map { id, society in
                EntityMembership(id: id.cast(), isOfficer: society.officers.contains(user), state: society.status)
            }
            return MeshReply(body: EntityMemberships(items: items).body(trimmedTo: nil))
        default: return check(try CheckAccess(jsonBytes: request.body), societies)
        }
    }

    private func check(_ check: CheckAccess, _ societies: [SocietyID: Society]) -> MeshReply {
        guard let society = societies[check.entity.id.cast()] else { return .failure(.notFound) }
        let reply = EntityStanding(
            universityId: society.university,
            state: society.status,
            visibility: society.visibility,
            isMember: check.userId.map(society.holds) ?? false,
            isOfficer: check.userId.map(society.officers.contains) ?? false
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
