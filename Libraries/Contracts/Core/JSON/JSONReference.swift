/// References within a document, as JSON Schema and OpenAPI write them: `{"$ref": "#/components/schemas/UUID"}`.
extension JSONValue {
    /// Refers to a component.
    ///
    /// - Parameters:
    ///   - name: The component's name.
    ///   - section: The components among which it is.
    /// - Returns: The reference.
    public static func reference(to name: String, in section: String = "schemas") -> JSONValue {
        ["$ref": .string("#/components/\(section)/\(name)")]
    }

    /// The name of the component that the value refers to; `nil` if it is not a reference.
    public var referencedName: String? {
        self["$ref"]?.stringValue?.split(separator: "/").last.map(String.init)
    }

    /// `true` for a schema of what a reference leads to, or null.
    public var isReferenceOrNull: Bool {
        guard let choices = self["anyOf"]?.arrayValue, choices.count == 2 else { return false }
        return choices[0].referencedName != nil && choices[1] == ["type": "null"]
    }

    /// Follows a reference within this document.
    ///
    /// - Parameter value: A part of the document.
    /// - Returns: The part that it refers to, or `null` if there is none; `value` itself if it is not a reference.
    public func resolve(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.stringValue else { return value }
        return reference.split(separator: "/").dropFirst().reduce(self) { $0[String($1)] ?? .null }
    }
}
