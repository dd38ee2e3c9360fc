import AcademicContracts
import Contracts
import Postgres
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

extension ServiceError {
    /// What a broken constraint means to the caller; `nil` for what the service did not foresee.
    init?(academic error: PostgresError) {
        switch error.constraint {
        case "universities_code_is_unique": self.init(.universityCodeTaken)
        case "mail_domains_domain_is_unique": self.init(.mailDomainTaken)
        case "departments_code_is_unique": self.init(.departmentCodeTaken)
        case "programs_name_is_unique": self.init(.programNameTaken)
        case "departments_belong_to_a_university": self.init(.universityInUse)
        case "programs_belong_to_a_department": self.init(.departmentInUse)
        default: return nil
        }
    }
}

/// Runs what writes, with a broken constraint told as what it means.
func translatingConstraints<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as PostgresError {
        if error.constraint == "programs_name_key_is_short" {
            throw ValidationError(
                "name",
                .tooLong,
                "Must have 1 to 200 characters in the form that names are compared in (NFKC, case folded)."
            )
        }
        throw ServiceError(academic: error) ?? error
    }
}
