/// The kinds of statements that have held up a lane.
///
/// A lock or a slow plan that holds up one statement holds up its like as well, and soon every lane. So a suspect kind
/// goes one at a time, with nothing behind it, until one of them gets through.
struct SuspectStatements {
    /// Beyond that many kinds further ones are not noted.
    private static let limit = 64

    /// Tells for each suspect kind whether one is under way.
    private var isUnderWay: [StatementShape: Bool] = [:]

    var isEmpty: Bool { isUnderWay.isEmpty }

    func contains(_ shape: StatementShape) -> Bool { !isEmpty && isUnderWay[shape] != nil }

    /// Tells whether a statement of this kind may be sent now.
    ///
    /// - Parameters:
    ///   - shape: The kind.
    ///   - freeLanes: The number of lanes that are not held up; the last one is for those that are not suspect.
    /// - Returns: `false` while another one of its kind is under way, or if the last free lane would be taken.
    func maySend(_ shape: StatementShape, freeLanes: Int) -> Bool {
        isUnderWay[shape].map { !$0 && freeLanes > 1 } ?? true
    }

    /// Notes that a statement of this kind holds up a lane.
    mutating func note(_ shape: StatementShape) {
        guard isUnderWay[shape] != nil || isUnderWay.count < Self.limit else { return }
        isUnderWay[shape] = true
    }

    /// Notes that a suspect is sent.
    mutating func sent(_ shape: StatementShape) { isUnderWay[shape] = true }

    /// Notes that a statement has ended.
    ///
    /// - Parameters:
    ///   - shape: Its kind.
    ///   - hasPassed: Whether the server got to its end.
    mutating func ended(_ shape: StatementShape, hasPassed: Bool) {
        guard contains(shape) else { return }
        isUnderWay[shape] = hasPassed ? nil : false
    }

    mutating func removeAll() { isUnderWay = [:] }
}
