/// The header field that marks a reply which must not be linked to the person who asked.
///
/// The gateway omits user, address, trace and precise time from the request's log line. It passes the field on to nginx,
/// which logs no line and removes the field from the reply.
public enum AnonymousReply {
    public static let header = "x-anonymous"
    public static let fields = [(header, "1")]
}
