import Contracts
import IDParserContracts
import Patterns

/// What of a pattern can be written.
struct IDPatternContent: Sendable, Equatable {
    var name: Name
    var pattern: PatternSource
    var checksum: Checksum
    var checksumParameters: ChecksumParameters?
    var fields: [String: IDField]
    var examples: IDExamples
    var priority: Priority
    var isActive: Bool

    static let maximumFields = 50
    /// The maximum length of a group's value, in characters.
    private static let maximumKeyLength = 64

    private static func fault(of values: [String: Title<1, 64>]) -> String? {
        values.keys.contains { $0.unicodeScalars.count > maximumKeyLength }
            ? "Must have names of at most \(maximumKeyLength) characters." : nil
    }

    /// The pattern, ready to read numbers.
    ///
    /// - Parameter work: Is charged for compiling.
    /// - Returns: The pattern, which matches its own examples.
    /// - Throws: `ValidationError` with every fault: it cannot be compiled or is too large, a field names no group of it,
    ///   the checksum lacks its parameters, an example fails; `WorkExhausted`.
    func compiled(_ work: WorkBudget) throws -> StudentIDPattern {
        var faults: [FieldError] = []
        let rule = ChecksumRule(checksum, checksumParameters)
        if rule == nil {
            faults.append(FieldError("checksumParameters", .required, "Are required for a weighted checksum."))
        } else if checksum != .weighted, checksumParameters != nil {
            faults.append(FieldError("checksumParameters", .notAllowed, "Are for a weighted checksum only."))
        }
        let compiled: StudentIDPattern
        do { compiled = try StudentIDPattern(pattern, checksum: rule ?? ChecksumRule.none, fields: fields) } catch {
            let code: FieldErrorCode = error.reason == .tooLarge ? .outOfRange : .badFormat
            throw ValidationError([FieldError("pattern", code, error.message)] + faults)
        }
        guard fields.count <= Self.maximumFields else {
            let message = "Must have at most \(Self.maximumFields) members."
            throw ValidationError([FieldError("fields", .tooLong, message)] + faults)
        }
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
            if !compiled.pattern.groupNames.contains(name) {
                faults.append(FieldError("fields.\(name)", .notFound, "The pattern has no group of this name."))
            }
            if let message = Self.fault(of: field.values ?? [:]) {
                faults.append(FieldError("fields.\(name).values", .tooLong, message))
            }
        }
        guard rule != nil else { throw ValidationError(faults) }
        faults += try failedExamples(of: compiled, work)
        guard faults.isEmpty else { throw ValidationError(faults) }
        return compiled
    }

    /// The examples that do not come out as they are to.
    ///
    /// The year is left out of it, or an example would fail in time.
    private func failedExamples(of pattern: StudentIDPattern, _ work: WorkBudget) throws -> [FieldError] {
        var faults: [FieldError] = []
        for (index, example) in (examples.accept?.elements ?? []).enumerated() {
            let field = "examples.accept.\(index)"
            switch try verdict(on: example, by: pattern, work) {
            case .accepted: break
            case .unmatched(let read):
                faults.append(FieldError(field, .badFormat, "The pattern does not take it; it is read as \(read)."))
            case .wrongCheckDigit:
                faults.append(FieldError(field, .badFormat, "Its check digit is not right."))
            }
        }
        for (index, example) in (examples.reject?.elements ?? []).enumerated() {
            guard case .accepted = try verdict(on: example, by: pattern, work) else { continue }
            faults.append(FieldError("examples.reject.\(index)", .notAllowed, "The pattern takes it."))
        }
        return faults
    }

    private enum Verdict {
        case accepted
        case unmatched(read: String)
        case wrongCheckDigit
    }

    private func verdict(
        on example: WrittenStudentID,
        by pattern: StudentIDPattern,
        _ work: WorkBudget
    ) throws -> Verdict {
        let folded = try FoldedText(example.text, work)
        let forms = folded.forms(of: folded.whole)
        guard folded.length(of: folded.whole) <= StudentIDPattern.maximumLength,
            let reading = forms.lazy.compactMap({ pattern.read($0, year: .max - 1) }).first
        else { return .unmatched(read: String(decoding: forms.last ?? [], as: UTF8.self)) }
        return reading.reasons.contains(.wrongCheckDigit) ? .wrongCheckDigit : .accepted
    }
}

extension IDPatternContent {
    /// Takes the pattern's current values.
    init(_ pattern: IDPattern) {
        self.init(
            name: pattern.name,
            pattern: pattern.pattern,
            checksum: pattern.checksum,
            checksumParameters: pattern.checksumParameters,
            fields: pattern.fields,
            examples: IDExamples(complete: pattern.examples),
            priority: pattern.priority,
            isActive: pattern.isActive
        )
    }

    init(_ request: CreateIDPattern) {
        self.init(
            name: request.name,
            pattern: request.pattern,
            checksum: request.checksum ?? .none,
            checksumParameters: request.checksumParameters,
            fields: request.fields ?? [:],
            examples: IDExamples(complete: request.examples),
            priority: request.priority ?? .placeholder,
            isActive: request.isActive ?? true
        )
    }

    init(_ request: ReplaceIDPattern) {
        self.init(
            name: request.name,
            pattern: request.pattern,
            checksum: request.checksum ?? .none,
            checksumParameters: request.checksumParameters,
            fields: request.fields ?? [:],
            examples: IDExamples(complete: request.examples),
            priority: request.priority ?? .placeholder,
            isActive: request.isActive ?? true
        )
    }

    init(_ request: UpdateIDPattern, of present: IDPattern) {
        self.init(
            name: request.name.applied(to: present.name),
            pattern: request.pattern.applied(to: present.pattern),
            checksum: request.checksum.applied(to: present.checksum),
            checksumParameters: request.checksumParameters.applied(to: present.checksumParameters),
            fields: request.fields.applied(to: present.fields) ?? [:],
            examples: IDExamples(complete: request.examples.applied(to: present.examples)),
            priority: request.priority.applied(to: present.priority),
            isActive: request.isActive.applied(to: present.isActive)
        )
    }
}

extension IDExamples {
    /// The examples with empty lists where none were given.
    fileprivate init(complete examples: IDExamples?) {
        self.init(accept: examples?.accept ?? .placeholder, reject: examples?.reject ?? .placeholder)
    }
}
