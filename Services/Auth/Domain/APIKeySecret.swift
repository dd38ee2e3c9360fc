import AuthContracts
import Contracts
import OpenSSL

/// An API key as its holder has it, of which only a hash is stored.
struct APIKeySecret: Sendable {
    let key = APIKeyText(unchecked: "rov_" + .randomToken())

    /// Eight random characters of it: enough to tell keys apart, and far too few to guess the rest by.
    var prefix: String { String(key.text.prefix(12)) }
    var hash: [UInt8] { SHA256.hash(Array(key.text.utf8)) }
}

extension Role {
    /// Selects the scopes that an owner of this role may give a key.
    func scopes(within scopes: [Permission]) -> [Permission] {
        scopes.filter { AccountScope.catalogue.contains($0) || !permissions(within: [$0]).isEmpty }
    }

    /// What a key with these scopes may do now, for an owner of this role.
    func permissions(within scopes: [Permission]) -> [Permission] {
        scopes.filter { scope in permissions.contains { $0.covers(scope) } }
    }

    /// The highest role, at most this one, all of whose permissions are among these.
    ///
    /// A role says more than its permissions, such as in how many universities its holder acts, so a key has it only with all
    /// of them.
    func limited(to permissions: [Permission]) -> Role {
        Role.allCases.last { role in
            includes(role) && role.permissions.allSatisfy { needed in permissions.contains { $0.covers(needed) } }
        } ?? .student
    }
}
