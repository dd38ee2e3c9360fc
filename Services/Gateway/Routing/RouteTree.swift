import Mesh

/// Paths as a tree of segments.
///
/// A segment that is written out goes before one that is a field, and when the one leads nowhere the other is tried, so
/// that `/users/me` and `/users/{id}` live side by side.
struct RouteTree: Sendable {
    /// What a path and a method lead to.
    struct Route: Sendable {
        let endpoint: Endpoint
        /// The fields in the path, in order.
        let fields: [String]
    }

    /// What was found for a request.
    enum Match: Sendable {
        case found(Endpoint, [MeshField])
        /// The path exists, with these methods.
        case otherMethods([String])
        case notFound
    }

    private var literals: [String: RouteTree] = [:]
    /// At most one; an array because a struct cannot hold itself.
    private var field: [RouteTree] = []
    private var routes: [String: Route] = [:]

    /// Adds a route.
    ///
    /// - Parameters:
    ///   - endpoint: Where it leads.
    ///   - method: In capitals.
    ///   - template: A whole path with `{name}` for fields.
    /// - Returns: The operation that has the place already, if there is one; it stays.
    mutating func insert(_ endpoint: Endpoint, method: String, template: String) -> String? {
        let segments = template.split(separator: "/")
        let fields = segments.compactMap(Self.fieldName)
        return insert(Route(endpoint: endpoint, fields: fields), method, segments[...])
    }

    private mutating func insert(_ route: Route, _ method: String, _ segments: ArraySlice<Substring>) -> String? {
        guard let first = segments.first else {
            if let present = routes[method] { return present.endpoint.operation }
            routes[method] = route
            return nil
        }
        if Self.fieldName(first) != nil {
            if field.isEmpty { field.append(RouteTree()) }
            return field[0].insert(route, method, segments.dropFirst())
        }
        return literals[String(first), default: RouteTree()].insert(route, method, segments.dropFirst())
    }

    private static func fieldName(_ segment: Substring) -> String? {
        segment.hasPrefix("{") && segment.hasSuffix("}") ? String(segment.dropFirst().dropLast()) : nil
    }

    /// Finds the route for a request; `HEAD` finds what `GET` does.
    func match(method: String, _ segments: [String]) -> Match {
        var allowed: Set<String> = []
        var values: [String] = []
        let wanted = method == "HEAD" ? "GET" : method
        guard let route = find(wanted, segments[...], &values, &allowed) else {
            guard !allowed.isEmpty else { return .notFound }
            if allowed.contains("GET") { allowed.insert("HEAD") }
            return .otherMethods(allowed.sorted())
        }
        return .found(route.endpoint, zip(route.fields, values).map { MeshField($0, $1) })
    }

    private func find(
        _ method: String,
        _ segments: ArraySlice<String>,
        _ values: inout [String],
        _ allowed: inout Set<String>
    ) -> Route? {
        guard let first = segments.first else {
            if let route = routes[method] { return route }
            allowed.formUnion(routes.keys)
            return nil
        }
        if let route = literals[first]?.find(method, segments.dropFirst(), &values, &allowed) { return route }
        guard let field = field.first else { return nil }
        values.append(first)
        if let route = field.find(method, segments.dropFirst(), &values, &allowed) { return route }
        values.removeLast()
        return nil
    }
}
