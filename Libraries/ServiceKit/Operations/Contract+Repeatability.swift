public import Contracts
import HTTPTypes
public import Mesh

extension Contract {
    /// Whether a caller may ask again, without a key.
    public var repeatability: Repeatability {
        route?.method == .get ? .read : isIdempotent ? .idempotent : .never
    }
}
