import CLinux
import Glibc

/// Threads for what must block neither a loop nor Swift's cooperative pool.
public enum SystemThread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new thread, which ends with it.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H` and debuggers; at most 15 bytes.
    ///   - body: Ends the thread by returning.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe clinux_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        // Without threads nothing of this process works any more.
        guard status == 0 else { fatalError("The system gives no further thread: error \(status)") }
        pthread_detach(thread)
    }
}
