import Contracts
import Glibc

/// Reads a daemon's variables, each with what it is for, and collects every fault before anything starts.
///
/// A variable `NAME` may also be given as `NAME_FILE`, the path of a file that holds its value, as secrets are.
/// Getters answer a placeholder for what is missing or malformed; `finish()` then tells all faults at once.
public final class Settings {
    /// One variable as a daemon declared it, for the reference that is made from the code.
    public struct Variable: Sendable, Equatable {
        public let name: String
        /// The form of the value, and its purpose.
        public let meaning: String
        /// The value when the variable is not set; `nil` when it must be.
        public let fallback: String?
        public let isSecret: Bool
    }

    private let environment: [String: String]
    public private(set) var variables: [Variable] = []
    public private(set) var faults: [String] = []

    public init(environment: [String: String] = Settings.processEnvironment()) {
        self.environment = environment
    }

    /// Reads a variable with a parser of its own.
    ///
    /// - Parameters:
    ///   - name: In capitals.
    ///   - fallback: The value as text when the variable is not set; `nil` demands it.
    ///   - meaning: What the value must be and what it is for, as one phrase.
    ///   - isSecret: Whether the value must not be shown.
    ///   - placeholder: What to answer after a fault.
    ///   - parse: `nil` for a text that is no such value.
    /// - Returns: The value, or the placeholder.
    public func value<Value>(
        _ name: String,
        default fallback: String? = nil,
        _ meaning: String,
        isSecret: Bool = false,
        placeholder: Value,
        parse: (String) -> Value?
    ) -> Value {
        variables.append(Variable(name: name, meaning: meaning, fallback: fallback, isSecret: isSecret))
        guard let text = text(of: name) ?? fallback else {
            if faults.last?.hasPrefix(name) != true { faults.append("\(name) is missing: \(meaning)") }
            return placeholder
        }
        guard let value = parse(text) else {
            faults.append("\(name) is \(isSecret ? "not" : "\"\(text.prefix(80))\", which is not") \(meaning)")
            return placeholder
        }
        return value
    }

    /// Reads a variable with a parser that describes faults.
    ///
    /// - Parameters:
    ///   - name: The name, in capitals.
    ///   - fallback: The value as text if the variable is not set; `nil` makes it required.
    ///   - meaning: The value's form and purpose, as one phrase.
    ///   - placeholder: The value to return after a fault.
    ///   - parse: Throws a description of the fault, without the value.
    /// - Returns: The value, or the placeholder.
    func secret<Value>(
        _ name: String,
        default fallback: String? = nil,
        _ meaning: String,
        placeholder: Value,
        parse: (String) throws -> Value
    ) -> Value {
        var fault: (any Error)?
        let value: Value = value(name, default: fallback, meaning, isSecret: true, placeholder: placeholder) { text in
            do { return try parse(text) } catch {
                fault = error
                return placeholder
            }
        }
        if let fault { faults.append("\(name): \(fault)") }
        return value
    }

    /// Refuses a variable that only an earlier version used.
    func refuse(_ name: String, _ advice: String) {
        guard [name, name + "_FILE"].contains(where: { environment[$0]?.isEmpty == false }) else { return }
        faults.append("\(name) is no longer read: \(advice)")
    }

    /// Reads a variable that may be left out.
    public func optional<Value>(
        _ name: String,
        _ meaning: String,
        isSecret: Bool = false,
        parse: (String) -> Value?
    ) -> Value? {
        value(name, default: "", meaning, isSecret: isSecret, placeholder: nil) { text -> Value?? in
            text.isEmpty ? .some(nil) : parse(text).map { .some($0) }
        }
    }

    public func string(_ name: String, default fallback: String? = nil, _ meaning: String) -> String {
        value(name, default: fallback, meaning, placeholder: "") { $0.isEmpty ? nil : $0 }
    }

    public func int(_ name: String, default fallback: Int, in range: ClosedRange<Int>, _ meaning: String) -> Int {
        value(
            name,
            default: String(fallback),
            "a whole number from \(range.lowerBound) to \(range.upperBound): \(meaning)",
            placeholder: fallback
        ) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    public func bool(_ name: String, default fallback: Bool, _ meaning: String) -> Bool {
        value(name, default: String(fallback), "true or false: \(meaning)", placeholder: fallback) { Bool($0) }
    }

    /// A time in whole seconds.
    public func duration(
        _ name: String,
        default fallback: Duration,
        in range: ClosedRange<Int> = 1...31_536_000,
        _ meaning: String
    ) -> Duration {
        .seconds(int(name, default: Int(fallback.components.seconds), in: range, "seconds, \(meaning)"))
    }

    /// Every variable that was read, as `rovierr config list` gathers them.
    func reference(of service: String, calling callees: [String]) -> JSONValue {
        var names: Set<String> = []
        let entries = variables.filter { names.insert($0.name).inserted }.map { variable -> JSONValue in
            [
                "name": .string(variable.name), "meaning": .string(variable.meaning),
                "default": variable.fallback.map(JSONValue.string) ?? .null, "isSecret": .bool(variable.isSecret),
            ]
        }
        return [
            "service": .string(service), "calls": .array(callees.map(JSONValue.string)), "variables": .array(entries),
        ]
    }

    /// Values separated by commas, without the spaces around them.
    public func list(_ name: String, default fallback: String? = nil, _ meaning: String) -> [String] {
        value(name, default: fallback, meaning, placeholder: []) { text in
            text.split(separator: ",").map { String($0.trimmingSpaces()) }.filter { !$0.isEmpty }
        }
    }

    /// A key of at least `count` bytes in hexadecimal.
    public func key(_ name: String, bytes count: Int, _ meaning: String) -> [UInt8] {
        value(
            name,
            "a key of at least \(count) bytes in hexadecimal: \(meaning)",
            isSecret: true,
            placeholder: [UInt8](repeating: 0, count: count)
        ) { Self.bytes(hexadecimal: $0).flatMap { $0.count >= count ? $0 : nil } }
    }

    /// Decodes pairs of hexadecimal digits; `nil` for other text.
    package static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// - Throws: `SettingsError` with every fault.
    public func finish() throws(SettingsError) {
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
    }

    private func text(of name: String) -> String? {
        if let value = environment[name], !value.isEmpty { return value }
        guard let path = environment["\(name)_FILE"], !path.isEmpty else { return nil }
        guard let content = Self.content(ofFile: path) else {
            faults.append("\(name)_FILE names \(path), which cannot be read")
            return nil
        }
        return String(content.trimmingSpaces())
    }

    private static func content(ofFile path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        guard unsafe ferror(file) == 0 else { return nil }
        return String(validating: bytes[..<count], as: UTF8.self)
    }

    /// The variables that this process was started with.
    public static func processEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return result
    }
}

/// Everything that is wrong with a daemon's variables.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    public let faults: [String]
    public var description: String { faults.joined(separator: "; ") }
}

extension StringProtocol {
    func trimmingSpaces() -> SubSequence {
        let isSpace: (Character) -> Bool = \.isWhitespace
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return self[endIndex...]
        }
        return self[first...last]
    }
}
