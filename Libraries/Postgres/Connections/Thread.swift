import Glibc
import Synchronization

/// Threads for what must not block Swift's cooperative pool.
enum Thread {
    /// Runs `body` on a new thread.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    let body = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body
                    body()
                }
                return nil
            },
            box.toOpaque()
        )
        // Without threads nothing of this process works any more.
        guard status == 0 else { fatalError("The system gives no further thread: error \(status)") }
        pthread_detach(thread)
    }

    /// Runs a blocking call on a thread of its own and waits for it, whether or not the task is cancelled.
    static func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        let waiter = Waiter<R>()
        return try await waiter.waitUncancellably {
            start { waiter.settle(Result(catching: body)) }
        }
    }

    /// Blocks the present thread, which has to be one that `run` started.
    static func sleep(for pause: Duration) { usleep(useconds_t(pause / .microseconds(1))) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
