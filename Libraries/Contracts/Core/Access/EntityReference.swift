/// The types of entities whose owners answer other services about access.
///
/// The service named here as a type's owner lists the operations of `access`, and makes each event that ends its answers
/// an `AccessEvent`.
public enum EntityType: String, ChoiceValue {
    case society

    /// The service that owns entities of the type.
    public var owner: String {
        switch self {
        case .society: "societies"
        }
    }
}

/// The id of an entity whose type stands beside it.
public typealias EntityID = Identifier<Entity>

/// An entity of any service.
public struct EntityReference: ContractObject, Hashable {
    public let type: EntityType
    public let id: EntityID

    /// - Parameters:
    ///   - type: The entity's type.
    ///   - id: The entity's id; that of another type is cast.
    public init(_ type: EntityType, _ id: EntityID) {
        self.type = type
        self.id = id
    }
}
