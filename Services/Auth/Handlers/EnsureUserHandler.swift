import AuthContracts
import Contracts
import Passwords
import Postgres
import ServiceKit

struct EnsureUserHandler: OperationHandler {
    let database: ServiceDatabase
    let hasher: PasswordHasher

    func handle(_ request: EnsureUser, context: RequestContext) async throws -> User {
        let users = UserStore(sql: database.scoped(to: .platform))
        if let existing = try await users.find(request.email) { return existing }
        let new = NewUser(
            email: request.email,
            name: request.name,
            role: request.role,
            tenant: request.universityId,
            passwordHash: try await refusingOverload { try await hasher.hash(request.password.text) }
        )
        do { return try await users.insert(new) } catch let error as ServiceError where error.code == .emailTaken {
            // Somebody else asked for the same at once.
            guard let existing = try await users.find(request.email) else { throw error }
            return existing
        }
    }
}
