import Foundation

/// Clients of other makers run in Python, in the environment that `make test` has set up.
enum Python {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var interpreter: String {
        ProcessInfo.processInfo.environment["ROVIERR_TEST_PYTHON"]
            ?? tests.deletingLastPathComponent().path + "/.rovierr/test-venv/bin/python3"
    }

    static func script(_ name: String) -> String { tests.path + "/Peers/\(name).py" }
}
