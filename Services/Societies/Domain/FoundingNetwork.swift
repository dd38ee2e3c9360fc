import OpenSSL
import ServiceKit

extension RequestContext {
    /// A hash of where the client is: its IPv4 address, or the /48 around its IPv6 one; `nil` if that is unknown.
    var foundingNetwork: [UInt8]? {
        guard !clientAddress.isEmpty else { return nil }
        let network = ClientNetwork(clientAddress)
        return SHA256.hash(Array((network.site ?? network.text).utf8))
    }
}
