@testable import Mesh
import TestKit
import Testing

@Suite("Parts of the mesh")
struct PartsTests {
    @Test("A queue gives back what went in, in order, whatever is put back or taken out", arguments: Seed.batch(200))
    func queue(seed: Seed) {
        var random = seed.generator
        var queue = FIFO<Int>()
        var model: [Int] = []
        for number in 0..<200 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...3:
                queue.append(number)
                model.append(number)
            case 4:
                queue.prepend(number)
                model.insert(number, at: 0)
            case 5:
                let divisor = Int.random(in: 2..<20, using: &random)
                let removed = queue.removeAll { $0 % divisor == 0 }
                #expect(removed == model.filter { $0 % divisor == 0 })
                model.removeAll { $0 % divisor == 0 }
            default:
                if !model.isEmpty {
                    queue.removeFirst()
                    model.removeFirst()
                }
            }
            #expect(queue.first == model.first && queue.count == model.count && queue.isEmpty == model.isEmpty)
        }
    }

    @Test("A session's request is admitted once, in whatever order sessions mix", arguments: Seed.batch(100))
    func replays(seed: Seed) {
        var random = seed.generator
        let now = ContinuousClock.now
        var replays = ReplayGuard(clockSkew: .seconds(60), now: now)
        var last: [UInt64: UInt64] = [:]
        for _ in 0..<300 {
            let session = UInt64.random(in: 0..<5, using: &random)
            let sequence = UInt64.random(in: 1..<100, using: &random)
            let isNew = sequence > last[session, default: 0]
            let time = now + .seconds(Int.random(in: 0..<100, using: &random))
            let isAdmitted = replays.admit(session: session, sequence: sequence, now: time)
            #expect(isAdmitted == isNew)
            if isNew { last[session] = sequence }
        }
    }

    @Test("Sessions are remembered for as long as their requests could be sent again, and not without end")
    func replayMemory() {
        let now = ContinuousClock.now
        var replays = ReplayGuard(clockSkew: .seconds(60), maxSessions: 3, now: now)
        func isAdmitted(_ session: UInt64, _ sequence: UInt64, after seconds: Int) -> Bool {
            replays.admit(session: session, sequence: sequence, now: now + .seconds(seconds))
        }
        let first = [isAdmitted(1, 9, after: 1), isAdmitted(2, 9, after: 2), isAdmitted(3, 9, after: 3)]
        #expect(first == [true, true, true])
        let later = [isAdmitted(4, 1, after: 10), isAdmitted(3, 9, after: 122), isAdmitted(4, 1, after: 250)]
        #expect(later == [false, false, true])
    }

    @Test(
        "Credit follows the length of replies up at once and down slowly, within its bounds",
        arguments: Seed.batch(100)
    )
    func credit(seed: Seed) {
        var random = seed.generator
        var estimates = CreditEstimates()
        #expect(estimates.credit(for: "a") == CreditEstimates.least)
        for _ in 0..<200 {
            let size = Int.random(in: 0..<(1 << Int.random(in: 4...20, using: &random)), using: &random)
            estimates.learn("a", replyBytes: size)
            let credit = estimates.credit(for: "a")
            #expect((CreditEstimates.least...CreditEstimates.most).contains(credit))
            // The same again comes in one message, if any credit is enough for it.
            if size < CreditEstimates.most * 3 / 4 { #expect(credit >= size + 512) }
        }
        for _ in 0..<500 { estimates.learn("a", replyBytes: 10) }
        #expect(estimates.credit(for: "a") == CreditEstimates.least)
    }

    @Test("Held replies are given out in pieces to whom they belong, and let go", arguments: Seed.batch(100))
    func heldReplies(seed: Seed) throws {
        var random = seed.generator
        let now = ContinuousClock.now
        var held = HeldReplies(maxBytes: 1000)
        var asked = Correlation(session: 7, number: 1)
        let body: [UInt8] = .random(atMost: 900, using: &random) + [1]
        let kept = held.hold(body, for: asked, until: now + .seconds(1))
        let name = try #require(kept)
        let tooMuch = held.hold([UInt8](repeating: 0, count: 1001 - body.count), for: asked, until: now)
        let foreign = held.piece(of: name, at: 0, atMost: 10, for: Correlation(session: 8, number: 1))
        let beyond = held.piece(of: name, at: body.count, atMost: 10, for: asked)
        #expect(tooMuch == nil && foreign == nil && beyond == nil)
        var pulled: [UInt8] = []
        while pulled.count < body.count {
            let size = Int.random(in: 1...300, using: &random)
            asked = Correlation(session: 7, number: asked.number + 1)
            let piece = held.piece(of: name, at: pulled.count, atMost: size, for: asked)
            pulled += try #require(piece)
        }
        #expect(pulled == body && held.isEmpty && held.bytes == 0)

        _ = held.hold(body, for: asked, until: now + .seconds(1))
        held.expire(now: now)
        #expect(!held.isEmpty)
        held.expire(now: now + .seconds(1))
        #expect(held.isEmpty && held.bytes == 0)

        // Who asked for a part last may say that nobody waits for the rest.
        _ = held.hold(body, for: asked, until: now + .seconds(1))
        held.release(of: Correlation(session: 7, number: asked.number + 1))
        #expect(!held.isEmpty)
        held.release(of: asked)
        #expect(held.isEmpty && held.bytes == 0)
    }

    @Test("A traceparent is read as it was written, and its children stay in the trace", arguments: Seed.batch(100))
    func traces(seed: Seed) throws {
        var random = seed.generator
        let context = TraceContext(isSampled: .random(using: &random))
        #expect(TraceContext(traceparent: context.traceparent) == context)
        #expect(context.traceparent == "00-\(context.traceID)-\(context.spanID)-0\(context.isSampled ? 1 : 0)")
        let child = context.child()
        #expect(child.traceID == context.traceID && child.spanID != context.spanID)
        #expect(child.isSampled == context.isSampled)
    }

    @Test("W3C's example is read, and so is a later version, but nothing malformed")
    func traceparents() {
        let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let context = TraceContext(traceparent: example)
        #expect(context?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && context?.spanID == "00f067aa0ba902b7")
        #expect(context?.isSampled == true && context?.traceparent == example)
        #expect(TraceContext(traceparent: "cc" + example.dropFirst(2) + "-what") == context)
        for malformed in [
            "", "00", example + "-", "ff" + example.dropFirst(2), example.uppercased(), String(example.dropLast()),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            example.replacing("-", with: "_"), "cc" + example.dropFirst(2) + "what",
        ] { #expect(TraceContext(traceparent: malformed) == nil) }
    }

    @Test("Addresses are read, and a faulty one is named")
    func addresses() throws {
        for text in ["tcp://auth:7100", "tcp://0.0.0.0:1", "tcp://[::1]:65535", "ipc:///run/rovierr/auth"] {
            #expect(try MeshAddress(parsing: text).description == text)
        }
        let long = "ipc:///" + String(repeating: "x", count: 200)
        for text in [
            "", "auth:7100", "tcp://auth", "tcp://:7100", "tcp://auth:0", "tcp://auth:65536", "tcp://auth:x",
            "tcp://a b:1", "ipc://relative", "ipc://", long, "http://auth:7100",
        ] {
            let error = #expect(throws: MeshConfigurationError.self) { try MeshAddress(parsing: text) }
            #expect(error?.reason.hasPrefix(text) == true)
        }
        #expect(throws: MeshConfigurationError.self) { try MeshAddress.list("tcp://a:1,") }
    }

    @Test("A correlation is found again in its header, also behind the headers of devices on the way")
    func correlations() {
        for number: UInt32 in [0, 1, 0x1234_5678, 0x7fff_ffff] {
            #expect(Correlation.number(in: Correlation.header(number)) == number)
            #expect(Correlation.number(in: [0, 0, 0, 5] + Correlation.header(number)) == number)
        }
        for header: [UInt8] in [[], [0x80], [0, 0, 0, 1], [0x80, 0, 0, 1, 0]] {
            #expect(Correlation.number(in: header) == nil)
        }
    }
}
