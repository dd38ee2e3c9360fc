import Contracts
import Mesh
import NIOCore

/// A connection as its event loop sees it.
protocol LoopMember: AnyObject {
    /// Looks whether something took too long; called every second.
    func sweep(now: NIODeadline)
    /// Ends the connection as soon as what runs on it is done.
    func drain()
}

/// A call's result on its way to the connection that waits for it.
struct ArrivedReply: Sendable {
    let connection: NIOLoopBound<HTTPConnection>
    let result: Result<MeshReply, MeshError>
}

/// What the connections of one event loop share without locks: one clock tick for all of their time limits, the date, the
/// access log and the live subscriptions.
final class LoopState {
    let loop: any EventLoop
    /// Its place among the loops.
    let index: Int
    let log: AccessLog
    /// Takes replies from the mesh client's loop.
    let replies: ReplyInbox<ArrivedReply>
    private(set) var date = LoopState.httpDate(.now())
    private var members: [ObjectIdentifier: any LoopMember] = [:]
    private var subscribers: [String: [ObjectIdentifier: RealtimeConnection]] = [:]

    /// - Parameters:
    ///   - loop: The connections' event loop.
    ///   - index: Its index among the loops.
    ///   - log: The log of requests.
    ///   - unwrittenLimit: The limit in bytes of answers that wait for clients.
    init(loop: any EventLoop, index: Int, log: AccessLog, unwrittenLimit: Int) {
        self.unwrittenLimit = unwrittenLimit
        self.loop = loop
        self.index = index
        self.log = log
        replies = ReplyInbox(
            execute: { loop.execute($0) },
            deliver: { $0.connection.value.finish($0.result) }
        )
    }

    /// Answers that wait for their clients, in bytes.
    private var unwritten = 0
    private let unwrittenLimit: Int

    /// Adds to, or subtracts from, the bytes that clients have yet to receive.
    ///
    /// Beyond the limit, connections of the sources with the most bytes are closed, those that have stalled the longest
    /// first.
    func noteUnwritten(_ change: Int) {
        unwritten += change
        guard change > 0, unwritten > unwrittenLimit else { return }
        let slow = members.values.compactMap { $0 as? HTTPConnection }.filter { $0.unwritten > 0 }
        let answers = slow.map { UntakenAnswer(source: $0.source, bytes: $0.unwritten, since: $0.unwrittenSince) }
        for index in UntakenAnswer.surplus(of: answers, over: unwrittenLimit * 3 / 4) {
            let bound = NIOLoopBound(slow[index], eventLoop: loop)
            loop.execute { bound.value.endUnwritten() }  // later, because this comes in the middle of a write
        }
    }

    func add(_ member: any LoopMember) { members[ObjectIdentifier(member)] = member }
    func remove(_ member: any LoopMember) { members[ObjectIdentifier(member)] = nil }

    /// Every second.
    func tick() {
        date = Self.httpDate(.now())
        let now = NIODeadline.now()
        for member in members.values { member.sweep(now: now) }
        log.flush()
    }

    func drain() {
        for member in members.values { member.drain() }
        log.flush()
    }

    /// RFC 9110 §5.6.7, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ time: Timestamp) -> String {
        let days = time.secondsSince1970 / 86_400
        let date = CalendarDate(daysSince1970: days)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][date.month - 1]
        let clock = time.description.dropFirst(11).prefix(8)
        return "\(weekday), \(date.day < 10 ? "0" : "")\(date.day) \(month) \(date.year) \(clock) GMT"
    }

    // MARK: Live subscriptions

    func subscribe(_ connection: RealtimeConnection, to channel: String) {
        subscribers[channel, default: [:]][ObjectIdentifier(connection)] = connection
    }

    func unsubscribe(_ connection: RealtimeConnection, from channel: String) {
        subscribers[channel]?[ObjectIdentifier(connection)] = nil
        if subscribers[channel]?.isEmpty == true { subscribers[channel] = nil }
    }

    func deliver(_ publication: Publication) {
        guard let connections = subscribers[publication.channel] else { return }
        for connection in connections.values { connection.deliver(publication) }
    }

    /// All live connections, for what concerns every one of them.
    func forEachRealtimeConnection(_ body: (RealtimeConnection) -> Void) {
        for member in members.values { if let connection = member as? RealtimeConnection { body(connection) } }
    }
}
