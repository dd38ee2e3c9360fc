import Dispatch
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import Loops

@Suite("Loops", .timeLimit(.minutes(10)))
struct LoopTests {
    /// Blocks the thread, and with it the loop.
    private static func block(until semaphore: DispatchSemaphore) { semaphore.wait() }

    private static func compute(for time: Duration) {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {}
    }

    @Test("A task that prefers a loop resumes on its thread, wherever its answer comes from")
    func executor() async {
        let loop = Loop(name: "test", logger: .silent)
        let isHome = await Task(executorPreference: loop) {
            let isHome = loop.isCurrent
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                SystemThread.start(name: "answer") { continuation.resume() }
            }
            return [isHome, loop.isCurrent]
        }.value
        #expect(isHome == [true, true])
        #expect(!loop.isCurrent)
    }

    @Test("What the tasks of one turn gather is taken together at its end")
    func endOfTurn() async throws {
        let loop = Loop(name: "test", logger: .silent)
        let gathering = Gathering()
        loop.atTurnEnd { gathering.endBatch() }
        await Task(executorPreference: loop) {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 { group.addTask { gathering.add(number) } }
            }
        }.value
        let taken = try await until { gathering.batches.isEmpty ? nil : gathering.batches }
        #expect(taken == [Array(0..<10)])
    }

    @Test("Tasks that always have something to do keep no descriptor waiting")
    func busyTasks() async {
        let loop = Loop(name: "test", logger: .silent)
        let (pipe, isHeard) = (Pipe(), Flag())
        let watch = loop.watch(pipe.fileHandleForReading.fileDescriptor) {
            _ = pipe.fileHandleForReading.availableData
            isHeard.raise()
        }
        let busy = Task(executorPreference: loop) { while !isHeard.isUp { await Task.yield() } }
        pipe.fileHandleForWriting.write(Data([1]))
        await busy.value
        watch.cancel()
    }

    @Test("A task that computes before each of its yields keeps nothing waiting for more than one of its steps")
    func computingTask() async {
        let loop = Loop(name: "test", logger: .silent)
        let (pipe, isHeard, isDue) = (Pipe(), Flag(), Flag())
        let watch = loop.watch(pipe.fileHandleForReading.fileDescriptor) {
            _ = pipe.fileHandleForReading.availableData
            isHeard.raise()
        }
        let ticker = Ticker(on: loop, within: .milliseconds(1))
        let turns = await Task(executorPreference: loop) {
            ticker.start {
                isDue.raise()
                return nil
            }
            pipe.fileHandleForWriting.write(Data([1]))
            var turns: [Int] = []
            while turns.count < 20 || !isHeard.isUp || !isDue.isUp {
                turns.append(loop.figures.turns)
                Self.compute(for: .milliseconds(2))
                await Task.yield()
            }
            return turns
        }.value
        #expect(zip(turns, turns.dropFirst()).allSatisfy { $0 < $1 })
        ticker.cancel()
        watch.cancel()
    }

    @Test("A tick that is asked for comes, even when a descriptor is ready at the same moment")
    func wakeBesideMessage() async throws {
        let loop = Loop(name: "test", logger: .silent)
        let (first, second) = (Pipe(), Pipe())
        let goOn = DispatchSemaphore(value: 0)
        let (isBusy, isDue, isDone) = (Flag(), Flag(), Flag())
        let watches = [
            loop.watch(first.fileHandleForReading.fileDescriptor) {
                _ = first.fileHandleForReading.availableData
                isBusy.raise()
                goOn.wait()
            },
            loop.watch(second.fileHandleForReading.fileDescriptor) {
                _ = second.fileHandleForReading.availableData
            },
        ]
        let ticker = Ticker(on: loop, within: .milliseconds(1))
        ticker.start {
            if isDue.isUp { isDone.raise() }
            return nil
        }
        try await until { ticker.isResting ? true : nil }
        first.fileHandleForWriting.write(Data([1]))
        try await until { isBusy.isUp ? true : nil }
        second.fileHandleForWriting.write(Data([1]))
        isDue.raise()
        ticker.keepTime()
        goOn.signal()
        try await until { isDone.isUp ? true : nil }
        ticker.cancel()
        for watch in watches { watch.cancel() }
    }

    @Test("A watch that an action of the same turn cancels does not act, although its descriptor was ready as well")
    func cancelledInTurn() async throws {
        let loop = Loop(name: "test", logger: .silent)
        let pipes = [Pipe(), Pipe(), Pipe()]
        let goOn = DispatchSemaphore(value: 0)
        let isBusy = Flag()
        let actions = Atomic<Int>(0)
        let rivals = Mutex<[Watch]>([])
        let busy = loop.watch(pipes[0].fileHandleForReading.fileDescriptor) {
            _ = pipes[0].fileHandleForReading.availableData
            isBusy.raise()
            goOn.wait()
        }
        // Whichever acts first cancels both, so that the other one would act on what nobody watches any more.
        let watches = pipes.dropFirst().map { pipe in
            loop.watch(pipe.fileHandleForReading.fileDescriptor) {
                actions.wrappingAdd(1, ordering: .relaxed)
                for watch in rivals.withLock(\.self) { watch.cancel() }
            }
        }
        rivals.withLock { $0 = watches }
        pipes[0].fileHandleForWriting.write(Data([1]))
        try await until { isBusy.isUp ? true : nil }
        for pipe in pipes.dropFirst() { pipe.fileHandleForWriting.write(Data([1])) }
        goOn.signal()
        // Jobs run after the actions of their turn, and this one comes in the next turn at the earliest.
        await Task(executorPreference: loop) {}.value
        #expect(actions.load(ordering: .relaxed) == 1)
        busy.cancel()
    }

    @Test("A long turn is counted, and logged with the executor whose job took the time")
    func longTurn() async throws {
        let log = LogLines(from: .warning)
        let loop = Loop(name: "test", logger: log.logger)
        let slow = SlowExecutor(loop: loop)
        await Task(executorPreference: slow) {
            Self.compute(for: .milliseconds(20))
        }.value
        try await until { loop.figures.longTurns == 1 ? true : nil }
        #expect(loop.figures.busy > .milliseconds(20))
        #expect(slow.longest.withLock(\.self) >= .milliseconds(20))
        #expect(log.all.count == 1 && log.entries(with: "A turn of the loop", "slow").count == 1)
    }

    @Test("A turn tells how long it has taken so far, and a loop that waits is in none")
    func presentTurn() async throws {
        let loop = Loop(name: "test", logger: .silent)
        let goOn = DispatchSemaphore(value: 0)
        try await until { loop.presentTurn == .zero ? true : nil }
        let blocked = Task(executorPreference: loop) { Self.block(until: goOn) }
        try await until { loop.presentTurn > .milliseconds(20) ? true : nil }
        goOn.signal()
        await blocked.value
        try await until { loop.presentTurn == .zero ? true : nil }
    }

    @Test("A loop that nobody holds ends, after the jobs that it was given")
    func end() async throws {
        weak var core: LoopCore?
        let hasRun = Flag()
        do {
            let loop = Loop(name: "test", logger: .silent)
            core = loop.core
            Task(executorPreference: loop) { hasRun.raise() }
        }
        try await until { hasRun.isUp && core == nil ? true : nil }
    }
}

/// Gives its jobs to a loop under a name of its own.
private final class SlowExecutor: TimedExecutor {
    let name = "slow"
    let longest = Mutex<Duration>(.zero)
    private let loop: Loop

    init(loop: Loop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(job, for: self) }

    func jobEnded(after time: Duration) { longest.withLock { $0 = max($0, time) } }
}

private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var isUp: Bool { state.load(ordering: .sequentiallyConsistent) }
    func raise() { state.store(true, ordering: .sequentiallyConsistent) }
}

/// Numbers that tasks add, in batches.
private final class Gathering: Sendable {
    private let state = Mutex<(batches: [[Int]], current: [Int])>(([], []))

    var batches: [[Int]] { state.withLock { $0.batches } }

    func add(_ number: Int) { state.withLock { $0.current.append(number) } }

    func endBatch() {
        state.withLock { state in
            guard !state.current.isEmpty else { return }
            state.batches.append(state.current)
            state.current = []
        }
    }
}
