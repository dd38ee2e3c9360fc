import Contracts
import IDParserContracts

/// A checksum with all that it needs.
enum ChecksumRule {
    case none
    case luhn
    case mod11
    case mod97
    case weighted(weights: [Int], modulus: Int, characters: [Unicode.Scalar], complement: Bool)

    /// The rule, or `nil` for `weighted` without parameters.
    init?(_ checksum: Checksum, _ parameters: ChecksumParameters?) {
        switch checksum {
        case .none: self = .none
        case .luhn: self = .luhn
        case .mod11: self = .mod11
        case .mod97: self = .mod97
        case .weighted:
            guard let parameters else { return nil }
            self = .weighted(
                weights: parameters.weights.elements.map(\.value),
                modulus: parameters.modulus.value,
                characters: Array((parameters.characters?.text ?? "0123456789X").uppercased().unicodeScalars),
                complement: parameters.complement ?? true
            )
        }
    }

    /// Whether a sequence that ends with its check digit is free of typing errors, as far as the rule sees them.
    ///
    /// The sequence is folded; what is no digit does not count, except for the check character itself.
    func isRight(_ sequence: String) -> Bool {
        let digits = sequence.unicodeScalars.compactMap(\.digit)
        switch self {
        case .none: return true
        case .luhn: return digits.count > 1 && Self.luhnSum(digits) % 10 == 0
        case .mod97: return digits.count > 2 && digits.reduce(0) { ($0 * 10 + $1) % 97 } == 1
        case .mod11:
            let values = sequence.unicodeScalars.last == "X" ? digits + [10] : digits
            let sum = values.dropLast().reversed().enumerated().reduce(values.last ?? 0) { sum, digit in
                sum + digit.element * (2 + digit.offset % 9)
            }
            return values.count > 1 && sum % 11 == 0
        case .weighted(let weights, let modulus, let characters, let complement):
            guard let check = sequence.unicodeScalars.last else { return false }
            let payload = check.digit == nil ? digits[...] : digits.dropLast()
            let remainder = payload.reversed().enumerated().reduce(0) { sum, digit in
                (sum + digit.element * weights[digit.offset % weights.count]) % modulus
            }
            let expected = characters[complement ? (modulus - remainder) % modulus : remainder]
            return !payload.isEmpty && check == expected
        }
    }

    /// Every second digit from the right counts twice, with the digits of what comes out added up.
    private static func luhnSum(_ digits: [Int]) -> Int {
        digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.element * 2
            return sum + (digit.offset % 2 == 0 ? digit.element : doubled > 9 ? doubled - 9 : doubled)
        }
    }
}

extension Unicode.Scalar {
    /// The value of an ASCII digit.
    fileprivate var digit: Int? {
        ("0"..."9").contains(self) ? Int(value - 0x30) : nil
    }
}
