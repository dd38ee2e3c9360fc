import Contracts
import TestKit
import Testing

@testable import ServiceKit

@Suite("Turns of computations")
struct ComputationTests {
    private static func context(from address: String, user: UserID? = nil) -> RequestContext {
        RequestContext(
            requestID: "t",
            caller: "gateway",
            user: user.map {
                RequestContext.User(id: $0, tenant: nil, session: nil, role: "student", permissions: [])
            },
            clientAddress: address,
            logger: .silent
        )
    }

    // **Feature: rovierr-platform-foundation, Property 21: anonymous clients of one network take turns as one**
    @Test(
        "Anonymous clients of one IPv6 /64 take turns as one, and those of one /48 as one group",
        arguments: Seed.batch(100)
    )
    func networks(seed: Seed) {
        var random = seed.generator
        func group() -> String { String(Int.random(in: 1...0xFFFF, using: &random), radix: 16) }
        let site = "2001:\(group()):\(group())"
        func address(in subnet: Int) -> String {
            let host = (0..<4).map { _ in group() }.joined(separator: ":")
            return "\(site):\(String(subnet, radix: 16)):\(host)"
        }
        let subnet = Int.random(in: 1...0xFFFE, using: &random)
        let (one, neighbour) = (Self.context(from: address(in: subnet)), Self.context(from: address(in: subnet)))
        let other = Self.context(from: address(in: subnet + 1))
        #expect(one.turnTaker.source == neighbour.turnTaker.source, "\(seed)")
        #expect(one.turnTaker.source != other.turnTaker.source, "\(seed)")
        #expect(one.turnTaker.groups == other.turnTaker.groups && one.turnTaker.groups.count == 1, "\(seed)")
        let user = UserID()
        for context in [Self.context(from: address(in: subnet), user: user), Self.context(from: "::1", user: user)] {
            #expect(context.turnTaker.groups.isEmpty && context.turnTaker.source == user.description, "\(seed)")
        }
        let last = Int.random(in: 1...253, using: &random)
        let version4 = [last, last + 1].map { Self.context(from: "192.0.2.\($0)").turnTaker }
        #expect(version4[0].source != version4[1].source && version4[0].groups.isEmpty, "\(seed)")
    }
}
