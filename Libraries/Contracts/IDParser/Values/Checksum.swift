public import Contracts

/// How a mistyped number is told from a right one.
///
/// A right check digit means that nothing was mistyped, not that anybody is enrolled.
///
/// It is computed over the digits of the whole number, or over those of the group `payload` followed by the group
/// `checkDigit` if that stands outside of it; the check digit comes last.
public enum Checksum: String, ChoiceValue {
    case none
    /// ISO/IEC 7812-1 annex B.
    case luhn
    /// Weights 2 to 10 from the right, over and over, modulo 11, `X` for ten: as ISBN-10 has it.
    case mod11
    /// ISO/IEC 7064 MOD 97-10: two check digits, and the whole leaves 1 modulo 97.
    case mod97
    /// Weights, modulus and check characters of one's own.
    case weighted
}

/// What `weighted` computes: the weighted sum of the digits before the check character leaves a remainder, and the
/// remainder, or what it lacks to the modulus, names the check character.
public struct ChecksumParameters: ContractObject, Equatable {
    /// From the last digit before the check character to the left, over and over.
    public let weights: BoundedList<Whole<0, 1_000>, 1, 64>
    public let modulus: Whole<2, 97>
    /// The check characters for 0, 1, 2, …: `0123456789X` when it is missing.
    public let characters: Text<2, 97>?
    /// Whether what the remainder lacks to the modulus counts, as in most schemes; `true` when it is missing.
    public let complement: Bool?

    public init(
        weights: BoundedList<Whole<0, 1_000>, 1, 64>,
        modulus: Whole<2, 97>,
        characters: Text<2, 97>? = nil,
        complement: Bool? = nil
    ) {
        self.weights = weights
        self.modulus = modulus
        self.characters = characters
        self.complement = complement
    }

    public func validate(_ reader: ContractReader) {
        let alphabet = characters?.text.unicodeScalars.count ?? 11
        guard alphabet < modulus.value else { return }
        reader.inside("characters") {
            reader.fail(.tooShort, "Must name a character for each of the \(modulus.value) remainders.")
        }
    }
}
