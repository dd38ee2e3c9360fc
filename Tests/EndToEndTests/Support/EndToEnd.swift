import Foundation
import Testing

/// The duration of random faults in minutes: `make faults MINUTES=120`.
let faultMinutes = ProcessInfo.processInfo.environment["FAULT_MINUTES"].flatMap { Int($0) } ?? 1

/// All tests against the shared system, one after another: some of them kill what others would be using.
@Suite("End to end", .serialized, .timeLimit(.minutes(15 + faultMinutes)))
enum EndToEnd {}
