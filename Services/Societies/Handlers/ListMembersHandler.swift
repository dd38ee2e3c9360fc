import AuthContracts
import Contracts
import ServiceKit
import SocietiesContracts

struct ListMembersHandler: OperationHandler {
    let database: ServiceDatabase
    let people: People

    func handle(_ request: ListMembers, context: RequestContext) async throws -> Page<Member> {
        let sql = database.scoped(to: context)
        let standing = try await SocietyStore(sql: sql).standing(of: context.user, in: request.id)
        try standing.requireMember()
        let page = try await MemberStore(sql: sql).list(request, of: standing.society)
        let found = await people.find(page.items.map(\.userId), context)
        return page.map(for: request.page) { member in
            Member(
                userId: member.userId,
                name: found[member.userId]?.name.text,
                image: found[member.userId]?.image?.text,
                role: member.role,
                joinedAt: member.joinedAt
            )
        }
    }
}
