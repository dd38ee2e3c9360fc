public import Logging

extension Logger {
    /// For what a test does not read.
    public static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
