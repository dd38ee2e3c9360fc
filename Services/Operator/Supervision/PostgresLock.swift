import Foundation

/// The content of a PostgreSQL lock file: `postmaster.pid`, or the socket's, which has only the first lines of it.
struct PostgresLock {
    /// The server's process id; `nil` if the file is damaged.
    let pid: pid_t?
    /// `true` if the server accepted connections when it last wrote the file.
    let isReady: Bool
    /// The shared memory that the server and its backends keep attached; `nil` before the server has any.
    private let memory: (key: Int32, id: Int32)?

    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let number = lines.first.flatMap { pid_t($0) } ?? 0
        pid = number > 0 ? number : nil
        // The key is signed for the kernel and unsigned in the file.
        let numbers = lines.count > 6 ? lines[6].split(separator: " ").compactMap { UInt64($0) } : []
        memory =
            numbers.count == 2
            ? (key: Int32(truncatingIfNeeded: numbers[0]), id: Int32(truncatingIfNeeded: numbers[1])) : nil
        isReady = lines.count > 7 && lines[7] == "ready"
    }

    /// Tells whether the server, or a backend that outlived it, may be running.
    ///
    /// Any account can see who is attached to shared memory, which is also PostgreSQL's own test. A process's folder is
    /// visible only to its account and to root with `CAP_SYS_PTRACE`, which root in a container lacks.
    ///
    /// - Parameter folder: The data folder, without symbolic links.
    /// - Returns: `true` if in doubt.
    func mayBeHeld(in folder: String) -> Bool {
        guard let pid, !isMemoryAttached else { return true }
        // Where /proc hides the processes of other accounts, only the signal tells that there is one.
        guard let program = readText("/proc/\(pid)/comm") else { return kill(pid, 0) == 0 || errno == EPERM }
        guard program == "postgres\n", ProcessStatus(of: pid) != nil else { return false }
        return Processes.folder(of: pid).map { $0 == folder } ?? true
    }

    private var isMemoryAttached: Bool {
        guard let memory, let list = readText("/proc/sysvipc/shm") else { return false }
        return list.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: " ")  // key, id, permissions, size, creator, last user, attachments
            return fields.count > 6 && Int32(fields[0]) == memory.key && Int32(fields[1]) == memory.id
                && fields[6] != "0"
        }
    }
}
