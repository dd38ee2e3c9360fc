import Foundation

/// One supervisor per home: whoever holds the lock on its file, which the kernel takes back when the process dies.
struct SupervisorLock: ~Copyable {
    private let descriptor: CInt

    /// - Throws: `Failure` when another supervisor holds it.
    init(_ home: Home) throws {
        let descriptor = unsafe open(home.lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("Cannot open \(home.lockFile)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let port = (try? Topology.load(home)).map { " at \($0.baseURL)" } ?? ""
            throw Failure("It runs already\(port): make status, make stop")
        }
        self.descriptor = descriptor
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        unsafe Glibc.write(descriptor, text, text.count)
    }

    deinit {
        close(descriptor)
    }

    /// The supervisor that holds the lock now.
    static func holder(_ home: Home) -> pid_t? {
        let descriptor = unsafe open(home.lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return readText(home.lockFile).flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
