/// What the gateway answers by itself.
enum PlatformRoute: Sendable {
    case live
    case ready
    case health
    case openAPI
    case docs(Reference)
    case websocket

    init?(path: String) {
        switch path {
        case "/health", "/api/health": self = .health
        case "/health/live": self = .live
        case "/health/ready": self = .ready
        case "/api/v1/openapi.json": self = .openAPI
        case "/connection/websocket": self = .websocket
        default:
            guard let reference = Reference(path: path) else { return nil }
            self = .docs(reference)
        }
    }
}
