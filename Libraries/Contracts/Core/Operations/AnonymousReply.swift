/// The header field by which a service says that nothing may join its reply and the person who asked.
///
/// The gateway leaves user, address, trace and precise time out of the request's log line. It tells nginx, which writes no
/// line and takes the field out of the reply.
public enum AnonymousReply {
    public static let header = "x-anonymous"
    public static let fields = [(header, "1")]
}
