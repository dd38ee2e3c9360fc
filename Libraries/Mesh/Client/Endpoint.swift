internal import Nanomsg

/// One replica of a service, as the client's state knows it.
///
/// Like its lanes it is an object within the state, because copies of it would be made on the way of every request.
final class Endpoint {
    enum Standing {
        /// Takes requests as soon as one of its lanes is ready.
        case active
        /// Has said that it is about to end: finishes what it has. A new greeting makes it active again.
        case draining
        /// No longer behind its name: finishes what it has and goes.
        case leaving
    }

    let id: Int
    /// Numeric, as nanomsg connects to it.
    let address: String
    /// Which process was there last.
    var instance: UInt64 = 0
    var standing = Standing.active
    var lanes: [LaneState] = []
    /// A lane is being made, or failed to be and waits until then.
    var nextLaneAt: ContinuousClock.Instant?
    /// Its silence was reported; a greeting makes it worth reporting again.
    var isKnownSilent = false
    /// How long the next silence keeps it away.
    var silencePause: Duration = .seconds(1)
    /// It owes replies, has said nothing for a while and was asked whether it lives.
    var isSuspect = false
    var load = ReplicaLoad()
    /// For the replica as a whole.
    var ejection = Breaker()
    /// For each operation, as far as they have been called.
    var breakers: [Breaker] = []

    init(id: Int, address: String) {
        self.id = id
        self.address = address
    }

    /// Requests in flight, those too that nobody waits for any more.
    var outstanding: Int {
        var sum = 0
        for lane in lanes { sum += lane.outstanding }
        return sum
    }

    var isReady: Bool {
        guard standing == .active else { return false }
        for lane in lanes where lane.phase == .ready { return true }
        return false
    }

    /// Requests in flight of one operation.
    func outstanding(of operation: Int) -> Int {
        var sum = 0
        for lane in lanes { sum += lane.outstanding(of: operation) }
        return sum
    }

    /// Whether the operation is not suspended here, or may be probed.
    func admits(_ operation: Int, now: ContinuousClock.Instant) -> Bool {
        operation >= breakers.count || breakers[operation].admits(now: now)
    }

    /// Whether the next call is to show if the replica, or the operation at it, is well again.
    func wantsProbe(_ operation: Int, now: ContinuousClock.Instant) -> Bool {
        ejection.wantsProbe(now: now) || operation < breakers.count && breakers[operation].wantsProbe(now: now)
    }

    /// A call of the operation is sent.
    func pass(_ operation: Int, now: ContinuousClock.Instant) {
        if ejection.isOpen { ejection.pass(now: now) }
        if operation < breakers.count { breakers[operation].pass(now: now) }
    }

    /// Another process is here now; what is known was the old one's.
    func forget() {
        load = ReplicaLoad()
        ejection.reset()
        breakers = []
    }

    /// The first lane that can take a request; later ones stay idle, and are closed, when the first ones suffice.
    func laneWithRoom() -> Int? {
        for index in lanes.indices where lanes[index].hasRoom { return index }
        return nil
    }

    /// Whether one more lane would help.
    func wantsLane(limit: Int) -> Bool {
        standing == .active && nextLaneAt == nil && lanes.count < limit && !lanes.contains { $0.phase != .ready }
    }
}

/// One lane, as the client's state knows it.
final class LaneState {
    enum Phase: Equatable {
        /// No connection yet, or not any more.
        case connecting
        /// Connected, and asked which instance is there.
        case greeting
        case ready
    }

    /// What a slot is used for.
    ///
    /// A slot is free again only when its reply has come or the connection is gone, because until
    /// then the reply takes its part of the connection's buffers.
    enum Occupant {
        case free
        case call(Attempt)
        /// Nobody waits for this reply any more; the server sends it, or a refusal, until its deadline.
        case abandoned(deadline: ContinuousClock.Instant)
        /// A `mesh.ping`, which also tells the instance.
        case ping
    }

    /// What a message on the way says of the slot that its reply belongs to.
    struct Ticket {
        var correlation: UInt32 = 0
        var credit = 0
    }

