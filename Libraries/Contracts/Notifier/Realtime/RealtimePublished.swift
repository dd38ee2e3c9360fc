public import Contracts

/// Something was published on a live channel; gateways pass it on to the connections that they hold.
///
/// Offsets of a channel follow one another without gaps, and in the order of the events' positions.
public struct RealtimePublished: ServiceEvent, Equatable {
    public static let type = "realtime.published"
    public static let producer = "notifier"
    public let channel: String
    /// Its place in the channel's stream, from 1.
    public let offset: Int64
    /// Which stream.
    public let epoch: String
    public let data: RawJSON
    public var aggregate: String { channel }

    public init(channel: String, offset: Int64, epoch: String, data: RawJSON) {
        self.channel = channel
        self.offset = offset
        self.epoch = epoch
        self.data = data
    }
}
