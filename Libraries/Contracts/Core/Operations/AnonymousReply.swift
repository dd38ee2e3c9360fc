/// The header field by which a service says that nothing may join its reply and the person who asked.
///
/// The gateway takes it out of the reply, and leaves user, address, trace and precise time out of the request's log line.
public enum AnonymousReply {
    public static let header = "x-anonymous"
    public static let fields = [(header, "1")]
}
