import Foundation

/// What `/proc` tells about running programs.
enum Processes {
    /// Whether a process still runs and is one of this instance's: ids are used again.
    static func belongs(_ pid: pid_t, to home: Home) -> Bool {
        guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual("ROVIERR_HOME=\(home.folder)".utf8) }
    }

    static func isRunning(_ pid: pid_t) -> Bool {
        guard let state = readText("/proc/\(pid)/stat")?.split(separator: ")").last?.split(separator: " ").first else {
            return false
        }
        return state != "Z"
    }

    /// All processes of an instance but ourselves, also those that a dead supervisor left.
    static func all(of home: Home) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { $0 != getpid() && belongs($0, to: home) }
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
    static func waitForEnd(of pids: [pid_t], within time: Duration) async -> Bool {
        let deadline = ContinuousClock.now + time
        while pids.contains(where: isRunning) {
            guard .now < deadline else { return false }
            await wait(.milliseconds(10))
        }
        return true
    }
}

extension Int {
    var megabytes: String { "\((self + 524_288) / 1_048_576) MB" }
}
