/// The header field that marks a reply which must not be linked to the person who asked.
///
/// The gateway removes it from the reply, and omits user, address, trace and precise time from the request's log line.
public enum AnonymousReply {
    public static let header = "x-anonymous"
    public static let fields = [(header, "1")]
}
