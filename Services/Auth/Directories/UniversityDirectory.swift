import AcademicContracts
import AuthContracts
import Contracts
import IDParserContracts
import ServiceKit

/// What academic and id-parser say about universities, and what follows for accounts and profiles.
struct UniversityDirectory: Sendable {
    let caller: ServiceCaller

    /// The university that a new account belongs to: the one that is named, else the one whose mail domain the address has.
    ///
    /// - Throws: `ValidationError` when there is none of that id.
    func tenant(
        named id: UniversityID?,
        for email: EmailAddress,
        _ context: RequestContext
    ) async throws -> UniversityID? {
        if let id { return try await university(id, context).id }
        guard let domain = MailDomain(email.domain) else { return nil }
        return try await find(ResolveUniversity(mailDomain: domain), context)?.id
    }

    /// Checks the profile's university and its parts, and the student number against the patterns of the account's own
    /// university.
    ///
    /// The profile's university is the one it names, or else the account's own. For an account without a university,
    /// the number is checked at the one that the profile names.
    ///
    /// - Returns: The fields to store, with the student number in canonical form, and a flag that tells whether the
    ///   number was verified; `nil` without a number.
    /// - Throws: `ValidationError` with a detail per field.
    func check(
        _ fields: ProfileFields,
        of user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> (fields: ProfileFields, isVerified: Bool?) {
        let writeFaults = fields.writeFaults
        guard writeFaults.isEmpty else { throw ValidationError(writeFaults) }
        guard let id = fields.universityId ?? user.tenant else {
            guard fields.departmentId == nil, fields.programId == nil else {
                throw ValidationError("universityId", .required, "Is required with a department or a program.")
            }
            return (fields, fields.studentId.map { _ in false })
        }
        async let affiliationFaults = affiliationFaults(of: fields, at: id, context)
        let number = try await verify(fields.studentId, at: user.tenant ?? id, context)
        let faults = try await affiliationFaults + number.faults
        guard faults.isEmpty else { throw ValidationError(faults) }
        var checked = fields
        checked.studentId = number.canonical
        return (checked, number.isVerified)
    }

    private func affiliationFaults(
        of fields: ProfileFields,
        at id: UniversityID,
        _ context: RequestContext
    ) async throws
        -> [FieldError]
    {
        guard fields.universityId != nil || fields.departmentId != nil || fields.programId != nil else { return [] }
        let affiliations = CheckAffiliations(
            universityId: id,
            departmentId: fields.departmentId,
            programId: fields.programId
        )
        return try await caller.call(affiliations, context).fields.map { field in
            FieldError(field.rawValue, .notFound, "There is none, or it does not belong to the others.")
        }
    }

    /// - Returns: The number in its pattern's canonical form, and a flag that tells whether it was verified: `nil`
    ///   without a number, `false` at a university without patterns.
    private func verify(
        _ number: StudentID?,
        at id: UniversityID,
        _ context: RequestContext
    ) async throws
        -> (canonical: StudentID?, isVerified: Bool?, faults: [FieldError])
    {
        guard let number else { return (nil, nil, []) }
        let question = VerifyStudentID(studentId: WrittenStudentID(unchecked: number.text), universityId: id)
        let answer: StudentIDVerification
        do { answer = try await caller.call(question, context) } catch let error as ServiceError
            where error.code == .notFound
        {
            return (number, false, [])  // a university that is missing is a fault of its own field
        }
        if answer.valid { return (StudentID(answer.studentId) ?? number, true, []) }
        if !answer.patternsConfigured { return (number, false, []) }
        return (number, false, [FieldError("studentId", .notAllowed, "Is no student number of this university.")])
    }

    private func university(_ id: UniversityID, _ context: RequestContext) async throws -> UniversityReference {
        guard let university = try await find(ResolveUniversity(id: id), context) else {
            throw ValidationError("universityId", .notFound, "There is no such university.")
        }
        return university
    }

    private func find(_ request: ResolveUniversity, _ context: RequestContext) async throws -> UniversityReference? {
        do { return try await caller.call(request, context) } catch let error as ServiceError
            where error.code == .notFound
        {
            return nil
        }
    }
}
