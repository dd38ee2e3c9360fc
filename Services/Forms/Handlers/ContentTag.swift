import Contracts
import OpenSSL
import ServiceKit

extension RequestContext {
    /// Refuses a write of what has no revision of its own unless `If-Match` names it as a GET shows it now.
    ///
    /// - Parameter content: What a GET answers; its tag is a hash of that.
    /// - Throws: `PRECONDITION_FAILED`.
    func checkPrecondition(content: some OperationReply) throws(ServiceError) {
        try checkPrecondition("\"\(Base64URL.encode(Array(SHA256.hash(content.body(trimmedTo: nil)).prefix(12))))\"")
    }
}
