/// An event of an entity's owner that ends the owner's earlier answers about access.
public protocol AccessEvent: ServiceEvent {
    var entity: EntityReference { get }
    /// The university that the entity belongs to.
    var universityId: UniversityID { get }
    /// The only user whose standing changes; `nil` if that of others may change too.
    var member: UserID? { get }
}

extension AccessEvent {
    public var member: UserID? { nil }
}
