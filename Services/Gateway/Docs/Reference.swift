/// The reference that people read in a browser: three files compiled in, which need nothing from elsewhere.
enum Reference {
    case page
    case style
    case script

    init?(path: String) {
        switch path {
        case "/docs": self = .page
        case "/docs/reference.css": self = .style
        case "/docs/reference.js": self = .script
        default: return nil
        }
    }

    var response: Response {
        let (type, body) =
            switch self {
            case .page: ("text/html; charset=utf-8", PackageResources.index_html)
            case .style: ("text/css; charset=utf-8", PackageResources.reference_css)
            case .script: ("text/javascript; charset=utf-8", PackageResources.reference_js)
            }
        return Response(status: 200, contentType: type, headers: Self.headers, body: body)
    }

    /// Own files and own calls, and nothing written into the page runs.
    private static let headers = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        )
    ]
}
