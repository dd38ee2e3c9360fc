/// The header field that marks a reply which must not be linked to the person who asked.
///
/// The gateway omits user, address, trace and precise time from the request's log line. It passes the field to nginx,
/// which doesn't log the request and removes the field from the reply.
public enum AnonymousReply {
    public static let header = "x-anonymous"
    public static let fields = [(header, "1")]
}
