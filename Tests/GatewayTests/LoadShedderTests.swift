import Contracts
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Gateway

@Suite("Shares of calls under way")
struct LoadShedderTests {
    private static let millisecond: Int64 = 1_000_000

    /// A shedder, and operations of low priority: two of one service and one of another.
    private struct Lab {
        let shedder: LoadShedder
        let endpoints: [Endpoint]

        init(limit: Int, operationLimit: Int) throws {
            let metrics = Metrics()
            shedder = LoadShedder(limit: limit, operationLimit: operationLimit, now: 0, metrics: metrics)
            let operations: [any ServiceOperation.Type] = [GetThing.self, HoldThing.self, ExportThings.self]
            let descriptions = ServiceDescription(of: ServiceAPI("lab", operations: operations), version: "1")
                .operations
            endpoints = try zip(descriptions, ["lab", "lab", "other"]).map { description, service in
                try #require(Endpoint(description, of: service, metrics: metrics))
            }
        }

        func begin(_ endpoint: Int, by caller: Int, room: MeshRoom, now: Int64) -> LoadShedder.Call? {
            let decision = shedder.begin(
                endpoints[endpoint],
                by: RateKey(address: IPAddress(high: UInt64(caller + 1), low: 0)),
                room: room,
                isUnderway: false,
                now: now
            )
            guard case .begun(let call) = decision else { return nil }
            return call
        }
    }

    /// A call under way, as a test counts it.
    private struct Held {
        let call: LoadShedder.Call
        let caller: Int
        let endpoint: Int
        let slots: Int
    }

