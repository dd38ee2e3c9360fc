import Contracts
import ServiceKit
import SocietiesContracts

struct CreateSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CreateSociety, context: RequestContext) async throws -> Created<Society> {
        let user = try context.requireUser()
        let university = try university(for: request, of: user)
        try SocietyName.check(request.name)
        return try await database.transaction(context) { transaction in
            let societies = SocietyStore(sql: transaction)
            let society = try await societies.insert(
                request,
                id: SocietyID(),
                by: user.id,
                at: university,
                from: context.foundingNetwork
            )
            _ = try await MemberStore(sql: transaction).insert(user.id, as: .president, in: society)
            try await transaction.emit(
                SocietyCreated(
                    societyId: society.id,
                    societyName: society.name,
                    universityId: university,
                    createdBy: user.id
                ),
                tenant: university
            )
            return Created(try await societies.get(society.id))  // as it is with its first member
        }
    }

    private func university(for request: CreateSociety, of user: RequestContext.User) throws -> UniversityID {
        if user.isPlatformAdmin {
            guard let university = request.universityId ?? user.tenant else {
                throw ValidationError("universityId", .required, "Is required from platform administrators.")
            }
            return university
        }
        guard let tenant = user.tenant else {
            throw ServiceError(.forbidden, "Only members of a university can found a society.")
        }
        guard request.universityId == nil || request.universityId == tenant else {
            throw ServiceError(.forbidden, "A society is founded at one's own university.")
        }
        return tenant
    }
}
