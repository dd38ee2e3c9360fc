import Synchronization
import Testing

@testable import Operator

extension TestSystem {
    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Runs main jobs one after another until `body` is over, and checks what has become of each.
    ///
    /// - Parameters:
    ///   - patience: How long a job retries each of its calls; `nil` where no call may fail.
    ///   - body: Does harm; the system must be healthy at its end.
    /// - Returns: The number of jobs.
    /// - Throws: What `body` throws, or why a job ended early.
    @discardableResult
    func underLoad(patience: Duration? = nil, _ body: () async throws -> Void) async throws -> Int {
        let president = try await signIn(self.president)
        let isOver = Flag()
        let workers = (0..<2).map { _ in
            Task {
                var outcomes: [PersistentJob.Outcome] = []
                while !isOver.isSet.load(ordering: .acquiring) {
                    var job = PersistentJob(system: self, president: president, patience: patience)
                    job.isRejectedFirst = patience != nil
                    outcomes.append(try await job.run())
                }
                #expect(!outcomes.isEmpty)
                try await PersistentJob.check(outcomes, self, president)
                return outcomes.count
            }
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        isOver.isSet.store(true, ordering: .releasing)
        var jobs = 0
        for worker in workers { jobs += try await worker.value }
        try result.get()
        return jobs
    }
}
