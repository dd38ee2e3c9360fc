/// A name and a value: a path parameter, an element of the query, or a header (whose name is in lower case).
public struct MeshField: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension MeshField {
    /// Compares bytes: clients choose names at no cost, and comparing them as text would cost us much.
    fileprivate func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count && self.name.utf8.elementsEqual(name.utf8)
    }
}

extension [MeshField] {
    /// The value of the first field with that name.
    public func first(named name: String) -> String? {
        first { $0.isNamed(name) }?.value
    }

    /// The values of all fields with that name, in order.
    public func all(named name: String) -> [String] {
        compactMap { $0.isNamed(name) ? $0.value : nil }
    }
}
