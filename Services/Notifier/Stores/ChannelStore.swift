import Contracts
import NotifierContracts
import Postgres
import ServiceKit

/// Every statement that names the `channels` and `publications` tables.
struct ChannelStore {
    let sql: any SQLExecutor

    /// Adds a publication to each channel's stream, and deletes those beyond its history.
    ///
    /// Channels of erased people are left out.
    ///
    /// Locks the channels' rows in the order given until the transaction ends.
    ///
    /// - Parameters:
    ///   - new: The publications, at most one per channel.
    ///   - tenant: The university of the channels' owners.
    /// - Returns: The events for gateways to pass on, in the same order.
    /// - Throws: `PostgresError`.
    func publish(_ new: [NewPublication], tenant: UniversityID?) async throws -> [RealtimePublished] {
        let streams = try await sql.query(
            """
            INSERT INTO channels (name, tenant_id, top)
            SELECT name, \(tenant), 1 FROM unnest(\(new.map(\.channel))) WITH ORDINALITY AS new (name, place)
            ORDER BY place
            ON CONFLICT (name) DO UPDATE SET top = channels.top + 1, used_at = \(raw: Self.use)
            WHERE channels.erased_at IS NULL
            RETURNING name, epoch, top
            """
        )
        var places: [String: (epoch: String, offset: Int64)] = [:]
        for row in streams {
            let name: String = try row["name"]
            let epoch: String = try row["epoch"]
            places[name] = (epoch: epoch, offset: try row["top"] as Int64)
        }
        let published = new.compactMap { new in
            places[new.channel].map { place in
                RealtimePublished(channel: new.channel, offset: place.offset, epoch: place.epoch, data: new.data)
            }
        }
        let (channels, offsets) = (published.map(\.channel), published.map(\.offset))
        // Subtracted here: in SQL it would not be leakproof, and so keep the comparison from the index.
        let surplus = offsets.map { $0 - Int64(ChannelStream.historySize) }
        try await sql.execute(
            """
            INSERT INTO publications (channel, stream_offset, tenant_id, data)
            SELECT channel, stream_offset, \(tenant), data
            FROM unnest(\(channels), \(offsets), \(published.map(\.data))) AS new (channel, stream_offset, data)
            """
        )
        try await sql.execute(
            """
            DELETE FROM publications USING unnest(\(channels), \(surplus)) AS moved (name, last)
            WHERE channel = moved.name AND stream_offset <= moved.last
            """
        )
        return published
    }

    /// Makes sure that a channel has a stream, and notes that it is used.
    func open(_ channel: String, tenant: UniversityID?) async throws {
        try await sql.execute(
            """
            INSERT INTO channels (name, tenant_id) VALUES (\(channel), \(tenant))
            ON CONFLICT (name) DO UPDATE SET used_at = now() WHERE channels.used_at <> \(raw: Self.use)
            """
        )
    }

    /// Deletes a channel's publications, and marks it so that no others come.
    ///
    /// The mark goes like any unused channel, long after the last notice that was on its way.
    func erase(_ channel: String) async throws {
        // The mark first, which locks the row, so that nothing is published meanwhile.
        try await sql.execute(
            """
            INSERT INTO channels (name, erased_at) VALUES (\(channel), now())
            ON CONFLICT (name) DO UPDATE SET erased_at = now(), used_at = now()
            """
        )
        try await sql.execute("DELETE FROM publications WHERE channel = \(channel)")
    }

    /// The time of the last use once a channel is used: moved once a day, since each move costs an entry in an index.
    private static let use =
        "CASE WHEN channels.used_at < now() - interval '1 day' THEN now() ELSE channels.used_at END"

    /// Reads a stream's top and what came after an offset, in one statement and so of one moment.
    ///
    /// - Parameters:
    ///   - channel: Whose stream is read.
    ///   - offset: `nil` for no publications.
    /// - Returns: `nil` for a channel without a stream.
    /// - Throws: `PostgresError`.
    func stream(of channel: String, after offset: Int64?) async throws -> ChannelStream? {
        let rows = try await sql.query(
            """
            SELECT channels.epoch, channels.top, publications.stream_offset, publications.data
            FROM channels LEFT JOIN publications
                ON publications.channel = channels.name AND stream_offset > \(offset ?? .max)
                AND created_at > now() - make_interval(secs => \(ChannelStream.retention / .seconds(1)))
            WHERE channels.name = \(channel)
            ORDER BY stream_offset LIMIT \(ChannelStream.historySize + 1)
            """
        )
        guard let first = rows.first else { return nil }
        let publications = try rows.readable { row -> RealtimePublication? in
            guard let offset: Int64 = try row["stream_offset"] else { return nil }
            return RealtimePublication(offset: offset, data: try row["data"])
        }.compactMap(\.self)
        return ChannelStream(
            channel: channel,
            epoch: try first["epoch"],
            top: try first["top"],
            publications: publications
        )
    }
}

/// A publication to add to a channel.
struct NewPublication {
    let channel: String
    let data: RawJSON
}
