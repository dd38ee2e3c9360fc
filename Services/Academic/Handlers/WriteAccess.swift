import AcademicContracts
import Contracts
import ServiceKit

extension RequestContext {
    /// Lets those write who may do so in this university: its administrators, and platform administrators in every one.
    ///
    /// Other services act on their own account.
    ///
    /// - Throws: `FORBIDDEN`.
    func requireWriting(in university: UniversityID) throws(ServiceError) {
        guard let user else { return }
        guard user.may(.writeAcademic, in: university) else {
            throw ServiceError(.forbidden, "Only administrators of this university may do this.")
        }
    }

    /// - Throws: `FORBIDDEN` for everybody but platform administrators and other services.
    func requirePlatform() throws(ServiceError) {
        guard user?.isPlatformAdmin ?? true else {
            throw ServiceError(.forbidden, "Only platform administrators may do this.")
        }
    }
}
