import Foundation

/// Identifies a process among all that ever ran.
///
/// A process id is reused, and after the machine has restarted any process may have it.
struct ProcessIdentity: Hashable, Sendable {
    let pid: pid_t
    /// The time from the machine's start to the process's, in clock ticks; it stays the same while the process runs.
    let start: UInt64
    /// The id of the machine's run.
    let boot: String

    /// - Returns: `nil` when no process with this id runs.
    init?(of pid: pid_t) {
        guard let status = ProcessStatus(of: pid), let boot = Self.currentBoot else { return nil }
        self.init(pid: pid, start: status.start, boot: boot)
    }

    init(pid: pid_t, start: UInt64, boot: String) {
        self.pid = pid
        self.start = start
        self.boot = boot
    }

    /// Reads a file with the text of an identity.
    ///
    /// - Returns: `nil` when there is no such file, and for one of an earlier version, which has the process id only.
    init?(file: String) {
        let lines = (readText(file) ?? "").split(separator: "\n")
        guard lines.count == 3, let pid = pid_t(lines[0]), let start = UInt64(lines[1]) else { return nil }
        self.init(pid: pid, start: start, boot: String(lines[2]))
    }

    /// The content of a pid file: like PostgreSQL's, with the process id in its first line.
    var text: String { "\(pid)\n\(start)\n\(boot)\n" }

    var isRunning: Bool { ProcessIdentity(of: pid) == self }

    /// Tells whether the process group with this id may be the one that this process leads or led.
    ///
    /// The kernel gives no new process the id of a group that has members. If another process has the id now, the group
    /// has ended.
    var mayHaveGroup: Bool {
        boot == Self.currentBoot && ProcessStatus(of: pid).map { $0.start == start } ?? true
    }

    /// Sends a signal, unless the process has ended.
    func signal(_ number: Int32) {
        if isRunning { kill(pid, number) }
    }

    private static let currentBoot = readText("/proc/sys/kernel/random/boot_id")?
        .trimmingCharacters(in: .whitespacesAndNewlines)
}

/// Describes a running process, from `/proc/<pid>/stat`.
struct ProcessStatus {
    /// The id of its process group.
    let group: pid_t
    /// As in `ProcessIdentity`.
    let start: UInt64

    /// - Returns: `nil` when there is no such process, or only a zombie of one.
    init?(of pid: pid_t) {
        // The program's name comes before these fields, in brackets, and may contain anything.
        let fields = readText("/proc/\(pid)/stat")?.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let group = pid_t(fields[2]),
            let start = UInt64(fields[19])
        else { return nil }
        self.group = group
        self.start = start
    }
}
