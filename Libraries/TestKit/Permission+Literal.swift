public import Contracts

/// Lets tests write any permission; other code names those of the catalogue.
extension Permission: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(unchecked: value) }
}
