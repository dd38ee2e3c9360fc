internal import CNanomsg

/// A thread of its own for work that waits in C, which must not happen on Swift's cooperative pool.
public enum SocketThread {
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
    ///   - body: What to do. It ends the thread by returning.
    /// - Throws: When the system has no thread left.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(NanomsgError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe cnn_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard result == 0 else {
            unsafe start.release()
            throw NanomsgError(code: result, operation: "pthread_create")
        }
        pthread_detach(thread)
    }
}
