import Contracts
import SocietiesContracts

extension SocietyStatus {
    /// Whether moderators may bring a society from this status to that one; `archived` is the end.
    func mayBecome(_ next: SocietyStatus) -> Bool {
        switch (self, next) {
        case (.pending, .active), (.suspended, .active), (.active, .suspended): true
        case (.pending, .archived), (.active, .archived), (.suspended, .archived): true
        default: false
        }
    }

    /// Refuses what an archived society no longer does.
    func requireNotArchived() throws(ServiceError) {
        guard self != .archived else { throw ServiceError(.invalidState, "The society is archived.") }
    }
}
