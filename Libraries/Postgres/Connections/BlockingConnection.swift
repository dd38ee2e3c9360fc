internal import CLibPQ

/// A connection for the commands of an administrator: scripts, migrations, `CREATE DATABASE`.
///
/// Every call blocks: use it within `Thread.run`.
@safe struct BlockingConnection: ~Copyable {
    private let handle: OpaquePointer

    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        unsafe handle = try LibPQ.connect(configuration)
    }

    deinit { unsafe PQfinish(handle) }

    /// Whether a transaction block is open and sound.
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_INTRANS }

    /// Runs one statement with bound values.
    @discardableResult
    func query(_ sql: SQL) throws(PostgresError) -> PostgresRows {
        let types = sql.parameterTypes
        let pointer = unsafe sql.withParameters { parameters in
            unsafe PQexecParams(
                handle,
                sql.text,
                parameters.count,
                types,
                parameters.values,
                parameters.lengths,
                parameters.formats,
                1
            )
        }
        let result = try unsafe check(pointer)
        return PostgresRows(result, columns: result.columns())
    }

    /// Runs a text of several statements.
    func run(script: String) throws(PostgresError) {
        _ = try unsafe check(PQexec(handle, script))
    }

    /// Runs `body` in a transaction.
    func transaction<R>(_ body: () throws -> R) throws -> R {
        try run(script: "BEGIN")
        do {
            let result = try body()
            try run(script: "COMMIT")
            return result
        } catch {
            try? run(script: "ROLLBACK")  // the error that led here says more than a second one
            throw error
        }
    }

    /// The SCRAM verifier of a password, so that the password itself never stands in a statement or a log.
    func verifier(of password: String, for role: String) throws(PostgresError) -> String {
        guard let text = unsafe PQencryptPasswordConn(handle, password, role, "scram-sha-256") else {
            throw PostgresError(.configuration, "the password cannot be used: \(unsafe LibPQ.message(handle))")
        }
        defer { unsafe PQfreemem(text) }
        return unsafe String(cString: text)
    }

    private func check(_ pointer: OpaquePointer?) throws(PostgresError) -> ResultHandle {
        guard let pointer = unsafe pointer else { throw lostError() }
        let result = unsafe ResultHandle(pointer)
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return result
        case _ where unsafe PQstatus(handle) != CONNECTION_OK: throw lostError()
        default: throw result.error()
        }
    }

    private func lostError() -> PostgresError {
        PostgresError(.connectionLost, unsafe LibPQ.message(handle), outcome: .unknown)
    }
}

extension String {
    /// The text as an SQL identifier, whatever it contains.
    var quotedIdentifier: String { quoted("\"") }

    /// The text as an SQL string literal, whatever it contains; `standard_conforming_strings` has been on since 9.1.
    var quotedLiteral: String { quoted("'") }

    private func quoted(_ quote: Character) -> String {
        var result = String(quote)
        for character in unicodeScalars {
            if character == quote.unicodeScalars.first { result.unicodeScalars.append(character) }
            result.unicodeScalars.append(character)
        }
        return result + String(quote)
    }
}
