/// What an operation does with an `Idempotency-Key`.
public enum Idempotency: String, ChoiceValue {
    /// The first answer is stored together with the effect; the same request under the same key and credential gets it
    /// again for 24 hours, once the access rules have been checked again.
    case recorded
    /// Repeating the request changes nothing more, so that it needs no key; one that is sent is ignored.
    case naturallyIdempotent
    /// A key is ignored: the request writes nothing, or must take effect each time, such as signing in and out.
    case notOffered
}
