internal import CArgon2
internal import Glibc

/// Argon2id, RFC 9106, version 1.3, by libargon2.
struct Argon2id: Sendable, Hashable {
    /// In KiB; also what one hash in progress takes of the machine's memory.
    let memory: UInt32
    /// How often the memory is gone through.
    let passes: UInt32
    let lanes: UInt32

    /// OWASP's *Password Storage Cheat Sheet* names these as the least for 2023 and later: 19 MiB, two passes, one lane.
    static let recommended = Argon2id(memory: 19_456, passes: 2, lanes: 1)
    /// Beyond these a stored hash is taken for damaged: checking it could stall the service.
    static let limit = Argon2id(memory: 131_072, passes: 16, lanes: 4)

    static let saltBytes = 16
    static let hashBytes = 32

    /// The hash of `password`.
    func hash(_ password: [UInt8], salt: [UInt8], count: Int = hashBytes) throws(PasswordHashError) -> [UInt8] {
        var password = password
        var salt = salt
        var output = [UInt8](repeating: 0, count: count)
        let result = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe password.withUnsafeMutableBufferPointer { password in
                unsafe salt.withUnsafeMutableBufferPointer { salt in
                    var context = unsafe argon2_context()
                    unsafe context.out = output.baseAddress
                    unsafe context.outlen = UInt32(output.count)
                    unsafe context.pwd = password.baseAddress
                    unsafe context.pwdlen = UInt32(password.count)
                    unsafe context.salt = salt.baseAddress
                    unsafe context.saltlen = UInt32(salt.count)
                    unsafe context.t_cost = passes
                    unsafe context.m_cost = memory
                    unsafe context.lanes = lanes
                    unsafe context.threads = 1
                    unsafe context.version = ARGON2_VERSION_13.rawValue
                    unsafe context.allocate_cbk = unsafe mapMemory
                    unsafe context.free_cbk = unsafe unmapMemory
                    unsafe context.flags = 1  // ARGON2_FLAG_CLEAR_PASSWORD: wipes our copy of it
                    return unsafe argon2_ctx(&context, Argon2_id)
                }
            }
        }
        guard result == ARGON2_OK.rawValue else { throw .failed(code: result) }
        return output
    }
}

/// Memory straight from the kernel, because glibc keeps what comes from malloc.
///
/// At the first free it would raise its mmap threshold and hold the 19 MiB in its heap from then on.
private func mapMemory(_ memory: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: Int) -> CInt {
    let mapping = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
        return ARGON2_MEMORY_ALLOCATION_ERROR.rawValue
    }
    unsafe memory?.pointee = unsafe mapping.assumingMemoryBound(to: UInt8.self)
    return ARGON2_OK.rawValue
}

/// libargon2 has wiped the memory before it gives it back.
private func unmapMemory(_ memory: UnsafeMutablePointer<UInt8>?, _ count: Int) {
    unsafe munmap(memory, count)
}

/// libargon2 could not compute a hash, for which lack of memory is the known cause.
public enum PasswordHashError: Error, Sendable, Hashable {
    case failed(code: Int32)
}
