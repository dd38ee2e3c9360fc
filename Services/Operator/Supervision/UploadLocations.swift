import Contracts

/// Generates nginx's list of paths that accept larger bodies: those of operations that declare it.
enum UploadLocations {
    /// Its path in the repository; `nginx/render` reads it.
    static let file = "nginx/uploads.conf"

    /// The maximum body size in nginx for all other paths, in bytes.
    private static let common = 1 << 20

    /// - Parameter services: The running services' descriptions.
    /// - Returns: A location for each path of such an operation, sorted by path.
    static func configuration(of services: [ServiceDescription]) -> String {
        let operations = services.flatMap(\.operations).filter { $0.method != nil && $0.bodyLimit > common }
        let limits = Dictionary(
            operations.flatMap { operation in operation.paths.map { ($0, operation.bodyLimit) } },
            uniquingKeysWith: max
        )
        return header + limits.sorted { $0.key < $1.key }.map { location($0.key, limit: $0.value) }.joined()
    }

    private static let header = """
        # Operations whose bodies may have more than 1 MiB: "rovierr front" writes this from what the running services describe.

        """

    /// Passed on unbuffered, since the gateway authenticates the sender before it reads the body.
    private static func location(_ path: String, limit: Int) -> String {
        """
        location ~ "^\(pattern(of: path))$" {
            client_max_body_size \(limit);
            proxy_request_buffering off;
            proxy_pass http://$gateway;
        }

        """
    }

    private static func pattern(of path: String) -> String {
        path.split(separator: "/").map { $0.utf8.first == UInt8(ascii: "{") ? "/[^/]+" : "/\\Q\($0)\\E" }.joined()
    }
}
