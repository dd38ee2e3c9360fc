import Glibc
import Loops

/// Blocking calls, apart from the threads that must not block.
enum Thread {
    /// Runs a blocking call on a thread of its own and waits for it, whether or not the task is cancelled.
    static func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        let waiter = Waiter<R>()
        return try await waiter.waitUncancellably {
            SystemThread.start(name: "postgres") { waiter.settle(Result(catching: body)) }
        }
    }

    /// Blocks the present thread, which has to be one that `run` started.
    static func sleep(for pause: Duration) { usleep(useconds_t(pause / .microseconds(1))) }
}
