public import Contracts

/// A JSON merge patch (RFC 7396) for an object inside of another; what comes out of it is checked when it is applied.
public struct MergePatch<Value: ContractObject & Equatable>: ContractLeaf, Equatable {
    /// More members than any such object has; finding a member takes time that grows with their number.
    private static var maximumMembers: Int { 100 }

    private let members: JSONObject

    public init(_ members: JSONObject) { self.members = members }

    public static var placeholder: Self { Self(JSONObject()) }

    public static var schemaName: String { Value.schemaName + "Patch" }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { components in
            // A patch needs none of the members.
            let properties = Value.fields(&components).map { ($0.name, $0.schema) }
            return [
                "type": "object", "properties": .object(JSONObject(properties)),
                "maxProperties": .integer(maximumMembers),
            ]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard case .object(let members) = json else {
            reader.fail(.wrongType, "Must be an object.")
            return placeholder
        }
        guard isNarrow(members) else {
            reader.fail(.tooLong, "Must have at most \(maximumMembers) members.")
            return placeholder
        }
        check(members, reader)
        return Self(members)
    }

    /// Tells whether neither the object nor any object nested in it has too many members.
    private static func isNarrow(_ object: JSONObject) -> Bool {
        object.members.count <= maximumMembers
            && object.members.allSatisfy { $0.value.objectValue.map(isNarrow) ?? true }
    }

    /// Finds what would be wrong in any object that the patch is applied to.
    ///
    /// That is members of the wrong form, and required ones that it removes. What is missing may stand in the object.
    private static func check(_ members: JSONObject, _ reader: ContractReader) {
        do throws(ValidationError) { _ = try Value.read(.object(members)) } catch {
            for fault in error.details where fault.code != .required || !mayStand(fault.field, beside: members) {
                reader.inside(fault.field) { reader.fail(fault.code ?? .badFormat, fault.message) }
            }
        }
    }

    /// Whether a member that the patch lacks may stand in the object: not where it is removed, nor inside of a list, which
    /// a patch replaces as a whole.
    private static func mayStand(_ field: String, beside members: JSONObject) -> Bool {
        var place: JSONValue? = .object(members)
        for name in field.split(separator: ".") {
            guard let json = place else { return true }
            guard case .object(let object) = json else { return false }
            place = object[String(name)]
        }
        return place == nil
    }

    public func write(to writer: inout JSONWriter) { writer.value(.object(members)) }

    /// The value after the patch.
    ///
    /// - Parameters:
    ///   - current: The value before it; `nil` where there was none.
    ///   - field: Where the value stands, for the paths of faults.
    /// - Returns: The whole object.
    /// - Throws: `ValidationError` when the result breaks a rule.
    public func applied(to current: Value?, field: String) throws(ValidationError) -> Value {
        var target = JSONValue.object(JSONObject())
        if let current, let json = try? JSONParser.parse(current.jsonBytes) { target = json }  // our own JSON
        do { return try Value.read(Self.merge(.object(members), into: target)) } catch {
            throw ValidationError(
                error.details.map { FieldError($0.field.isEmpty ? field : "\(field).\($0.field)", $0.code, $0.message) }
            )
        }
    }

    private static func merge(_ patch: JSONValue, into target: JSONValue?) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = target?.objectValue ?? JSONObject()
        for (name, change) in changes.members {
            result[name] = change == .null ? nil : merge(change, into: result[name])
        }
        return .object(result)
    }
}
