internal import Foundation
public import Workers

/// Hashes and checks passwords on a bounded number of threads beside the loop, which one hash would hold for tens
/// of milliseconds.
///
/// Purposes take turns, and within a purpose the sources, so that one address that tries a hundred passwords delays
/// another's sign-in by one hash. The queue is bounded too: when it is full, the source with the most waiting hashes is
/// refused at once. Each hash in progress takes 19 MiB, which is returned to the system when it is done.
///
/// Passwords are compared in Unicode's normalization form C, so that keyboards that compose characters and those that
/// write marks separately agree.
public final class PasswordHasher: Sendable {
    /// The purpose of a hash; none starves another.
    public enum Purpose: String, Sendable {
        case signIn, registration, change
    }

    public enum Verification: Sendable, Equatable {
        case wrong
        /// The password is right. `replacement` is a hash to store instead, where the old one was made in an older way.
        case right(replacement: String?)
    }

    /// Too many passwords wait to be hashed; nothing was done.
    public typealias Overloaded = WorkerPool.Overloaded

    private let workers: WorkerPool
    /// What stands in for the hash of an account that does not exist.
    private let decoy: PasswordHash?

    /// - Parameters:
    ///   - threads: How many passwords are hashed at once; one takes 19 MiB and a core meanwhile.
    ///   - maximumWaiting: How many more may wait for a thread.
    public init(threads: Int = 1, maximumWaiting: Int = 64) {
        workers = WorkerPool(label: "passwords", threads: threads, maximumWaiting: maximumWaiting)
        decoy = PasswordHash(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\(String(repeating: "A", count: 43))"
        )
    }

    /// A new hash of `password`, to be stored.
    ///
    /// - Parameters:
    ///   - password: As it was typed.
    ///   - purpose: The purpose of the hash.
    ///   - source: The origin of the request, such as a client's network.
    ///   - group: The source's group, such as a site with many networks, which take turns as one.
    /// - Returns: The hash in PHC form.
    /// - Throws: `Overloaded`, `PasswordHashError`, or `CancellationError`.
    public func hash(
        _ password: String,
        for purpose: Purpose = .registration,
        from source: String = "",
        within group: String? = nil
    ) async throws -> String {
        let password = Self.normalized(password)
        return try await workers.run(for: source, in: [purpose.rawValue, group ?? source]) {
            try PasswordHash.encode(password)
        }
    }

    /// Checks `password` against a stored hash.
    ///
    /// A hash of the password as it was typed, made before passwords were normalized, still verifies.
    ///
    /// - Parameters:
    ///   - password: As it was typed.
    ///   - stored: `nil` where there is no account: the same work is done, and the answer is `.wrong`. So it is for a
    ///     stored text that is no hash.
    ///   - purpose: The purpose of the check.
    ///   - source: The origin of the request, such as a client's network.
    ///   - group: The source's group, such as a site with many networks, which take turns as one.
    /// - Returns: `true` if it is right, and a hash to store instead of an outdated one.
    /// - Throws: `Overloaded`, `PasswordHashError`, or `CancellationError`.
    public func verify(
        _ password: String,
        against stored: String?,
        for purpose: Purpose = .signIn,
        from source: String = "",
        within group: String? = nil
    ) async throws -> Verification {
        let normalized = Self.normalized(password)
        let typed = Array(password.utf8)
        let hash = stored.flatMap(PasswordHash.init)
        guard let compared = hash ?? decoy else { return .wrong }
        return try await workers.run(for: source, in: [purpose.rawValue, group ?? source]) {
            let isCurrent = try compared.matches(normalized)
            let isRight = try isCurrent || typed != normalized && compared.matches(typed)
            guard isRight, hash != nil else { return .wrong }
            let isOutdated = !isCurrent || compared.isOutdated
            return .right(replacement: isOutdated ? try PasswordHash.encode(normalized) : nil)
        }
    }

    /// The bytes of a password in normalization form C.
    private static func normalized(_ password: String) -> [UInt8] {
        let typed = Array(password.utf8)
        guard typed.contains(where: { $0 >= 0x80 }) else { return typed }
        return Array(password.precomposedStringWithCanonicalMapping.utf8)
    }
}
