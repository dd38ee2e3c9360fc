import AuthContracts
import Contracts
import Passwords
import ServiceKit

struct RegisterHandler: OperationHandler {
    let database: ServiceDatabase
    let universities: UniversityDirectory
    let hasher: PasswordHasher
    let sessions: SessionIssuer

    func handle(_ request: Register, context: RequestContext) async throws -> SignedInReply {
        try request.password.check(for: request.email, field: "password")
        let network = ClientNetwork(context.clientAddress)
        let tenant = try await universities.tenant(named: request.universityId, for: request.email, context)
        // Hashed before the address is looked at, so that a taken one is not told apart by time.
        let new = NewUser(
            email: request.email,
            name: request.name,
            role: .student,
            tenant: tenant,
            passwordHash: try await refusingOverload {
                try await hasher.hash(
                    request.password.text,
                    for: .registration,
                    from: network.text,
                    within: network.site
                )
            }
        )
        return try await database.transaction(context, scope: new.scope) { transaction in
            let user = try await UserStore(sql: transaction).insert(new)
            try await KnownNetworkStore(sql: transaction).insert(network.text, of: user, at: sessions.now())
            let reply = try await sessions.open(for: user, context, in: transaction)
            return SignedInReply(reply.value, at: user.path, headers: reply.headers)
        }
    }
}
