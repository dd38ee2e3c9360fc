import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

/// What societies hands to forms and takes back from it.
///
/// A registration's id is the key that forms knows its answers by.
struct Submissions: Sendable {
    let database: ServiceDatabase
    let caller: ServiceCaller

    /// Hands a registration's answers to its form; doing so again adds nothing.
    ///
    /// - Throws: What the form refuses, with closed, not yet open and full told of the registration.
    func submit(
        _ request: RegisterForSociety,
        under key: RegistrationID,
        to form: FormID,
        _ context: RequestContext
    ) async throws -> FormResponse {
        do {
            return try await caller.call(
                SubmitForEntity(
                    formId: form,
                    entityId: request.id.cast(),
                    submissionKey: key.cast(),
                    answers: request.answers,
                    updateProfile: request.updateProfile
                ),
                context
            )
        } catch let error as ServiceError {
            switch error.code {
            case .formClosed: throw ServiceError(.registrationClosed)
            case .formNotOpen: throw ServiceError(.registrationNotOpen)
            case .formFull: throw ServiceError(.societyFull)
            case .submissionWithdrawn: throw ServiceError(.conflict, "This attempt was given up; try again.")
            case .notFound: throw ServiceError(.registrationClosed, "The society's form is not there any more.")
            default: throw error
            }
        }
    }

    /// Makes forms give up answers, and notes it.
    ///
    /// - Throws: When forms cannot be asked; what is noted as to be taken back then stays so.
    func takeBack(_ registration: TakenBack, _ context: RequestContext) async throws {
        _ = try await caller.call(
            WithdrawSubmission(submissionKey: registration.id.cast(), universityId: registration.universityId),
            context
        )
        try await SubmissionStore(sql: database.scoped(to: .university(registration.universityId))).settle(
            registration.id
        )
    }
}