    // **Feature: rovierr-platform-foundation, Property 24: no caller takes more calls than it leaves free**
    @Test(
        "A caller takes no more of an operation, a service and all calls than it leaves free, but may always make one",
        arguments: Seed.batch(100)
    )
    func shares(seed: Seed) throws {
        var random = seed.generator
        let limit = Int.random(in: 16...400, using: &random)
        let operationLimit = min(limit, Int.random(in: 16...200, using: &random))
        let lab = try Lab(limit: limit, operationLimit: operationLimit)
        let slots = [1, Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random)]
        let (allSlots, carried) = (Int.random(in: 32...256, using: &random), Int.random(in: 16...128, using: &random))
        var held: [Held] = []
        for step in 0..<600 {
            let now = Int64(step) * Self.millisecond
            if !held.isEmpty, Int.random(in: 0..<10, using: &random) < 3 {
                let ended = held.remove(at: .random(in: held.indices, using: &random))
                lab.shedder.end(ended.call, after: Self.millisecond, now: now)
                continue
            }
            let (caller, endpoint) = (Int.random(in: 0..<5, using: &random), Int.random(in: 0..<3, using: &random))
            let room = MeshRoom(slots: allSlots, slotsPerCall: slots[endpoint], callsPerOperation: carried)
            let call = lab.begin(endpoint, by: caller, room: room, now: now)
            let isFirst = !held.contains { $0.caller == caller }
            let ofOperation = held.filter { $0.endpoint == endpoint }
            guard let call else {
                let hasRoom = ofOperation.count < operationLimit && Double(held.count) < Double(limit) * 0.7
                #expect(!isFirst || !hasRoom, "\(seed)")
                continue
            }
            held.append(Held(call: call, caller: caller, endpoint: endpoint, slots: slots[endpoint]))
            let own = held.filter { $0.caller == caller }
            #expect(own.count == 1 || Double(own.count + held.count) <= Double(limit) * 0.7, "\(seed)")
            let ownOfOperation = own.count { $0.endpoint == endpoint }
            let free = min(operationLimit, carried) - ofOperation.count - 1
            #expect(ownOfOperation == 1 || ownOfOperation <= free, "\(seed)")
            let ofService = held.filter { ($0.endpoint == 2) == (endpoint == 2) }
            let ownOfService = ofService.filter { $0.caller == caller }
            let ownSlots = ownOfService.reduce(0) { $0 + $1.slots }
            let freeSlots = allSlots - ofService.reduce(0) { $0 + $1.slots }
            #expect(ownOfService.count == 1 || ownSlots <= freeSlots, "\(seed)")
        }
    }

    @Test("Slow calls of a few callers take room from these callers only, for a while", arguments: Seed.batch(100))
    func slowCallers(seed: Seed) throws {
        var random = seed.generator
        let lab = try Lab(limit: 1_024, operationLimit: 256)
        let room = MeshRoom(slots: 256, slotsPerCall: 1, callsPerOperation: 128)
        let few = Int.random(in: 1...7, using: &random)
        let others = few..<few + 20
        var now: Int64 = 0
        func callOfEachOther() -> Int {
            others.count { caller in
                guard let call = lab.begin(0, by: caller, room: room, now: now) else { return false }
                lab.shedder.end(call, after: 5 * Self.millisecond, now: now)
                return true
            }
        }
        for _ in 0..<30 {
            now += 20 * Self.millisecond
            let made = callOfEachOther()
            #expect(made == others.count, "\(seed)")
        }
        var held = [[LoadShedder.Call]](repeating: [], count: few)
        func takeAll() {
            for caller in 0..<few {
                while let call = lab.begin(0, by: caller, room: room, now: now) { held[caller].append(call) }
            }
        }
        takeAll()
        #expect(held[0].count == 64)
        for step in 0..<600 {
            now += 20 * Self.millisecond
            for caller in 0..<few where !held[caller].isEmpty {
                lab.shedder.end(held[caller].removeFirst(), after: 2_000 * Self.millisecond, now: now)
            }
            takeAll()
            // Others come after the few have long been alone.
            guard step >= 400 else { continue }
            let made = callOfEachOther()
            #expect(made == others.count, "\(seed)")
        }
        #expect(held.allSatisfy { (1...8).contains($0.count) }, "\(seed): \(held.map(\.count))")
        for call in held.joined() { lab.shedder.end(call, after: 2_000 * Self.millisecond, now: now) }
        held = held.map { _ in [] }
        now += 11_000 * Self.millisecond
        takeAll()
        #expect(held[0].count == 64, "\(seed)")
    }

    // **Feature: rovierr-platform-foundation, Property 28: slow callers of a rare operation leave room for newcomers**
    @Test(
        "An operation's only callers, fewer than a quarter of its limit and all slow, leave room for a newcomer",
        arguments: Seed.batch(100)
    )
    func firstCallOfRareOperation(seed: Seed) throws {
        var random = seed.generator
        let operationLimit = Int.random(in: 36...256, using: &random)
        let lab = try Lab(limit: 1_024, operationLimit: operationLimit)
        let room = MeshRoom(slots: 256, slotsPerCall: 1, callsPerOperation: 128)
        let callers = Int.random(in: 8..<operationLimit / 4, using: &random)
        var now: Int64 = 0
        for step in 0..<300 {
            now += 20 * Self.millisecond
            let call = try #require(lab.begin(0, by: step % callers, room: room, now: now), "\(seed)")
            lab.shedder.end(call, after: 5 * Self.millisecond, now: now)
        }
        var held = [[LoadShedder.Call]](repeating: [], count: callers)
        for _ in 0..<200 {
            for caller in 0..<callers {
                while let call = lab.begin(0, by: caller, room: room, now: now) { held[caller].append(call) }
            }
            now += 20 * Self.millisecond
            for caller in 0..<callers where !held[caller].isEmpty {
                lab.shedder.end(held[caller].removeFirst(), after: 2_000 * Self.millisecond, now: now)
            }
        }
        for caller in 0..<callers {
            while let call = lab.begin(0, by: caller, room: room, now: now) { held[caller].append(call) }
        }
        #expect(lab.begin(0, by: callers, room: room, now: now) != nil, "\(seed): \(held.map(\.count))")
    }
}