    struct Slot {
        var occupant = Occupant.free
        var ticket = Ticket()
        /// What has come of a reply that is longer than its credit.
        var partial: PartialReply?
        /// Of a call's operation, abandoned or not.
        var operation: Int?
        var since = ContinuousClock.now
    }

    let lane: Lane
    var phase = Phase.connecting
    /// Which process is there.
    var instance: UInt64 = 0
    /// What the socket's count of connections was when this one was greeted.
    var connection: UInt64 = 0
    /// When it began to look for a connection the last time.
    var connectingSince: ContinuousClock.Instant
    /// The connection's buffers are full of requests.
    var isBlocked = false
    var lastHeard: ContinuousClock.Instant
    private(set) var slots = [Slot](repeating: Slot(), count: Lane.slots)
    private(set) var outstanding = 0
    /// The same by operation.
    private var outstandingByOperation: [UInt8] = []
    private(set) var freeCredit = CreditEstimates.perLane
    private var generation: UInt32 = 0

    init(lane: Lane, now: ContinuousClock.Instant) {
        self.lane = lane
        connectingSince = now
        lastHeard = now
    }

    var hasRoom: Bool {
        phase == .ready && !isBlocked && outstanding < Lane.callSlots && freeCredit >= CreditEstimates.least
    }

    /// Puts a call into a free slot; only where there is room.
    func place(_ attempt: Attempt, wanting credit: Int, now: ContinuousClock.Instant) -> Ticket? {
        // Nobody looks after an idle lane, and the replica may have been restarted meanwhile. With nothing in flight nothing
        // was lost with the old connection, and on the new one the new instance sends away what was meant for the old.
        if outstanding == 0 { connection = lane.socket.establishedConnections }
        for index in 0..<Lane.callSlots where slots[index].occupant.isFree {
            return occupy(index, .call(attempt), credit: min(credit, freeCredit), now: now)
        }
        return nil
    }

    /// Puts a ping into the slot that is kept for it.
    func placePing(now: ContinuousClock.Instant) -> Ticket {
        // Its answer is short, and room for it is there besides what the calls share.
        let ticket = occupy(Lane.callSlots, .ping, credit: 0, now: now)
        return Ticket(correlation: ticket.correlation, credit: 1024)
    }

    /// Renews a call's slot for the next piece of its reply, with as much credit as the lane can spare.
    func renew(
        _ index: Int,
        _ attempt: Attempt,
        _ partial: PartialReply,
        now: ContinuousClock.Instant
    ) -> Ticket {
        let since = slots[index].since
        release(index)
        let ticket = occupy(index, .call(attempt), credit: min(CreditEstimates.most, freeCredit), now: now)
        slots[index].since = since
        slots[index].partial = partial
        return ticket
    }

    func outstanding(of operation: Int) -> Int {
        operation < outstandingByOperation.count ? Int(outstandingByOperation[operation]) : 0
    }

    private func count(_ operation: Int) {
        while outstandingByOperation.count <= operation { outstandingByOperation.append(0) }
        outstandingByOperation[operation] += 1
    }

    private func occupy(
        _ index: Int,
        _ occupant: Occupant,
        credit: Int,
        now: ContinuousClock.Instant
    ) -> Ticket {
        generation = (generation + 1) & (1 << (31 - UInt32(Lane.slotBits)) - 1)
        let ticket = Ticket(correlation: generation << UInt32(Lane.slotBits) | UInt32(index), credit: credit)
        slots[index] = Slot(occupant: occupant, ticket: ticket, since: now)
        if case .call(let attempt) = occupant {
            slots[index].operation = attempt.operation
            count(attempt.operation)
        }
        if index < Lane.callSlots { outstanding += 1 }
        freeCredit -= credit
        return ticket
    }

    func release(_ index: Int) {
        freeCredit += slots[index].ticket.credit
        if index < Lane.callSlots { outstanding -= 1 }
        if let operation = slots[index].operation { outstandingByOperation[operation] -= 1 }
        slots[index] = Slot(since: slots[index].since)
    }

