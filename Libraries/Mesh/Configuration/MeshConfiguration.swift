/// Everything the mesh of one daemon is made from.
public struct MeshConfiguration: Sendable {
    /// This daemon's own name, such as `societies`: what peers call it and what it calls itself.
    public var service: String
    /// The version of the build, for `mesh.info`.
    public var version: String
    /// The address at which a ``MeshServer`` listens.
    public var requestAddress: MeshAddress?
    /// The address at which an ``EventPublisher`` listens.
    public var eventAddress: MeshAddress?
    /// The other services, by name.
    public var peers: [String: MeshPeer]
    /// The keys that authenticate this daemon and verify others.
    public var keys: MeshKeys
    public var limits: MeshLimits

    public init(
        service: String,
        version: String = "0",
        requestAddress: MeshAddress? = nil,
        eventAddress: MeshAddress? = nil,
        peers: [String: MeshPeer] = [:],
        keys: MeshKeys,
        limits: MeshLimits = MeshLimits()
    ) {
        self.service = service
        self.version = version
        self.requestAddress = requestAddress
        self.eventAddress = eventAddress
        self.peers = peers
        self.keys = keys
        self.limits = limits
    }
}

/// Where another service is found; every address behind a name is a replica of it.
public struct MeshPeer: Sendable {
    public var requests: [MeshAddress]
    public var events: [MeshAddress]

    public init(requests: [MeshAddress], events: [MeshAddress] = []) {
        self.requests = requests
        self.events = events
    }
}

/// The bounds of queues, messages and waits.
public struct MeshLimits: Sendable {
    /// The precision of deadlines while there is work.
    static let shortTick: Duration = .milliseconds(50)

    /// The body of a request.
    public var maxBodyBytes = 16 << 20
    /// The body of a reply, however many pieces it comes in.
    public var maxReplyBytes = 64 << 20
    /// Sockets to one replica, each with 16 requests in flight at most; opened as they are needed.
    public var lanesPerEndpoint = 16
    /// Requests to one service that wait for a place on a lane.
    public var waitingRequests = 1024
    /// Requests that a server works on at once.
    public var concurrentRequests = 512
    /// How long requests may take to finish that run when a server is about to end.
    public var drainTimeout: Duration = .seconds(10)
    /// Requests for one operation that one replica has to work on at once; further ones wait.
    public var callsPerOperation = 128
    /// The number of attempts of a call, the first included.
    public var tries = 3
    /// The pause before the n-th repetition is random (full jitter), up to so much times 2^(n-1).
    public var retryPause: Duration = .milliseconds(25)
    /// What that pause never exceeds.
    public var longestRetryPause: Duration = .milliseconds(500)
    /// Retries and hedges together, as a share of all calls to a service.
    public var retryShare = 0.2
    /// How many of them there may be every second beside that, for services with little traffic.
    public var retriesPerSecond = 3.0
    /// A read is asked of a second replica after the time that one answer in twenty exceeds, and never earlier than this.
    public var leastHedgeDelay: Duration = .milliseconds(10)
    /// Failures in a row that suspend an operation at one replica.
    public var breakerFailures = 5
    /// Failures in a row, of whatever operation, after which a replica is left alone if there is another.
    public var ejectionFailures = 10
    /// For how long both are left alone at first; doubled every time that the one call after it fails too.
    public var breakerPause: Duration = .seconds(1)
    /// Up to what the pause is doubled.
    public var longestBreakerPause: Duration = .seconds(30)
    /// Replies that a server keeps until their callers have pulled the rest.
    public var heldReplyBytes = 64 << 20
    /// The time for which a request waits for a replica before its service counts as unavailable.
    public var reconnectGrace: Duration = .seconds(1)
    /// The maximum difference between the clocks of two hosts.
    public var clockSkew: Duration = .seconds(60)
    /// A replica that owes a reply and says nothing for so long is asked whether it lives.
    public var pingInterval: Duration = .seconds(1)
    /// How long it has to answer that before it is given up.
    public var pingTimeout: Duration = .seconds(2)
    /// The interval at which host names are resolved again.
    public var resolveInterval: Duration = .seconds(5)
    /// The interval at which a publisher repeats its last position.
    public var heartbeatInterval: Duration = .milliseconds(500)
    /// A publisher whose heartbeats were heard, and who says nothing for so long, is connected to anew.
    public var heartbeatTimeout: Duration = .seconds(5)

    public init() {}
}
