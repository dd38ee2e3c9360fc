import AcademicContracts
import Contracts
import Postgres
import ServiceKit
import TestKit

@testable import Auth
@testable import AuthContracts
@testable import Forms
@testable import FormsContracts
@testable import IDParser
@testable import IDParserContracts
@testable import Societies
@testable import SocietiesContracts

extension LabService {
    /// The services that may hold data of universities.
    static let tenantOwners = [
        LabService(AuthDaemon.daemon(), environment: ["AUTH_KEY_ENCRYPTION_KEY": LabService.key]),
        LabService(SocietiesDaemon.daemon),
        LabService(FormsDaemon.daemon, environment: ["FORMS_PARTICIPANT_KEY": LabService.key]),
        LabService(IDParserDaemon.daemon),
    ]
}

extension ServiceLab {
    /// Lets a service hold something of a university.
    func occupy(_ university: University, in service: String) async throws {
        let name = Name(unchecked: "Ada")
        switch service {
        case "auth":
            let email = EmailAddress(unchecked: "ada@mail.example")
            let password = NewPassword(unchecked: "nine lively herons")
            try await call(Register(email: email, password: password, name: name, universityId: university.id))
        case "societies": try await call(CreateSociety(name: name), as: user(at: university.id))
        case "forms": try await call(CreateForm(title: name), as: user("admin", at: university.id, "forms:write"))
        default:
            let pattern = PatternSource(unchecked: "[0-9]{8}")
            let request = CreateIDPattern(universityCode: university.code, name: name, pattern: pattern)
            try await call(request, as: platformAdmin)
        }
    }

    /// Lets a service hold nothing any more.
    func vacate(_ service: String) async throws {
        switch service {
        case "auth": try await execute("UPDATE auth.users SET deleted_at = now()")
        case "societies": try await execute("UPDATE societies.societies SET deleted_at = now()")
        case "forms": try await execute("DELETE FROM forms.forms")
        default:
            for pattern in try await call(ListIDPatterns(), as: platformAdmin).items {
                try await call(DeleteIDPattern(id: pattern.id), as: platformAdmin)
            }
        }
    }
}
