import Testing

@testable import Workers

@Suite("Work of many sources waits fairly")
struct FairQueueTests {
    @Test("Sources take turns, each in its own order")
    func turns() {
        var queue = FairQueue<String>(limit: 10)
        for element in ["a1", "a2", "a3", "b1", "c1", "b2"] {
            #expect(queue.add(element, from: String(element.prefix(1))) == nil)
        }
        var order: [String] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == ["a1", "b1", "c1", "a2", "b2", "a3"])
        #expect(queue.count == 0)
    }

    @Test("A full queue takes a place from the source that has most of them")
    func crowdedOut() {
        var queue = FairQueue<String>(limit: 4)
        for element in ["a1", "a2", "a3", "a4"] { #expect(queue.add(element, from: "a") == nil) }
        #expect(queue.add("a5", from: "a") == "a5")
        #expect(queue.add("b1", from: "b") == "a4")
        #expect(queue.add("b2", from: "b") == "a3")
        #expect(queue.add("b3", from: "b") == "b3")  // three and one would be no fairer than two and two
        #expect(queue.next() == "a1")
        #expect(queue.next() == "b1")
        #expect(queue.next() == "a2")
        #expect(queue.count == 1)
    }

    @Test("A withdrawn element is gone, and its source with the last one")
    func withdrawn() {
        var queue = FairQueue<String>(limit: 4)
        _ = queue.add("a1", from: "a")
        _ = queue.add("b1", from: "b")
        #expect(queue.remove(from: "a") { $0 == "a1" })
        #expect(!queue.remove(from: "a") { $0 == "a1" })
        #expect(queue.next() == "b1")
        #expect(queue.next() == nil)
    }
}
