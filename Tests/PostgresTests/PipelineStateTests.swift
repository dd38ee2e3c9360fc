import Testing

@testable import Postgres

@Suite("What a pipeline knows of its statements")
struct PipelineStateTests {
    private static let slow: SQL = "SELECT slow"

    private static func query(_ sql: SQL) -> PendingQuery {
        PendingQuery(sql: sql, scope: .none, deadline: .now + .seconds(600))
    }

    /// A state with two open lanes.
    private static func openState() -> PipelineState {
        var state = PipelineState(PostgresConfiguration(url: ""))
        for index in 0..<2 { state.lanes[index] = .open(load: 0, isStalled: false) }
        return state
    }

    @Test("A suspect that may not take the last open lane is sent over it once nothing has stalled for ten seconds")
    func lastLane() throws {
        var state = Self.openState()
        let now = ContinuousClock.now
        state.enqueue(Self.query(Self.slow))
        let first = state.take(for: 0)
        let stalled = try #require(first)
        _ = state.note(stall: stalled, at: 0, now)
        var lost = Queue<PendingQuery>()
        lost.append(stalled)
        state.close(0, losing: lost)

        let (suspect, other) = (Self.query(Self.slow), Self.query("SELECT quick"))
        state.enqueue(suspect)
        state.enqueue(other)
        var sent = [state.take(for: 1), state.take(for: 1)]
        #expect(sent[0] === other && sent[1] == nil)
        for seconds in [9, 10] {
            state.rest(now + .seconds(seconds))
            sent.append(state.take(for: 1))
        }
        #expect(sent[2] == nil && sent[3] === suspect)
    }

    @Test("A statement that has to be sent again never leaves the account, so that no pipeline closes without it")
    func retriedStatement() throws {
        var state = Self.openState()
        state.enqueue(Self.query(Self.slow))
        let first = state.take(for: 0)
        let query = try #require(first)
        state.note([(query, Connection.Reply(), mustRetry: true)], at: 0)
        #expect(state.isOutstanding && state.queued == 1)
        let second = state.take(for: 0)
        #expect(second === query)
        state.note([(query, Connection.Reply(), mustRetry: false)], at: 0)
        #expect(!state.isOutstanding)
    }
}
