import Foundation

/// Looks up running processes in `/proc`.
enum Processes {
    /// The ids of all processes on this machine.
    static var ids: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    /// The processes of an instance except its supervisor, whether or not that lives.
    ///
    /// They are those with a pid file, the rest of their groups, and the servers of its database.
    static func all(of home: Home) -> Set<ProcessIdentity> {
        let recorded = home.pidFiles.compactMap(ProcessIdentity.init(file:)).filter(\.mayHaveGroup)
        let leaders = Dictionary(recorded.map { ($0.pid, $0) }) { $1 }
        let members = ids.filter { id in
            guard let member = ProcessStatus(of: id), let leader = leaders[member.group] else { return false }
            return member.start >= leader.start
        }
        return Set(members.compactMap(ProcessIdentity.init(of:))).union(postgresServers(of: home))
    }

    /// PostgreSQL's processes that work in an instance's data folder.
    ///
    /// Backends have groups of their own and may outlive the server.
    static func postgresServers(of home: Home) -> [ProcessIdentity] {
        let folder = URL(fileURLWithPath: home.postgres).resolvingSymlinksInPath().path
        return ids.compactMap { id in
            guard self.folder(of: id) == folder, let program = link("/proc/\(id)/exe"),
                // After an upgrade it is "postgres (deleted)".
                program.split(separator: "/").last?.split(separator: " ").first == "postgres"
            else { return nil }
            return ProcessIdentity(of: id)
        }
    }

    /// Returns the folder that a process works in, without symbolic links; `nil` where it cannot be read.
    static func folder(of pid: pid_t) -> String? { link("/proc/\(pid)/cwd") }

    private static func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)  // another account's cannot be read
    }

    /// Bytes of memory that are a process's own share: what it has alone, and its part of what it shares.
    static func memory(of pid: pid_t) -> Int {
        let lines = (readText("/proc/\(pid)/smaps_rollup") ?? "").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("Pss:") }?.split(separator: " ")
        return (words?.dropFirst().first).flatMap { Int($0) }.map { $0 * 1_024 } ?? 0
    }

    /// Waits until all of them have ended.
    ///
    /// - Returns: Whether they have, before the time was up.
    static func waitForEnd(of processes: some Collection<ProcessIdentity>, within time: Duration) async -> Bool {
        let deadline = ContinuousClock.now + time
        while processes.contains(where: \.isRunning) {
            guard .now < deadline else { return false }
            await wait(.milliseconds(10))
        }
        return true
    }
}

extension Int {
    var megabytes: String { "\((self + 524_288) / 1_048_576) MB" }
}
