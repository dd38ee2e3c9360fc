import Contracts

extension PlatformRoute {
    static let tag = "platform"

    /// A route of the gateway's own, as the document has it.
    struct Documented: Sendable {
        let path: String
        /// The name that clients call it by.
        let id: String
        /// The name in logs and metrics.
        let name: String
        let summary: String
        let responses: [(status: Int, description: String)]
        let schema: JSONValue
        /// `true` if it has an `ETag`, which `If-None-Match` can name.
        var isVersioned = false

        /// `true` if it stands below `/api`, where budgets are.
        var isAPI: Bool { path.hasPrefix("/api/") }
    }

    static let documented = [
        Documented(
            path: "/api/health",
            id: "getHealth",
            name: "platform.health",
            summary: "Get the health of every service",
            responses: [(200, "Healthy, or degraded."), (503, "A service that everything needs is unreachable.")],
            schema: healthSchema
        ),
        Documented(
            path: "/health/live",
            id: "getLiveness",
            name: "platform.live",
            summary: "Check that the gateway runs",
            responses: [(200, "It runs.")],
            schema: status(["live"])
        ),
        Documented(
            path: "/health/ready",
            id: "getReadiness",
            name: "platform.ready",
            summary: "Check that requests can be served",
            responses: [(200, "They can."), (503, "The gateway is starting or stopping.")],
            schema: status(["ready", "not ready"])
        ),
        Documented(
            path: "/api/v1/openapi.json",
            id: "getDescription",
            name: "platform.openapi",
            summary: "Get this document, which describes every operation",
            responses: [(200, "The document.")],
            schema: ["type": "object", "required": ["openapi", "info", "paths"]],
            isVersioned: true
        ),
    ]

    private static func status(_ words: JSONValue) -> JSONValue {
        ["type": "object", "required": ["status"], "properties": ["status": ["type": "string", "enum": words]]]
    }

    private static let healthSchema: JSONValue = [
        "type": "object",
        "required": ["status", "version", "uptime", "services"],
        "properties": [
            "status": ["type": "string", "enum": ["healthy", "degraded", "down"]],
            "version": ["type": "string"],
            "uptime": ["type": "integer", "minimum": 0, "description": "Seconds."],
            "services": [
                "type": "object",
                "additionalProperties": [
                    "type": "object",
                    "required": ["status", "latencyMs", "replicas"],
                    "properties": [
                        "status": ["type": "string", "enum": ["healthy", "down"]],
                        "latencyMs": ["type": ["number", "null"]],
                        "replicas": ["type": "integer", "minimum": 0],
                    ],
                ],
            ],
        ],
    ]
}
