public import Contracts

/// What the caller's answers would change, or have changed, in the caller's own profile; the newest first.
public struct ListProfileUpdates: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-updates.list",
        .get("/profile-updates"),
        access: .user,
        "List the caller's profile updates"
    )
    public let page: PageRequest
    public let status: ProfileUpdateStatus?
    public typealias Reply = Page<ProfileUpdate>

    public init(page: PageRequest = PageRequest(), status: ProfileUpdateStatus? = nil) {
        self.page = page
        self.status = status
    }
}
