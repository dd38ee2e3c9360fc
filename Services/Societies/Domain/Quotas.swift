/// How much of what costs others something one account and one university may have.
enum Quotas {
    /// Societies of one founder that wait for a moderator.
    static let pendingSocieties = 5
    /// Societies that one account founds in 24 hours, whatever became of them.
    static let foundingsPerDay = 20
    /// Societies of one university that were not deleted.
    static let societies = 5_000
    /// Officers of one society, its president among them; each registration is told to all of them.
    static let officers = 50
    /// Registrations of one person, in all societies, that wait for a decision.
    static let undecidedRegistrations = 20
    /// Registrations that one person begins in 24 hours.
    static let registrationsPerDay = 50
}
