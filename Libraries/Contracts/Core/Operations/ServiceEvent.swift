/// Something that happened in a service and that others may learn.
///
/// Fields are only ever added.
public protocol ServiceEvent: ContractObject {
    /// CloudEvents' `type`: `<subject>.<what happened>`, such as `society.registration.approved`.
    static var type: String { get }
    /// Raised by a change that readers of the one before would misread; they set such events aside.
    static var version: Int { get }
    /// Which service says it.
    static var producer: String { get }
    /// The entity whose events keep their order, such as a society's id.
    var aggregate: String { get }
    /// The people to notify and what to tell them; `nil` for nobody, the default.
    var notice: Notice? { get }
}

extension ServiceEvent {
    public static var version: Int { 1 }
    public var notice: Notice? { nil }
}
