import Contracts
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Hostile requests to the real process", .timeLimit(.minutes(10)))
    struct HostileTests {
        private static let generous = [
            "RATE_ADDRESS_READ": "1000000/1", "RATE_ADDRESS_WRITE": "1000000/1", "RATE_ADDRESS_AUTH": "1000000/1",
            "RATE_ADDRESS_REALTIME": "1000000/1",
        ]

        @Test("Each request of the corpus gets the refusal that it deserves")
        func corpus() async throws {
            try await withGateway { services in
                let gateway = try await GatewayProcess(before: services, environment: Self.generous)
                for request in try HostileRequest.corpus() {
                    let answers = try HostileClient.send(
                        request.bytes,
                        port: gateway.port,
                        patience: request.mayClose ? 40 : 2_000
                    )
                    guard let answer = answers.first else {
                        #expect(request.mayClose, "\(request.name): no answer")
                        continue
                    }
                    let text = "\(request.name): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
                    #expect(request.statuses.contains(answer.status), "\(text)")
                    #expect(answer.fault == nil, "\(text)")
                    // What was smuggled behind a request that was refused is no request.
                    #expect(answers.count == 1, "\(text)")
                }
                #expect(gateway.isRunning)
            }
        }

        @Test("Ten thousand malformed requests end in a refusal or a closed connection, and leave nothing behind")
        func fuzzing() async throws {
            try await withGateway { services in
                let gateway = try await GatewayProcess(before: services, environment: Self.generous)
                let port = gateway.port
                // What the allocator keeps for itself is there after the first thousands.
                _ = try await Self.send(Seed.batch(20), port: port)
                let before = try gateway.residentBytes()
                let outcome = try await Self.send(Seed.batch(100), port: port)
                for fault in outcome.faults.prefix(10) { Issue.record("\(fault)") }
                #expect(gateway.isRunning)
                #expect(outcome.refused > 5_000, "\(outcome.refused) of 10000 were refused")
                try await until(.seconds(20)) { try gateway.connections() == 0 ? () : nil }
                let after = try gateway.residentBytes()
                #expect(after < before + 24 << 20, "\(before >> 20) MiB, then \(after >> 20)")
                let request = Array("GET /api/v1/things/1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                #expect(try HostileClient.send(request, port: port, patience: 5_000).first?.status == 200)
            }
        }

        private struct Outcome {
            var refused = 0
            var faults: [String] = []
        }

        /// A hundred requests for each seed, on more threads than there are cores: most of the time goes into waiting for a
        /// gateway that waits for the rest of a request.
        private static func send(_ seeds: [Seed], port: Int) async throws -> Outcome {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    let outcome = Mutex(Outcome())
                    let threads = OperationQueue()
                    threads.maxConcurrentOperationCount = 24
                    for seed in seeds {
                        threads.addOperation {
                            let (refused, faults) = sendHundred(seed, port: port)
                            outcome.withLock { outcome in
                                outcome.refused += refused
                                outcome.faults += faults
                            }
                        }
                    }
                    threads.waitUntilAllOperationsAreFinished()
                    continuation.resume(returning: outcome.withLock { $0 })
                }
            }
        }

        private static func sendHundred(_ seed: Seed, port: Int) -> (refused: Int, faults: [String]) {
            var fuzzer = RequestFuzzer(seed: seed)
            var refused = 0
            var faults: [String] = []
            for _ in 0..<100 {
                let request = fuzzer.next()
                let (isRefused, fault) = verdict(on: request, port: port)
                if isRefused { refused += 1 }
                guard let fault else { continue }
                let text = String(decoding: request.prefix(400), as: UTF8.self).debugDescription
                faults.append("\(seed): \(fault) for \(text)")
            }
            return (refused, faults)
        }

        private static func verdict(on request: [UInt8], port: Int) -> (isRefused: Bool, fault: String?) {
            do {
                let answers = try HostileClient.send(request, port: port, patience: 40)
                return (!answers.isEmpty && answers.allSatisfy { $0.status >= 400 }, answers.compactMap(\.fault).first)
            } catch {
                return (false, "\(error)")
            }
        }
    }
}
