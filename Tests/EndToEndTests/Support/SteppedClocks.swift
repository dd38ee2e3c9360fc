import Foundation
import TestKit

@testable import Operator

/// Sets the wall clocks of running daemons, each of which has one of its own.
struct SteppedClocks: Sendable {
    private let folder: String
    private var library: String { folder + "/stepped_clock.so" }

    /// Compiles the library that shifts a clock.
    ///
    /// - Parameter folder: The folder for it and the clocks' offsets, which daemons read as long as they run.
    /// - Throws: `Failure` with the compiler's output.
    init(folder: String) async throws {
        self.folder = folder
        // The compiler comes with Swift's.
        let (status, output) = try await ChildProcess.run(
            ["/usr/bin/env", "clang", "-shared", "-fPIC", "-o", library, PythonPeer.path(of: "stepped_clock.c")]
        )
        guard status.isSuccess else { throw Failure(output) }
        for service in Service.allCases {
            guard FileManager.default.createFile(atPath: file(of: service), contents: Self.bytes(0)) else {
                throw Failure("Cannot write \(file(of: service))")
            }
        }
    }

    /// The variables with which daemons are started, as `rovierr dev up --set` takes them.
    var overrides: [String] {
        Service.allCases.flatMap { service in
            ["\(service.name).LD_PRELOAD=\(library)", "\(service.name).CLOCK_OFFSET_FILE=\(file(of: service))"]
        }
    }

    /// Sets a service's clock.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - offset: The seconds by which it is ahead of the machine's clock from now on.
    /// - Throws: An error when the offset cannot be written.
    func set(_ service: Service, to offset: Int64) throws {
        // Written in place: daemons have the file mapped.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(of: service)))
        try handle.write(contentsOf: Self.bytes(offset))
        try handle.close()
    }

    private func file(of service: Service) -> String { "\(folder)/\(service.name).offset" }

    private static func bytes(_ offset: Int64) -> Data {
        let bits = UInt64(bitPattern: offset.littleEndian)
        return Data((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }
}
