import Foundation

/// An account without rights, for the programs that refuse to be root or should not be.
struct Account: Sendable {
    let name: String
    let group: String
    let userID: uid_t
    let groupID: gid_t

    /// Whom PostgreSQL runs as: `nil` means as the caller, who is no root.
    static func unprivileged() throws -> Account? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            guard let user = unsafe getpwnam(name) else { continue }
            let (userID, groupID) = unsafe (user.pointee.pw_uid, user.pointee.pw_gid)
            guard let group = unsafe getgrgid(groupID) else { continue }
            return unsafe Account(
                name: name,
                group: String(cString: group.pointee.gr_name),
                userID: userID,
                groupID: groupID
            )
        }
        throw Failure("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as")
    }

    /// A command line that runs another one as this account, in place of itself: the process id stays the same.
    func running(_ command: [String]) -> [String] {
        ["/usr/bin/setpriv", "--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups", "--"] + command
    }

    func own(_ path: String) throws {
        guard unsafe chown(path, userID, groupID) == 0 else { throw Failure("Cannot give \(path) to \(name)") }
    }
}

extension Account? {
    func running(_ command: [String]) -> [String] { map { $0.running(command) } ?? command }
}
