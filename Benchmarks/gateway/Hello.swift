import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The least that an HTTP server on SwiftNIO can do, to measure the gateway beside: the same pipeline, one answer to all.
///
///     rovierr-hello PORT THREADS
@main
struct Hello {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 2 else {
            print("usage: rovierr-hello PORT THREADS")
            exit(EX_USAGE)
        }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: numbers[1]))
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Greeter())
                }
            }
            .bind(host: "127.0.0.1", port: numbers[0])
            .get()
        try await listener.closeFuture.get()
    }
}

private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let greeting = ByteBuffer(string: "Hello\n")

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let headers: HTTPHeaders = ["content-type": "text/plain", "content-length": "\(Self.greeting.readableBytes)"]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))),
            promise: nil
        )
        context.write(wrapOutboundOut(.body(.byteBuffer(Self.greeting))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
