import Glibc
import NIOCore
import NIOPosix

extension ServerBootstrap {
    /// Listens on a Unix socket that only the owner and the group of its file may open.
    ///
    /// The file of a process that has ended is replaced. It is not removed at the end, because by then it may be
    /// another process's.
    ///
    /// - Parameters:
    ///   - path: The file's absolute path.
    ///   - group: The event loops to look from if a process listens there.
    /// - Returns: The listening channel.
    /// - Throws: `IOError` if a process listens there or the file cannot be made; `UnixDomainSocketPathWrongType` if
    ///   another kind of file is in its place.
    func bind(socket path: String, lookingFrom group: any EventLoopGroup) throws -> any Channel {
        var isStale = false
        do {
            try ClientBootstrap(group: group).connect(unixDomainSocketPath: path).wait().close().wait()
        } catch let error as IOError {
            isStale = error.errnoCode == ECONNREFUSED
        }
        let listener = try bind(unixDomainSocketPath: path, cleanupExistingSocketFile: isStale).wait()
        guard unsafe chmod(path, 0o660) == 0 else { throw IOError(errnoCode: errno, reason: "chmod \(path)") }
        return listener
    }
}
