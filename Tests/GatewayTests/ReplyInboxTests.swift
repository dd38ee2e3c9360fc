import NIOCore
import NIOPosix
import Synchronization
import TestKit
import Testing

@testable import Gateway

@Suite("Replies on their way to an event loop", .timeLimit(.minutes(10)))
struct ReplyInboxTests {
    /// An event loop that turns when the test says so.
    private final class ManualLoop: Sendable {
        private struct State {
            var tasks: [@Sendable () -> Void] = []
            var executes = 0
        }

        private let state = Mutex(State())

        var executes: Int { state.withLock { $0.executes } }

        func execute(_ task: @escaping @Sendable () -> Void) {
            state.withLock { state in
                state.tasks.append(task)
                state.executes += 1
            }
        }

        func turn() {
            let tasks = state.withLock { state in
                defer { state.tasks = [] }
                return state.tasks
            }
            for task in tasks { task() }
        }
    }

    private final class Received: Sendable {
        private let replies = Mutex<[Int]>([])
        var all: [Int] { replies.withLock(\.self) }
        func add(_ reply: Int) { replies.withLock { $0.append(reply) } }
    }

    @Test("Replies between two turns share one execute and keep their order", arguments: Seed.batch(100))
    func oneExecuteATurn(seed: Seed) {
        var random = seed.generator
        let (loop, received) = (ManualLoop(), Received())
        let inbox = ReplyInbox<Int>(execute: { loop.execute($0) }, deliver: { received.add($0) })
        var (sent, executes) = (0, 0)
        for _ in 0..<20 {
            let count = Int.random(in: 0...50, using: &random)
            for _ in 0..<count {
                inbox.add(sent)
                sent += 1
            }
            executes += count > 0 ? 1 : 0
            #expect(loop.executes == executes)
            loop.turn()
            #expect(received.all == Array(0..<sent))
        }
    }

    @Test("A reply that comes while others are delivered waits for the next turn")
    func nestedReply() {
        let (loop, received) = (ManualLoop(), Received())
        let inbox = Mutex<ReplyInbox<Int>?>(nil)
        let made = ReplyInbox<Int>(
            execute: { loop.execute($0) },
            deliver: { reply in
                received.add(reply)
                if reply == 1 { inbox.withLock(\.self)?.add(3) }
            }
        )
        inbox.withLock { $0 = made }
        made.add(1)
        made.add(2)
        loop.turn()
        #expect(received.all == [1, 2] && loop.executes == 2)
        loop.turn()
        #expect(received.all == [1, 2, 3])
    }

    @Test("Of replies from many threads none is lost, and each thread's stay in order", arguments: Seed.batch(3))
    func manyThreads(seed: Seed) async throws {
        var random = seed.generator
        let threads = Int.random(in: 2...8, using: &random)
        let perThread = Int.random(in: 1...2_000, using: &random)
        let received = Received()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let inbox = ReplyInbox<Int>(execute: { loop.execute($0) }, deliver: { received.add($0) })
        await withTaskGroup { group in
            for thread in 0..<threads {
                group.addTask { for number in 0..<perThread { inbox.add(thread * perThread + number) } }
            }
        }
        try await until { received.all.count == threads * perThread ? () : nil }
        for thread in 0..<threads {
            let own = received.all.filter { $0 / perThread == thread }
            #expect(own == Array(thread * perThread..<(thread + 1) * perThread))
        }
    }
}
