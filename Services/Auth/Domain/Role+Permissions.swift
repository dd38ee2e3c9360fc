import AuthContracts
import Contracts

extension Role {
    /// What the role may do; the only place where it is said.
    ///
    /// What belongs to someone is beside this: everyone edits their own forms, and a university's administrators act in
    /// their university only.
    var permissions: [Permission] {
        switch self {
        case .student: []
        case .moderator: ["societies:moderate"]
        case .admin:
            ["academic:write", "forms:write", "id-patterns:write", "societies:moderate", "users:read", "users:write"]
        case .platformAdmin: ["*:*"]
        }
    }

    /// Whether the role may do all that `other` may.
    func includes(_ other: Role) -> Bool {
        other.permissions.allSatisfy { needed in permissions.contains { $0.covers(needed) } }
    }
}
