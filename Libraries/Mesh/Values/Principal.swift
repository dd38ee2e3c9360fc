/// The signed-in user on whose behalf a request is made, as the gateway verified it.
public struct Principal: Sendable, Hashable {
    /// The kind of credential that the user presented.
    public enum Credential: UInt64, Sendable, Hashable {
        /// An access token of a session.
        case session = 0
        /// An API key, whose id is in `sessionID`.
        case apiKey = 1
    }

    public var userID: String
    /// The university; `nil` for someone who belongs to none.
    public var tenantID: String?
    public var sessionID: String
    public var role: String
    public var permissions: [String]
    public var credential: Credential

    public init(
        userID: String,
        tenantID: String?,
        sessionID: String,
        role: String,
        permissions: [String],
        credential: Credential = .session
    ) {
        self.userID = userID
        self.tenantID = tenantID
        self.sessionID = sessionID
        self.role = role
        self.permissions = permissions
        self.credential = credential
    }
}

extension Principal {
    /// Hashes user and session alone: principals that share both rarely differ, and caches hash one on every request.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(userID)
        hasher.combine(sessionID)
    }

    func encode(into writer: inout ProtobufWriter) {
        writer.string(1, userID)
        writer.string(2, tenantID ?? "")
        writer.string(3, sessionID)
        writer.string(4, role)
        for permission in permissions { writer.element(5, permission) }
        writer.uint(6, credential.rawValue)
    }

    /// - Throws: Also for a kind of credential that a later version added, because its rights are unknown here.
    init(decoding message: ProtobufReader) throws(MalformedEnvelope) {
        self.init(userID: "", tenantID: nil, sessionID: "", role: "", permissions: [])
        var reader = message
        while let field = try reader.next() {
            switch field {
            case 1: userID = try reader.string()
            case 2: tenantID = try reader.string()
            case 3: sessionID = try reader.string()
            case 4: role = try reader.string()
            case 5: permissions.append(try reader.string())
            case 6:
                guard let known = Credential(rawValue: try reader.uint()) else { throw MalformedEnvelope() }
                credential = known
            default: break
            }
        }
        if tenantID?.isEmpty == true { tenantID = nil }
    }
}
