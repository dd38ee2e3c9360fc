import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Several people at once on a system of their own; docs/testing.md tells how to read what is printed.
    @Suite("Fuzzing")
    struct FuzzingTests {
        /// Longer runs are for `make fuzz`: a test ends after 15 minutes.
        private static let longest = 12.0

        @Test("Valid and hostile calls of several people harm nobody")
        func fuzzing() async throws {
            let environment = ProcessInfo.processInfo.environment
            let minutes = environment["FUZZ_MINUTES"].flatMap(Double.init) ?? 1
            guard minutes > 0 else { return }  // left out of a quick run on purpose
            let seed = environment["SEED"].map { ["--seed", $0] } ?? []
            let program = TestSystem.programs + "/rovierr"
            let command = [PythonPeer.interpreter, "-B", PythonPeer.path(of: "fuzz"), "--rovierr", program]
            let (status, output) = try await ChildProcess.run(
                command + ["--minutes", String(min(minutes, Self.longest))] + seed
            )
            let lines = output.split(separator: "\n")
            #expect(status.isSuccess, "\(lines.suffix(200).joined(separator: "\n").suffix(16_000))")
            print(lines.suffix(2).joined(separator: "\n"))
        }
    }
}
