import TestKit

@testable import Societies

extension LabService {
    static let societies = LabService(SocietiesDaemon.daemon)
}
