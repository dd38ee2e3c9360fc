public import Contracts

/// Lets a society begin, or go on after a suspension.
public struct ApproveSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.approve",
        .post("/societies/{id}/approve"),
        access: .permission(.moderateSocieties),
        "Approve a pending society, or lift a suspension",
        errors: [.notFound, .preconditionFailed, .invalidState, .quotaExceeded]
    )
    public let id: SocietyID
    public typealias Reply = Society
}

/// Stops an active society for a while: nobody outside sees it, and it takes no registrations.
public struct SuspendSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.suspend",
        .post("/societies/{id}/suspend"),
        access: .permission(.moderateSocieties),
        "Suspend an active society",
        errors: [.notFound, .preconditionFailed, .invalidState]
    )
    public let id: SocietyID
    public typealias Reply = Society
}

/// Ends a society; its members and moderators can still read it.
public struct ArchiveSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.archive",
        .post("/societies/{id}/archive"),
        access: .permission(.moderateSocieties),
        "Archive a society",
        errors: [.notFound, .preconditionFailed, .invalidState]
    )
    public let id: SocietyID
    public typealias Reply = Society
}
