internal import CLibPQ

/// What every kind of connection needs of libpq.
enum LibPQ {
    /// Opens a connection.
    ///
    /// Blocks, at most for `connectTimeout` an address.
    static func connect(_ configuration: PostgresConfiguration) throws(PostgresError) -> OpaquePointer {
        let seconds = max(2, configuration.connectTimeout.components.seconds)
        // What precedes `dbname` gives way to what the URL says, and what follows it wins.
        var settings = [
            ("gssencmode", "disable"),  // it would load Kerberos and ask it first
            ("connect_timeout", String(seconds)),
            // A host that vanished, or has another address, is noticed after six seconds instead of fifteen minutes.
            ("tcp_user_timeout", "6000"),
            ("keepalives_idle", "3"),
            ("keepalives_interval", "1"),
            ("keepalives_count", "3"),
            ("fallback_application_name", configuration.applicationName),
            ("dbname", configuration.url),
            ("client_encoding", "UTF8"),
        ]
        let parts = [
            ("user", configuration.user), ("password", configuration.password), ("dbname", configuration.database),
        ]
        for (name, value) in parts { if let value { settings.append((name, value)) } }
        let handle = unsafe withCStrings(settings.map { $0.0 }) { names in
            unsafe withCStrings(settings.map { $0.1 }) { values in unsafe PQconnectdbParams(names, values, 1) }
        }
        guard let handle = unsafe handle else { throw PostgresError(.connectionFailed, "out of memory") }
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            defer { unsafe PQfinish(handle) }
            throw PostgresError(.connectionFailed, unsafe message(handle))
        }
        unsafe clibpq_drop_notices(handle)
        return unsafe handle
    }

    /// The connection's last error on one line.
    static func message(_ handle: OpaquePointer) -> String {
        guard let text = unsafe PQerrorMessage(handle) else { return "" }
        let lines = unsafe String(cString: text).split(separator: "\n")
        return lines.isEmpty ? "the connection is gone" : lines.joined(separator: " ")
    }

    /// Hands out strings as the null-terminated array that libpq takes.
    private static func withCStrings<R>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
    ) -> R {
        let bytes = strings.map { $0.utf8CString.map { $0 } }
        let all = bytes.flatMap { $0 }
        return unsafe all.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            var offset = 0
            for string in bytes {
                unsafe pointers.append(buffer.baseAddress.map { unsafe $0 + offset })
                offset += string.count
            }
            unsafe pointers.append(nil)
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
