/// An operation that any service may answer for what it owns, so its name begins with no service's.
///
/// A caller names the service: `caller.call(operation, to: service, context)`. The service answers from its own data,
/// without further calls, so two services may ask each other.
public protocol ReservedOperation: ServiceOperation {}
