/// An exact decimal number of any number of digits.
struct DecimalNumber: Hashable, Sendable {
    private let isNegative: Bool
    /// Without leading or trailing zeros; empty for zero.
    private let digits: [UInt8]
    /// The power of ten by which the digits, read as a whole number, are multiplied.
    private let exponent: Int

    /// Reads a JSON number.
    ///
    /// - Returns: `nil` for any other text.
    init?(_ text: String) {
        guard let written = WrittenNumber(text) else { return nil }
        self.init(
            isNegative: written.isNegative,
            digits: written.digits,
            exponent: written.exponent - written.fractionCount
        )
    }

    /// Takes the number of a double's shortest decimal form: 0.1 for 0.1.
    init?(_ value: Double) { self.init("\(value)") }

    init(_ value: Int64) {
        let digits = String(value.magnitude).utf8.map { $0 - UInt8(ascii: "0") }
        self.init(isNegative: value < 0, digits: digits, exponent: 0)
    }

    private init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        let leading = digits.prefix { $0 == 0 }.count
        let trailing = digits.reversed().prefix { $0 == 0 }.count
        let isZero = leading == digits.count
        self.isNegative = isNegative && !isZero
        self.digits = isZero ? [] : Array(digits[leading..<(digits.count - trailing)])
        self.exponent = isZero ? 0 : exponent + trailing
    }

    /// The decimal places as powers of ten: the one above the first digit and that of the last, 2 and -1 for 12.3.
    var places: (first: Int, last: Int) { (digits.count + exponent, exponent) }

    /// Tells whether the number is a whole number of steps from `base`.
    ///
    /// Takes time linear in the number of decimal places that the three numbers span.
    ///
    /// - Parameters:
    ///   - step: The step, with at most 18 digits; the shortest form of a double has at most 17.
    ///   - base: The number from which steps are counted.
    /// - Returns: The result; always `true` for a step of 0.
    func isMultiple(of step: Self, from base: Self) -> Bool {
        guard !step.digits.isEmpty else { return true }
        precondition(step.digits.count <= 18, "A step comes from a double")
        let way = distance(from: base)
        // Neither ends in a zero, so a distance with a digit below the step's last place is not a multiple.
        guard way.digits.isEmpty || way.exponent >= step.exponent else { return false }
        let divisor = step.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        var rest = way.digits.reduce(UInt64(0)) { ($0 * 10 + UInt64($1)) % divisor }
        guard rest != 0 else { return true }
        for _ in step.exponent..<way.exponent { rest = rest * 10 % divisor }
        return rest == 0
    }

    /// Returns the absolute difference.
    private func distance(from base: Self) -> Self {
        let unit = min(exponent, base.exponent)
        let own = DigitString(digits, zeros: exponent - unit)
        let other = DigitString(base.digits, zeros: base.exponent - unit)
        let way = isNegative == base.isNegative ? own.difference(from: other) : own.sum(with: other)
        return Self(isNegative: false, digits: way.digits, exponent: unit)
    }
}

extension DecimalNumber: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isSmallerInSize(than: left) : left.isSmallerInSize(than: right)
    }

    private func isSmallerInSize(than other: Self) -> Bool {
        guard !digits.isEmpty, !other.digits.isEmpty else { return !other.digits.isEmpty }
        let (own, others) = (digits.count + exponent, other.digits.count + other.exponent)
        return own == others ? digits.lexicographicallyPrecedes(other.digits) : own < others
    }
}

/// A non-negative whole number as decimal digits, most significant first, without leading zeros.
private struct DigitString {
    let digits: [UInt8]

    init(_ digits: [UInt8], zeros: Int) {
        self.digits = digits.isEmpty ? [] : digits + Array(repeating: 0, count: zeros)
    }

    private init(leastFirst digits: [UInt8]) {
        self.digits = Array(digits.reversed().drop { $0 == 0 })
    }

    private func isSmaller(than other: Self) -> Bool {
        digits.count == other.digits.count
            ? digits.lexicographicallyPrecedes(other.digits) : digits.count < other.digits.count
    }

    func sum(with other: Self) -> Self {
        var result: [UInt8] = []
        var carry: UInt8 = 0
        let (left, right) = (Array(digits.reversed()), Array(other.digits.reversed()))
        for place in 0...max(left.count, right.count) {
            let digit = (place < left.count ? left[place] : 0) + (place < right.count ? right[place] : 0) + carry
            result.append(digit % 10)
            carry = digit / 10
        }
        return Self(leastFirst: result)
    }

    /// Returns the absolute difference.
    func difference(from other: Self) -> Self {
        guard !isSmaller(than: other) else { return other.difference(from: self) }
        var result: [UInt8] = []
        var borrow: UInt8 = 0
        let (left, right) = (Array(digits.reversed()), Array(other.digits.reversed()))
        for place in left.indices {
            let subtracted = (place < right.count ? right[place] : 0) + borrow
            borrow = left[place] < subtracted ? 1 : 0
            result.append(left[place] + borrow * 10 - subtracted)
        }
        return Self(leastFirst: result)
    }
}

/// The parts of a JSON number.
struct WrittenNumber {
    let isNegative: Bool
    /// The digits of the whole part and the fraction together, from 0 to 9 each.
    let digits: [UInt8]
    let fractionCount: Int
    let exponent: Int

    /// - Returns: `nil` for text other than a JSON number, or an exponent of more than four digits.
    init?(_ text: String) {
        var rest = text.utf8[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        var digits = Self.digits(&rest)
        guard !digits.isEmpty else { return nil }
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = Self.digits(&rest)
            guard !fraction.isEmpty else { return nil }
        }
        var exponent = 0
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            guard let value = Int(Substring(rest.dropFirst())), abs(value) < 10_000 else { return nil }
            exponent = value
            rest = rest.suffix(0)
        }
        guard rest.isEmpty else { return nil }
        digits += fraction
        self.digits = digits
        fractionCount = fraction.count
        self.exponent = exponent
    }

    /// The length without an exponent, as PostgreSQL's `jsonb` writes the number.
    var plainLength: Int {
        let scale = max(0, fractionCount - exponent)
        let significant = digits.drop { $0 == 0 }.count
        let whole = significant == 0 ? 1 : max(1, significant - fractionCount + exponent)
        return (isNegative ? 1 : 0) + whole + (scale == 0 ? 0 : 1 + scale)
    }

    private static func digits(_ rest: inout Substring.UTF8View) -> [UInt8] {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits.map { $0 - UInt8(ascii: "0") }
    }
}
