import Contracts
import NotifierContracts
import Postgres
import ServiceKit

/// Every statement that names the `channels` and `publications` tables.
struct ChannelStore {
    let sql: any SQLExecutor

    /// Adds a publication to a channel's stream, and drops what no client can ask for any more.
    ///
    /// The channel's row stays locked until the transaction ends.
    ///
    /// - Returns: What gateways are to pass on.
    func publish(_ data: RawJSON, on channel: String, tenant: UniversityID?) async throws -> RealtimePublished {
        let stream = try await sql.one(
            """
            INSERT INTO channels (name, tenant_id, top) VALUES (\(channel), \(tenant), 1)
            ON CONFLICT (name) DO UPDATE SET top = channels.top + 1 RETURNING epoch, top
            """
        )
        let offset: Int64 = try stream["top"]
        try await sql.execute(
            """
            INSERT INTO publications (channel, stream_offset, tenant_id, data)
            VALUES (\(channel), \(offset), \(tenant), \(data))
            """
        )
        try await sql.execute(
            """
            DELETE FROM publications
            WHERE channel = \(channel) AND stream_offset <= \(offset - Int64(ChannelStream.historySize))
            """
        )
        return RealtimePublished(channel: channel, offset: offset, epoch: try stream["epoch"], data: data)
    }

    /// Makes sure that a channel has a stream.
    func open(_ channel: String, tenant: UniversityID?) async throws {
        try await sql.execute(
            "INSERT INTO channels (name, tenant_id) VALUES (\(channel), \(tenant)) ON CONFLICT (name) DO NOTHING"
        )
    }

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
                AND created_at > now() - \(raw: Self.retention)
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

    /// Removes publications that are too old to be asked for; the streams' positions stay.
    static func removeExpired(from database: Database) async throws {
        try await database.remove(
            from: "publications",
            where: "created_at <= now() - \(raw: retention)",
            scope: .platform
        )
    }

    private static let retention = "interval '30 days'"
}