    /// Keeps the slot's place in the connection, but no longer its caller.
    func abandon(_ index: Int) {
        guard case .call(let attempt) = slots[index].occupant else { return }
        // A piece that was never asked for does not come.
        if slots[index].partial?.isUnasked == true { return release(index) }
        slots[index].occupant = .abandoned(deadline: attempt.call.request.deadline)
        slots[index].partial = nil
    }

    func update(_ index: Int, _ attempt: Attempt) {
        slots[index].occupant = .call(attempt)
    }

    /// Notes whether the next piece of a reply is still to be asked for.
    func setUnasked(_ index: Int, _ isUnasked: Bool) {
        slots[index].partial?.isUnasked = isUnasked
    }

    /// The slot that a reply belongs to, if it is still in use.
    func slotIndex(of correlation: UInt32) -> Int? {
        let index = Int(correlation & (1 << UInt32(Lane.slotBits) - 1))
        guard index < slots.count, slots[index].ticket.correlation == correlation, !slots[index].occupant.isFree else {
            return nil
        }
        return index
    }

    /// Since when something could have been heard, and was not.
    var quietSince: ContinuousClock.Instant {
        var oldest: ContinuousClock.Instant?
        for slot in slots where !slot.occupant.isFree { oldest = min(oldest ?? slot.since, slot.since) }
        return max(lastHeard, oldest ?? lastHeard)
    }

    var isPinged: Bool { !slots[Lane.callSlots].occupant.isFree }
    var pingedSince: ContinuousClock.Instant { slots[Lane.callSlots].since }

    /// The slot of a try of this call.
    func slotIndex(of call: Call) -> Int? {
        for index in slots.indices {
            if case .call(let attempt) = slots[index].occupant, attempt.call === call { return index }
        }
        return nil
    }

    /// Empties all slots, because the connection is gone, and returns the calls that were in them.
    func clear() -> [Attempt] {
        var attempts: [Attempt] = []
        for index in slots.indices where !slots[index].occupant.isFree {
            if case .call(let attempt) = slots[index].occupant { attempts.append(attempt) }
            release(index)
        }
        isBlocked = false
        return attempts
    }
}

extension LaneState.Occupant {
    var isFree: Bool { if case .free = self { true } else { false } }
}

/// A call on its way, for the first time or another.
struct Attempt {
    let call: Call
    /// The number of its operation among those of the service.
    let operation: Int
    /// Until when it waits for a replica to appear.
    var patience: ContinuousClock.Instant
    /// How often it was sent before and failed.
    var failures = 0
    /// Whether one of those may have had an effect.
    var mayHaveExecuted = false
    /// The replica that failed last, which is asked again only if there is no other.
    var avoided: Int?
    /// A second replica was asked as well; this is one of the two.
    var isHedged = false
    /// This is the second of the two.
    var isHedge = false
    /// How often an instance has sent it away unread.
    var refusals = 0
    /// The beginning of its reply has come, whose rest is with that instance and only there.
    var hasBegun = false

    init(_ call: Call, operation: Int) {
        self.call = call
        self.operation = operation
        patience = call.patience
    }
}

/// The beginning of a long reply.
struct PartialReply {
    /// Everything but the body.
    var envelope: ReplyEnvelope
    /// Joined when the last has come; appending to one array would copy it anew for each.
    private var pieces: [[UInt8]] = []
    private(set) var byteCount = 0
    /// The connection's buffers were full when the next piece was to be asked for.
    var isUnasked = false

    init(_ envelope: ReplyEnvelope) {
        self.envelope = envelope
        append(envelope.body)
        self.envelope.body = []
    }

    mutating func append(_ piece: [UInt8]) {
        pieces.append(piece)
        byteCount += piece.count
    }

    /// What is to be asked for next.
    var next: Pull { Pull(held: envelope.held, offset: byteCount) }

    /// What has come so far.
    var body: [UInt8] {
        var body: [UInt8] = []  // `joined()` goes byte by byte
        body.reserveCapacity(byteCount)
        for piece in pieces { body += piece }
        return body
    }
}
