/// Limits on one account's and one university's use of shared resources.
enum Quotas {
    /// Societies of one founder that await moderation.
    static let pendingSocieties = 5
    /// Societies founded by one account in 24 hours, including deleted ones.
    static let foundingsPerDay = 20
    /// Societies per university, except deleted ones.
    static let societies = 5_000
    /// Officers of one society, including its president; all are notified of each registration.
    static let officers = 50
    /// Undecided registrations of one person, in all societies.
    static let undecidedRegistrations = 20
    /// Registrations begun by one person in 24 hours.
    static let registrationsPerDay = 50
}
