internal import CLibPQ

/// Bound values in the arrays that libpq takes.
///
/// The pointers are good within `withParameters` only.
@unsafe struct Parameters {
    let values: [UnsafePointer<CChar>?]
    let lengths: [CInt]
    /// All values are in binary format, which libpq numbers 1.
    let formats: [CInt]

    var count: CInt { unsafe CInt(lengths.count) }
}

extension SQL {
    /// The types of the bound values, for parsing the statement.
    var parameterTypes: [Oid] { shape.parameters.map(\.type) }

    /// Refuses what the protocol cannot carry, before a connection is touched.
    func checkSendable() throws(PostgresError) {
        guard shape.parameters.count <= 65_535 else {
            throw PostgresError(.invalidStatement, "a statement binds at most 65535 values; bind an array instead")
        }
        // A field of PostgreSQL's holds less than a gigabyte.
        guard shape.parameters.last?.end ?? 0 < 1 << 30 else {
            throw PostgresError(.invalidStatement, "the values are larger than a gigabyte")
        }
    }

    /// Lays the bound values out for libpq.
    func withParameters<R>(_ body: (Parameters) throws -> R) rethrows -> R {
        let parameters = shape.parameters
        let formats = [CInt](repeating: 1, count: parameters.count)
        return try unsafe withValues { bytes in
            var values: [UnsafePointer<CChar>?] = unsafe []
            var lengths: [CInt] = []
            unsafe values.reserveCapacity(parameters.count)
            lengths.reserveCapacity(parameters.count)
            var start = 0
            for parameter in parameters {
                let address = unsafe bytes.baseAddress.map { unsafe ($0 + start).assumingMemoryBound(to: CChar.self) }
                unsafe values.append(parameter.isNull ? nil : address)
                lengths.append(CInt(parameter.end - start))
                start = parameter.end
            }
            return try unsafe body(Parameters(values: values, lengths: lengths, formats: formats))
        }
    }
}
