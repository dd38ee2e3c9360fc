import Contracts
import ServiceKit
import SocietiesContracts

struct DeleteSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteSociety, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let societies = SocietyStore(sql: transaction)
            let standing = try await societies.lockedStanding(of: user, in: request.id)
            try standing.requirePresident()
            try context.checkPrecondition(standing.society.etag)
            try await societies.delete(request.id)
            let society = standing.society
            try await transaction.emit(
                SocietyDeleted(
                    societyId: society.id,
                    societyName: society.name,
                    universityId: society.universityId,
                    deletedBy: user.id
                ),
                tenant: society.universityId
            )
            return NoContent()
        }
    }
}
