import Foundation

/// Asks again and again until there is an answer.
///
/// - Parameters:
///   - time: How long to go on.
///   - pause: The time between two attempts.
///   - file: Named when there is none in time.
///   - line: Named as well.
///   - answer: `nil` while there is none.
/// - Returns: The answer.
/// - Throws: `WaitedInVain` when there is none in time, or what `answer` throws.
@discardableResult
public func until<Value>(
    _ time: Duration = .seconds(30),
    every pause: Duration = .milliseconds(5),
    file: StaticString = #fileID,
    line: UInt = #line,
    _ answer: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + time
    while true {
        // Asked once more after the time is up: a busy machine may have kept this task from asking in time.
        let isLast = ContinuousClock.now >= deadline
        if let value = try await answer() { return value }
        if isLast { break }
        try await Task.sleep(for: pause)
    }
    throw WaitedInVain(description: "\(file):\(line): waited \(time) in vain")
}

/// A test waited in vain.
public struct WaitedInVain: Error, CustomStringConvertible {
    public let description: String
}

/// Makes a folder that is gone afterwards.
///
/// - Parameter body: Gets its absolute path.
/// - Returns: The value that `body` returns.
/// - Throws: The error that `body` throws.
public func withTemporaryFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = "\(FileManager.default.temporaryDirectory.path)/rovierr-test-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // nothing depends on its absence
    return try await body(folder)
}

extension Result where Failure == any Error {
    /// The outcome of `body`, for a caller that cleans up behind it.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
