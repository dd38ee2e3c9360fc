/// Why a pattern is refused.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable {
        case syntax
        /// The compiled program would need more than the memory that is allowed, and so long for each character.
        case tooLarge
    }

    public let reason: Reason
    /// For a person.
    public let message: String
    /// Where the fault is, in Unicode scalars from 0; `nil` where RE2 does not say for sure.
    public let position: Int?

    public var description: String { message }

    /// - Parameters:
    ///   - reason: What kind of fault it is.
    ///   - words: RE2's own, such as `missing ): a(b`, which end with the piece of the pattern that is at fault.
    ///   - fragment: That piece.
    ///   - source: The pattern.
    init(_ reason: Reason, words: String, fragment: String, source: String) {
        self.reason = reason
        position = fragment.isEmpty || fragment == source ? nil : source.onlyPosition(of: fragment)
        switch reason {
        case .tooLarge: message = "The pattern is too large; use fewer or smaller repetitions."
        case .syntax:
            let place = position.map { " at character \($0 + 1)" } ?? ""
            message = "The pattern cannot be compiled: \(words)\(place)."
        }
    }
}

extension String {
    /// Where a piece occurs, in Unicode scalars; `nil` when it occurs more than once.
    fileprivate func onlyPosition(of piece: String) -> Int? {
        let (text, piece) = (Array(unicodeScalars), Array(piece.unicodeScalars))
        guard piece.count <= text.count else { return nil }
        let places = (0...(text.count - piece.count)).filter { text[$0..<($0 + piece.count)].elementsEqual(piece) }
        return places.count == 1 ? places[0] : nil
    }
}
