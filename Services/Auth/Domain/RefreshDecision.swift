import Contracts

/// What becomes of a refresh token that is presented.
enum RefreshDecision: Equatable {
    /// It is spent now, and a new one takes its place.
    case rotate
    /// It was spent a moment ago, by the same client most likely: its successor is handed out once more.
    case repeatSuccessor
    /// It was spent before, so somebody else has it too: the session ends.
    case endSession
    /// The session has ended already.
    case refuse

    /// How long two tabs that refresh at once count as one client.
    static let grace = Duration.seconds(10)

    /// - Parameters:
    ///   - spentAt: When the token was spent; `nil` for the one that is not.
    ///   - isSuccessorSpent: Whether the token after it was used as well, which ends the grace.
    ///   - isSessionLive: Whether the session has neither ended nor expired, and its user is active.
    ///   - now: The moment of the decision.
    init(spentAt: Timestamp?, isSuccessorSpent: Bool, isSessionLive: Bool, now: Timestamp) {
        guard let spentAt else {
            self = isSessionLive ? .rotate : .refuse
            return
        }
        guard !isSuccessorSpent, now - spentAt <= Self.grace else {
            self = .endSession
            return
        }
        self = isSessionLive ? .repeatSuccessor : .refuse
    }
}
