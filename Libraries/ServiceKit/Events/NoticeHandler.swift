public import Contracts

/// Notifies people of facts, whichever service they happened in.
public protocol NoticeHandler: Sendable {
    /// Adds a notice to its recipients' inboxes.
    ///
    /// As with `EventHandler`, a thrown error rolls everything back, and a second time must change nothing more.
    ///
    /// - Parameters:
    ///   - notice: The people and what to tell them: one page of a large audience.
    ///   - type: The type of the fact's event.
    ///   - metadata: The fact's id, which is the same for all pages, its time and its university.
    ///   - transaction: The transaction in which to change tables. Several events may share it.
    /// - Throws: The reason why the notice can't be taken in.
    func deliver(
        _ notice: Notice,
        of type: String,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws
}
