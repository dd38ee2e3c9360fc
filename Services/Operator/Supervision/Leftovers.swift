import Foundation

/// The processes that an instance's supervisor left running when it was killed.
enum Leftovers {
    /// Ends them, by force if they take too long.
    ///
    /// - Returns: Whether there were any.
    /// - Throws: `Failure` when one of them cannot be ended.
    @discardableResult
    static func end(of home: Home) async throws -> Bool {
        let left = Processes.all(of: home)
        // The server's pid file tells it where the folders of other accounts' processes can't be read.
        let recorded = ProcessIdentity(file: home.pidFile(of: "postgres"))
        let servers = Set(Processes.postgresServers(of: home) + [recorded].compactMap(\.self))
        for process in left {
            // PostgreSQL waits at SIGTERM until its clients have left; SIGINT ends it at once and cleanly.
            process.signal(servers.contains(process) ? SIGINT : SIGTERM)
            process.signal(SIGCONT)  // it may be stopped
        }
        if await !Processes.waitForEnd(of: left, within: .seconds(20)) {
            for process in left { process.signal(SIGKILL) }
            guard await Processes.waitForEnd(of: left, within: .seconds(5)) else {
                let ids = left.filter(\.isRunning).map { "\($0.pid)" }.joined(separator: ", ")
                throw Failure("Processes of an earlier start cannot be ended: \(ids)")
            }
        }
        for file in home.pidFiles { unlinkFile(file) }
        return !left.isEmpty
    }
}
