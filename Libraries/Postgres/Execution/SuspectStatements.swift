/// The kinds of statements that have stalled a lane and not passed since.
///
/// A lock or a slow plan that stalls one statement stalls its like as well, and soon every lane. So nothing is sent
/// behind a suspect, and a suspect never takes the last open lane.
struct SuspectStatements {
    /// Beyond that many kinds further ones are not noted.
    private static let limit = 256

    /// The number of lanes that each suspect kind stalls.
    private var stalledLanes: [StatementShape: Int] = [:]

    var isEmpty: Bool { stalledLanes.isEmpty }

    func contains(_ shape: StatementShape) -> Bool { !isEmpty && stalledLanes[shape] != nil }

    /// Notes that a statement of this kind stalls a lane.
    mutating func stalled(_ shape: StatementShape) {
        guard stalledLanes[shape] != nil || stalledLanes.count < Self.limit else { return }
        stalledLanes[shape, default: 0] += 1
    }

    /// Notes that a statement has ended.
    ///
    /// - Parameters:
    ///   - shape: Its kind.
    ///   - hasStalled: Whether it has stalled its lane.
    ///   - hasPassed: Whether the server got to its end.
    /// - Returns: Whether its kind was suspect and is so no longer: one has passed, and none stalls a lane.
    mutating func ended(_ shape: StatementShape, hasStalled: Bool, hasPassed: Bool) -> Bool {
        guard !isEmpty, let count = stalledLanes[shape] else { return false }
        let left = hasStalled ? max(0, count - 1) : count
        guard hasPassed, left == 0 else {
            stalledLanes[shape] = left
            return false
        }
        stalledLanes[shape] = nil
        return true
    }

    mutating func removeAll() { stalledLanes = [:] }
}
