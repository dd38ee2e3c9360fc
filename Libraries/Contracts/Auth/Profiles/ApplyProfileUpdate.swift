public import Contracts

/// Changes fields of the profile of the user on whose behalf the call is made, who has approved it.
///
/// The same `changeId` twice changes nothing more and answers the same.
public struct ApplyProfileUpdate: ServiceOperation {
    public static let contract = Contract(
        "auth.profile.apply-update",
        access: .services,
        callers: ["forms"],
        "Apply an approved change to a profile",
        errors: [.profileVersionConflict]
    )
    /// Names the approval.
    public let changeId: ProfileChangeID
    /// Only at this revision; at any when `nil`.
    public let revision: Int?
    /// The new values by path; `null` forgets the old one.
    public let values: [String: JSONValue]
    public typealias Reply = AppliedProfileUpdate

    public init(changeId: ProfileChangeID, revision: Int? = nil, values: [String: JSONValue]) {
        self.changeId = changeId
        self.revision = revision
        self.values = values
    }

    public func validate(_ reader: ContractReader) {
        for path in values.keys.sorted() where ProfilePath(path) == nil {
            reader.inside("values") {
                reader.inside(path) { reader.fail(.notFound, "There is no such profile field.") }
            }
        }
    }
}

/// The outcome of an approved change.
public struct AppliedProfileUpdate: ContractObject, OperationReply, Equatable {
    /// The profile's revision after the change.
    public let revision: Int

    public init(revision: Int) { self.revision = revision }
}

extension Entity {
    public enum ProfileChange {}
}

/// Names one change of one profile.
public typealias ProfileChangeID = Identifier<Entity.ProfileChange>
