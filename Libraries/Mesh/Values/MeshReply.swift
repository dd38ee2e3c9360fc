/// What a service answers, be it success or failure.
public struct MeshReply: Sendable {
    /// As in HTTP.
    public var status: Int
    public var contentType: String
    /// Names in lower case; all together under 4 KB.
    public var headers: [MeshField]
    /// Set when the service refused; the body is empty then, and the edge renders the failure in its own form.
    public var failure: MeshFailure?
    public var body: [UInt8]
    /// How long the service says that it worked on the request; zero on the service's own side.
    public internal(set) var handlerTime: Duration = .zero

    public init(
        status: Int = 200,
        contentType: String = "application/json",
        headers: [MeshField] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    public init(status: Int, headers: [MeshField] = [], failure: MeshFailure) {
        self.init(status: status, contentType: "", headers: headers)
        self.failure = failure
    }
}

/// Why a service refused a request.
public struct MeshFailure: Error, Sendable, Hashable {
    /// One thing that is wrong with one field.
    public struct Detail: Sendable, Hashable {
        public var field: String
        public var message: String
        public var code: String?

        public init(field: String, message: String, code: String? = nil) {
            self.field = field
            self.message = message
            self.code = code
        }
    }

    /// For programs; never empty, never changed once released.
    public var code: String
    /// For people.
    public var message: String
    public var details: [Detail]
    /// When it may help to ask again.
    public var retryAfter: Duration?

    public init(code: String, message: String, details: [Detail] = [], retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }
}
