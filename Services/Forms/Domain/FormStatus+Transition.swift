import Contracts
import FormsContracts

/// A step in a form's life.
enum FormTransition {
    case publish, close, reopen, archive

    /// The status after the step.
    ///
    /// - Throws: `INVALID_STATE` where a form of that status cannot take the step.
    func applied(to status: FormStatus) throws(ServiceError) -> FormStatus {
        switch (self, status) {
        case (.publish, .draft), (.reopen, .closed): .published
        case (.close, .published): .closed
        case (.archive, .draft), (.archive, .published), (.archive, .closed): .archived
        default: throw ServiceError(.invalidState, "A form that is \(status.rawValue) cannot take this step.")
        }
    }
}
