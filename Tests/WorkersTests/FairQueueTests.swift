import TestKit
import Testing

@testable import Workers

@Suite("Work of many sources waits fairly")
struct FairQueueTests {
    @Test("Sources take turns, each in its own order")
    func turns() {
        var queue = FairQueue<String>(limit: 10)
        for element in ["a1", "a2", "a3", "b1", "c1", "b2"] {
            #expect(queue.add(element, from: [String(element.prefix(1))]) == nil)
        }
        var order: [String] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
    }

    @Test("A full queue takes a place from the source that has most of them")
    func crowdedOut() {
        var queue = FairQueue<String>(limit: 4)
        for element in ["a1", "a2", "a3", "a4"] { #expect(queue.add(element, from: ["a"]) == nil) }
        #expect(queue.add("a5", from: ["a"]) == "a5")
        #expect(queue.add("b1", from: ["b"]) == "a4")
        #expect(queue.add("b2", from: ["b"]) == "a3")
        #expect(queue.add("b3", from: ["b"]) == "b3")  // three and one would be no fairer than two and two
        #expect(queue.next() == "a1")
        #expect(queue.next() == "b1")
        #expect(queue.next() == "a2")
        #expect(queue.count == 1)
    }

    @Test("An element at the front goes before its source's others, which make room for it, and takes no other's turn")
    func begun() {
        var queue = FairQueue<String>(limit: 4)
        for element in ["a1", "a2", "b1"] { #expect(queue.add(element, from: [String(element.prefix(1))]) == nil) }
        #expect(queue.add("a0", from: ["a"], atFront: true) == nil)
        #expect(queue.add("a", from: ["a"], atFront: true) == "a2")
        #expect(queue.add("c", from: ["c"], atFront: true) == "a1")
        #expect(queue.add("b", from: ["b"], atFront: true) == "b1", "two of a's are no more than two of its own")
        var order: [String] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == ["a", "c", "b", "a0"], "b lost its turn with its only element")
    }

    @Test("Groups take turns, however many sources one of them has")
    func groups() {
        var queue = FairQueue<String>(limit: 10)
        for source in ["a", "b", "c", "d"] { #expect(queue.add("x\(source)", from: ["x", source]) == nil) }
        #expect(queue.add("ya", from: ["y", "a"]) == nil)
        #expect(queue.add("za", from: ["z", "a"]) == nil)
        var order: [String] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == ["xa", "ya", "za", "xb", "xc", "xd"])
    }

    @Test("In a full queue the longest group makes room, and there the source with the most")
    func crowdedGroup() {
        var queue = FairQueue<String>(limit: 4)
        for (element, source) in [("a1", "a"), ("b1", "b"), ("b2", "b"), ("c1", "c")] {
            #expect(queue.add(element, from: ["x", source]) == nil)
        }
        #expect(queue.add("d1", from: ["y", "d"]) == "b2")
        #expect(queue.add("e1", from: ["x", "e"]) == "e1")
        #expect(queue.remove(from: ["y", "d"]) { $0 == "d1" })
        #expect(queue.add("f1", from: ["y", "f"]) == nil)
        #expect(queue.count == 4)
    }

    @Test(
        "A queue loses nothing, doubles nothing and keeps its bound, whatever is done with it",
        arguments: Seed.batch(200)
    )
    func accounting(seed: Seed) {
        var random = seed.generator
        var queue = FairQueue<Int>(limit: 8)
        var waiting: [Int: [String]] = [:]
        for element in 0..<200 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let next = queue.next()
                #expect((next == nil) == waiting.isEmpty, "\(seed)")
                if let next { #expect(waiting.removeValue(forKey: next) != nil, "\(seed)") }
            case 1:
                guard let (chosen, path) = waiting.randomElement(using: &random) else { continue }
                #expect(queue.remove(from: path) { $0 == chosen }, "\(seed)")
                waiting[chosen] = nil
            default:
                let path = (0..<2).map { _ in "\(Int.random(in: 0..<3, using: &random))" }
                waiting[element] = path
                if let refused = queue.add(element, from: path, atFront: .random(using: &random)) {
                    #expect(waiting.removeValue(forKey: refused) != nil, "\(seed)")
                }
            }
            #expect(queue.count == waiting.count && queue.count <= 8, "\(seed)")
        }
    }

    @Test("A withdrawn element is gone, and its source with the last one")
    func withdrawn() {
        var queue = FairQueue<String>(limit: 4)
        _ = queue.add("a1", from: ["a"])
        _ = queue.add("b1", from: ["b"])
        #expect(queue.remove(from: ["a"]) { $0 == "a1" })
        #expect(!queue.remove(from: ["a"]) { $0 == "a1" })
        #expect(queue.next() == "b1")
        #expect(queue.next() == nil)
    }
}
