import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Listens for HTTP, and ends in an orderly way: no new connections, answers to what runs, live connections told to come again.
final class HTTPServer: Service {
    private let edge: Edge
    private let group: MultiThreadedEventLoopGroup
    private let loops: [NIOLoopBound<LoopState>]
    /// The listener on the address, and the one on the socket if there is one.
    private let listeners: [any Channel]
    private let connections: Gauge

    /// Binds the address and the socket, so that a taken one is an error at once.
    init(edge: Edge, configuration: GatewayConfiguration, metrics: Metrics) throws {
        let connections = metrics.gauge("rovierr_gateway_connections", "Open client connections.")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoops)
        // Made on its own loop, where alone it may be touched.
        let loops = try group.makeIterator().enumerated().map { index, loop in
            try loop.submit {
                let log = AccessLog(isEnabled: configuration.isAccessLogged)
                let unwritten = edge.limits.answerMemory / configuration.eventLoops
                let state = LoopState(loop: loop, index: index, log: log, unwrittenLimit: unwritten)
                return NIOLoopBound(state, eventLoop: loop)
            }.wait()
        }
        self.edge = edge
        self.group = group
        self.loops = loops
        self.connections = connections
        edge.realtime.attach(loops)
        let maximum = configuration.maximumConnections
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.maxMessagesPerRead, value: 64)  // connections at a time
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)  // until there is something to say
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            // A request with a token fits into one read of the first size; bodies make it grow.
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: 65_536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else {
                        preconditionFailure("Every event loop of the group has its state")
                    }
                    connections.add(1)
                    channel.closeFuture.whenComplete { _ in connections.add(-1) }
                    // Those beyond the maximum are told so, as long as they are not a flood themselves.
                    let surplus = connections.value - maximum
                    guard surplus <= Self.maximumSurplus else { return channel.close(promise: nil) }
                    try Self.configure(channel, edge, loop.value, isSurplus: surplus > 0)
                }
            }
        let address = configuration.address
        let listener = try bootstrap.bind(host: address.host, port: address.port).wait()
        let socket = try configuration.socket.map { try bootstrap.bind(socket: $0, lookingFrom: group) }
        listeners = [listener] + [socket].compactMap(\.self)
        for loop in loops {
            loop.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in loop.value.tick()
            }
        }
    }

    /// Lets clients in once routes and keys are known, or when that takes too long.
    ///
    /// A gateway that has just been started again would refuse what its replicas answer; so clients wait in the kernel's
    /// queue for the moment that it takes. The limit is on looks, each after 10 ms, and not on time: a process that is held
    /// still while it starts learns nothing meanwhile.
    private func takeConnections() async throws {
        for _ in 0..<300 where !(edge.isReady && edge.admission.routes.snapshot.isComplete) {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { break }
        }
        for listener in listeners { try await listener.setOption(.autoRead, value: true).get() }
    }

    /// The port that was bound.
    var port: Int? { listeners.first?.localAddress?.port }

    private static let maximumSurplus = 256

    private static func configure(_ channel: any Channel, _ edge: Edge, _ loop: LoopState, isSurplus: Bool) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = edge.limits.headerFieldBytes
        limits.maxHeaderListSize = edge.limits.headerBytes
        limits.maxHeaderFieldCount = edge.limits.headerCount
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        // A TCP connection has no address once it is reset, and must not pass for one of the trusted socket.
        guard peer != nil || channel.localAddress?.protocol == .unix else { return channel.close(promise: nil) }
        let connection = HTTPConnection(edge: edge, loop: loop, peer: peer, isSurplus: isSurplus)
        try channel.pipeline.syncOperations.addHandlers(
            ArrivalWatch(connection: connection),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            ),
            connection
        )
    }

    func run() async throws {
        try await takeConnections()
        try? await gracefulShutdown()  // cancellation ends it as well
        edge.beginDraining()
        for listener in listeners { try? await listener.close() }  // closed already is as good
        for loop in loops { loop.execute { $0.drain() } }
        let end = ContinuousClock.now + edge.limits.drainTimeout
        while connections.value > 0, .now < end {
            // Connections end in many ways, and this happens once in a life: looking now and then is the simplest that is right.
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        for loop in loops { loop.execute { $0.log.flush(isLast: true) } }
        edge.admission.limiter.close()
        try? await group.shutdownGracefully()  // nothing is left to lose
    }
}
