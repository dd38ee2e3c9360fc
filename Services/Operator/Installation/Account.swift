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

    func own(_ path: String) throws {
        guard unsafe chown(path, userID, groupID) == 0 else { throw Failure("Cannot give \(path) to \(name)") }
    }

    /// Lets the account's group into a folder of ours; files made in it get that group.
    func allowGroup(into folder: String) throws {
        guard unsafe chown(folder, geteuid(), groupID) == 0, unsafe chmod(folder, 0o2750) == 0 else {
            throw Failure("Cannot give \(folder) to the group of \(name)")
        }
    }
}

extension Account? {
    /// Makes a program run as this account and end with the thread that starts it.
    ///
    /// `setpriv` runs the program in place of itself, so the process id stays the same. A change of account clears the
    /// signal, which one `setpriv` therefore sets last.
    ///
    /// - Parameters:
    ///   - command: The program's absolute path and its arguments.
    ///   - signal: What the kernel sends the program when that thread ends, at the latest when our process is killed.
    /// - Returns: The command line to start instead.
    func running(_ command: [String], endingWith signal: EndSignal) -> [String] {
        let identity = map { ["--reuid=\($0.userID)", "--regid=\($0.groupID)", "--clear-groups"] } ?? []
        return ["/usr/bin/setpriv", "--pdeathsig=\(signal.rawValue)"] + identity + ["--"] + command
    }
}
