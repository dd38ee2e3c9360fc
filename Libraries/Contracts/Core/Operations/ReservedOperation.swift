/// An operation that any service may answer for what it holds, under a name of its own.
///
/// The contract's name lacks the service's: `tenant.usage` is `forms.tenant.usage` in forms. A service takes part by
/// listing the operation. It answers from its own data, without further calls, so two services may ask each other.
public protocol ReservedOperation: ServiceOperation {}

extension ServiceOperation {
    /// The contract as a service has it: the name of a reserved operation follows the service's own.
    ///
    /// - Parameter service: The service that answers.
    /// - Returns: The contract with the operation's name on the wire.
    public static func contract(in service: String) -> Contract {
        var contract = Self.contract
        if self is any ReservedOperation.Type { contract.name = "\(service).\(contract.name)" }
        return contract
    }
}
