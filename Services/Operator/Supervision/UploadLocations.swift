import Contracts

/// What tells nginx which addresses take larger bodies than all others: those of operations that declare it.
enum UploadLocations {
    /// Where it is kept in the repository; `nginx/render` reads it.
    static let file = "nginx/uploads.conf"

    /// The largest body that nginx lets in anywhere, in bytes.
    private static let common = 1 << 20

    /// - Parameter services: What the running services describe.
    /// - Returns: A location for each path of such an operation, in the order of the paths.
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

    /// Passed on as it comes, since the gateway checks who sends it before it takes any of it.
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
