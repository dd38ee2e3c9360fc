internal import CLibPQ
import Loops
import Synchronization

/// A request to cancel the statement that a connection runs at the time the request arrives.
@safe final class Cancellation: @unchecked Sendable {  // Safe: immutable, and PQcancel is thread-safe.
    /// The maximum of concurrent requests of this process: libpq sets no time limit, so a server that is frozen
    /// keeps each of them, and its thread.
    private static let limit = 16
    private static let underWay = Atomic(0)

    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe PQfreeCancel(pointer) }

    /// Makes the request in the background, over a connection of its own.
    ///
    /// - Parameter completion: Runs once, on the request's thread, when the server has sent its signal or never will.
    /// - Returns: `false` if too many requests are under way; then this one is not made, and `completion` does not run.
    func send(completion: @escaping @Sendable () -> Void) -> Bool {
        guard Self.underWay.wrappingAdd(1, ordering: .relaxed).newValue <= Self.limit else {
            Self.underWay.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        SystemThread.start(name: "postgres-cancel") { [self] in
            ask()
            Self.underWay.wrappingSubtract(1, ordering: .relaxed)
            completion()
        }
        return true
    }

    private func ask() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            // A request that fails leaves the statement to the server's own time limit.
            unsafe _ = PQcancel(pointer, message.baseAddress, CInt(message.count))
        }
    }
}
