/// Limits on one account's and one university's use of shared resources.
enum Quotas {
    /// Societies of one founder that await moderation.
    static let pendingSocieties = 5
    /// Societies founded by one account in 24 hours, including deleted ones.
    static let foundingsPerDay = 20
    /// Societies of one university that are active or suspended, and separately those that await moderation.
    static let societies = 5_000
    /// Societies of one university that await moderation before each network's share is limited.
    static let unsharedPendingSocieties = 500
    /// Societies founded from one network that await moderation, once that share is limited, for a founder who has
    /// others among them.
    static let pendingSocietiesPerNetwork = 100
    /// The same for a founder without a pending society, since a network may be a whole campus.
    static let firstPendingSocietiesPerNetwork = societies / 2
    /// Officers of one society, including its president; all are notified of each registration.
    static let officers = 50
    /// Undecided registrations of one person, in all societies.
    static let undecidedRegistrations = 20
    /// Registrations begun by one person in 24 hours.
    static let registrationsPerDay = 50
}
