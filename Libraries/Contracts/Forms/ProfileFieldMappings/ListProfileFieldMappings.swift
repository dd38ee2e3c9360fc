public import Contracts

/// The names under which forms reach the profile, in their alphabet's order.
public struct ListProfileFieldMappings: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-field-mappings.list",
        .get("/profile-field-mappings"),
        access: .user,
        "List profile field mappings"
    )
    public let page: PageRequest
    public let isActive: Bool?
    public typealias Reply = Page<ProfileFieldMapping>

    public init(page: PageRequest = PageRequest(), isActive: Bool? = nil) {
        self.page = page
        self.isActive = isActive
    }
}
