import Contracts
import SocietiesContracts

/// What a person is to a society, and so what they may know of it and do in it.
struct Standing: Sendable {
    let society: Society
    /// `nil` for whoever is no member.
    let role: MemberRole?
    /// Whether the person moderates the societies of this one's university.
    let isModerator: Bool

    /// Whether the society exists for this person at all.
    var isVisible: Bool {
        role != nil || isModerator || society.status == .active && society.visibility == .public
    }

    func requireMember() throws(ServiceError) {
        guard role != nil || isModerator else { throw ServiceError(.forbidden, "This is for the society's members.") }
    }

    /// Requires an officer of the society; moderators do not count as officers.
    func requireOfficer() throws(ServiceError) {
        guard role?.isOfficer == true else {
            throw ServiceError(.forbidden, "This is for the society's officers.")
        }
    }

    func requirePresident() throws(ServiceError) {
        guard role == .president else { throw ServiceError(.forbidden, "This is for the society's president.") }
    }

    /// Requires the president, or a moderator in the president's stead.
    func requireToTransfer() throws(ServiceError) {
        guard isModerator else { return try requirePresident() }
    }

    /// Refuses to end the membership of somebody with that role.
    func requireMayRemove(_ role: MemberRole) throws(ServiceError) {
        switch role {
        case .member: try requireOfficer()
        case .admin: try requirePresident()
        case .president:
            try requireOfficer()
            throw ServiceError(.lastPresident)
        }
    }
}
