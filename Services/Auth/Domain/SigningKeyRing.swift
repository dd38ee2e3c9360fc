import Contracts

/// Which key signs and which are published, at any moment.
///
/// A key is published before it signs, so that verifiers know it by then, and until the last token that it signed has
/// expired.
struct SigningKeyRing<Key: Sendable>: Sendable {
    struct Entry: Sendable {
        let generation: Int
        let signsFrom: Timestamp
        let key: Key
    }

    struct Schedule: Sendable {
        /// How long a key signs.
        let lifetime: Duration
        /// How long before it signs a key is published: longer than any verifier keeps what it has read.
        let announcement: Duration
        /// How long after it last signed a key is published: an access token's life, and clocks that differ.
        let retention: Duration
    }

    /// In the order of their generations.
    let entries: [Entry]
    let schedule: Schedule

    func current(at now: Timestamp) -> Entry? {
        entries.last { $0.signsFrom <= now } ?? entries.first
    }

    func published(at now: Timestamp) -> [Entry] {
        entries.indices.filter { index in
            index + 1 == entries.count || entries[index + 1].signsFrom + schedule.retention > now
        }.map { entries[$0] }
    }

    /// The generation to make now and when it starts to sign; `nil` while the newest key is young enough.
    func due(at now: Timestamp) -> (generation: Int, signsFrom: Timestamp)? {
        guard let newest = entries.last else { return (1, now) }
        guard newest.signsFrom + schedule.lifetime - schedule.announcement <= now else { return nil }
        return (newest.generation + 1, now + schedule.announcement)
    }
}
