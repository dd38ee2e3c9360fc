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
        switch self {
        case .page: Self.pageResponse
        case .style: Self.styleResponse
        case .script: Self.scriptResponse
        }
    }

    private static let pageResponse = response("text/html", PackageResources.index_html)
    private static let styleResponse = response("text/css", PackageResources.reference_css)
    private static let scriptResponse = response("text/javascript", PackageResources.reference_js)

    private static func response(_ type: String, _ body: [UInt8]) -> Response {
        Response(document: body, contentType: "\(type); charset=utf-8", headers: headers)
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
