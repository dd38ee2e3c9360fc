import Contracts
import NotifierContracts

/// A channel's stream as it was read at one moment.
struct ChannelStream: Sendable {
    /// How many publications are kept at most, and so how many a client can have missed.
    static let historySize = 300
    /// The age up to which they are kept.
    static let retention = Duration.seconds(30 * 86_400)
    /// The maximum bytes of publications sent to a client at once; one that missed more starts over.
    static let historyBytes = 256 * 1024

    let channel: String
    let epoch: String
    /// The last offset; 0 for a stream without publications.
    let top: Int64
    /// What is still kept of what came after the client's position.
    let publications: [RealtimePublication]

    /// The channel that only this user is on.
    static func personal(_ user: UserID) -> String { "user:#\(user)" }

    /// The subscription of a client that comes without a position, or with one to go on from.
    ///
    /// It goes on only if the position is of this stream and everything after it is still there. A client that names
    /// no epoch has not seen a stream yet and wants what there is.
    func subscription(from position: StreamPosition?) -> RealtimeSubscription {
        guard let position else { return RealtimeSubscription(channel: channel, epoch: epoch, offset: top) }
        let isOfStream = position.epoch.isEmpty || position.epoch == epoch
        let missed = top - position.offset
        let isWhole = missed >= 0 && missed <= Self.historySize && publications.count == Int(missed)
        let isSmall = publications.reduce(0) { $0 + $1.data.bytes.count } <= Self.historyBytes
        let isRecovered = isOfStream && isWhole && isSmall
        return RealtimeSubscription(
            channel: channel,
            epoch: epoch,
            offset: top,
            wasRecovering: true,
            recovered: isRecovered,
            publications: isRecovered ? publications : []
        )
    }
}
