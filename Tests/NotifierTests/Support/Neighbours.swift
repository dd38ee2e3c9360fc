import TestKit

@testable import Auth
@testable import Societies

extension LabService {
    static let societies = LabService(SocietiesDaemon.daemon)
    static let auth = LabService(AuthDaemon.daemon(), environment: ["AUTH_KEY_ENCRYPTION_KEY": LabService.key])
}
