import OpenSSL
import ServiceKit

extension RequestContext {
    /// The hash of the client's IPv4 address, or of the /48 around its IPv6 address; `nil` if the address is unknown.
    var foundingNetwork: [UInt8]? {
        guard !clientAddress.isEmpty else { return nil }
        let network = ClientNetwork(clientAddress)
        return SHA256.hash(Array((network.site ?? network.text).utf8))
    }
}
