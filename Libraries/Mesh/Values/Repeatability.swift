/// What it does to ask the same twice; the mesh tries again only what it may.
public enum Repeatability: Sendable, Hashable {
    /// It may have a second effect. Only what certainly was not executed is sent again.
    case never
    /// It does no more than once: a failed try may be repeated.
    case idempotent
    /// It changes nothing: a second replica may be asked as well while the first takes its time.
    case read
}
