import Contracts
import SocietiesContracts

extension RegistrationSettings {
    /// Refuses a registration that comes before the opening or, half-open, at or after the closing.
    ///
    /// - Parameter time: When the gateway received it.
    /// - Throws: `REGISTRATION_NOT_OPEN` or `REGISTRATION_CLOSED`.
    func requireOpen(at time: Timestamp) throws(ServiceError) {
        if let opensAt, time < opensAt { throw ServiceError(.registrationNotOpen) }
        if let closesAt, time >= closesAt { throw ServiceError(.registrationClosed) }
    }

    /// Refuses one more member when all places are taken.
    ///
    /// - Parameter admitted: How many members came by registration.
    /// - Throws: `SOCIETY_FULL`.
    func requirePlace(admitted: Int) throws(ServiceError) {
        if let capacity, admitted >= capacity.value { throw ServiceError(.societyFull) }
    }
}
