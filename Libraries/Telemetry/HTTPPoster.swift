import CCurl

/// Sends documents to one address over a connection that it keeps; nothing else calls libcurl.
///
/// It waits for the answer, so it belongs on a thread of its own, and on one at a time.
@safe final class HTTPPoster {
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    private let handle: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?

    /// - Returns: `nil` when libcurl cannot be used at all.
    init?(url: String, headers: [String], timeout: Duration) {
        guard Self.isReady, let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { unsafe list = unsafe curl_slist_append(list, header) }
        unsafe self.headers = list
        unsafe ccurl_prepare(handle, url, list, Int(timeout / .milliseconds(1)))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
    }

    /// Sends a document.
    ///
    /// - Returns: `nil` once it was taken; else why not.
    func post(_ body: [UInt8]) -> String? {
        var status = 0
        let code = unsafe body.withUnsafeBytes { unsafe ccurl_post(handle, $0.baseAddress, $0.count, &status) }
        guard code == CURLE_OK else { return unsafe String(cString: curl_easy_strerror(code)) }
        return 200..<300 ~= status ? nil : "the answer was \(status)"
    }
}
