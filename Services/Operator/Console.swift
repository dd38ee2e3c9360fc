import Foundation
import Synchronization

/// What the person at the terminal reads.
///
/// A line that is still changing stands last and is written over.
final class Console: Sendable {
    static let standard = Console()

    private struct State {
        var status = ""
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Prints a line for good.
    func line(_ text: String = "") {
        state.withLock { state in
            put((isTerminal && !state.status.isEmpty ? "\r\u{1B}[K" : "") + text + "\n")
            if isTerminal { put(state.status) }
        }
    }

    /// Shows what goes on.
    ///
    /// Where the output is no terminal, nothing is written over: `coarse` is printed when it changes.
    func status(_ text: String, coarse: String? = nil) {
        state.withLock { state in
            if isTerminal {
                state.status = text
                put("\r\u{1B}[K" + text)
            } else if let coarse, coarse != state.status {
                state.status = coarse
                put(coarse + "\n")
            }
        }
    }

    /// Takes the changing line away.
    func clearStatus() {
        state.withLock { state in
            if isTerminal, !state.status.isEmpty { put("\r\u{1B}[K") }
            state.status = ""
        }
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe Glibc.write(STDOUT_FILENO, bytes, bytes.count)  // unbuffered: pipes show progress, too
    }
}
