import Glibc

/// A signal that ends a program, under the name that `setpriv` knows it by.
enum EndSignal: String, Sendable {
    case interrupt = "INT"
    case quit = "QUIT"
    case terminate = "TERM"
    case kill = "KILL"

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .quit: SIGQUIT
        case .terminate: SIGTERM
        case .kill: SIGKILL
        }
    }
}
