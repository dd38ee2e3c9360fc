import Contracts
import HTTPTypes
import Logging
import Mesh
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP connection into a live one.
///
/// NIO's own upgrade handler looks at a connection's first request only, but nginx asks on connections that it has used before.
enum RealtimeUpgrade {
    /// How much may wait for a client that reads slowly.
    static let maximumQueuedBytes = 1 << 20

    /// Why an upgrade is refused.
    enum Fault: Error {
        case noWebSocket
        case protobuf
    }

    /// Checks the request (RFC 6455 §4.2.1).
    ///
    /// - Returns: The response's header fields.
    static func handshake(_ exchange: Exchange, on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
        guard exchange.fields.upgrade?.lowercased() == "websocket", exchange.head.method == .GET,
            exchange.fields.offersUpgrade
        else {
            return channel.eventLoop.makeFailedFuture(Fault.noWebSocket)
        }
        let offered = exchange.head.headers[canonicalForm: "Sec-WebSocket-Protocol"].map(String.init)
        let format = exchange.target?.query.first { ["format", "cf_protocol"].contains($0.name) }?.value
        guard format != "protobuf",
            offered.isEmpty || offered.contains("centrifuge-json") || !offered.contains("centrifuge-protobuf")
        else { return channel.eventLoop.makeFailedFuture(Fault.protobuf) }
        var headers = HTTPHeaders([("X-Request-Id", exchange.requestID)])
        if offered.contains("centrifuge-json") { headers.add(name: "Sec-WebSocket-Protocol", value: "centrifuge-json") }
        let initial = headers
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(initial) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        return upgrader.buildUpgradeResponse(
            channel: channel,
            upgradeRequest: exchange.head,
            initialResponseHeaders: HTTPHeaders()
        )
    }

    static func refusal(_ error: any Error, requestID: String) -> Response {
        switch error {
        case Fault.protobuf:
            Response(ServiceError(.badRequest, "Unsupported protocol: use JSON."), requestID: requestID)
        case Fault.noWebSocket:
            Response(ServiceError(.upgradeRequired), requestID: requestID, headers: [("Upgrade", "websocket")])
        default:
            Response(
                ServiceError(.badRequest, "The WebSocket handshake is not complete."),
                requestID: requestID,
                headers: [("Sec-WebSocket-Version", "13")]
            )
        }
    }

    /// Puts the handlers of a live connection in the place of the HTTP ones.
    ///
    /// What the client has sent already goes through the new ones, since they stand behind the decoder when it is
    /// removed.
    static func replaceHandlers(
        on channel: any Channel,
        of connection: HTTPConnection,
        by live: RealtimeConnection
    ) {
        let operations = channel.pipeline.syncOperations
        do {
            let option = ChannelOptions.Types.WriteBufferWaterMark(
                low: maximumQueuedBytes / 2,
                high: maximumQueuedBytes
            )
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: option)
            try operations.addHandlers(
                WebSocketFrameEncoder(),
                live
            )
            operations.removeHandler(connection, promise: nil)
            operations.removeHandler(try operations.handler(type: ArrivalWatch.self), promise: nil)
            let decoder = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            operations.removeHandler(decoder, promise: nil)
        } catch {
            live.edge.logger.error("A connection could not be upgraded", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
    }
}

extension ErrorCode {
    fileprivate static let upgradeRequired = ErrorCode(
        "UPGRADE_REQUIRED",
        HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required"),
        "Use WebSocket at this address."
    )
}
