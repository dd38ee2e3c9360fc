internal import CLibPQ

/// One `PGresult`, freed when the last row or value read from it goes away.
@safe final class ResultHandle: @unchecked Sendable {  // Safe: libpq never changes a PGresult it returned.
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe PQclear(pointer) }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }
    var rowCount: Int { Int(unsafe PQntuples(pointer)) }
    var columnCount: Int { Int(unsafe PQnfields(pointer)) }

    /// How many rows a statement touched: the number at the end of its tag, as in `UPDATE 3`.
    var affected: Int {
        var number = 0
        guard var digit = unsafe PQcmdTuples(pointer) else { return 0 }
        while unsafe digit.pointee != 0 {
            unsafe number = number * 10 + Int(digit.pointee) - 48
            unsafe digit += 1
        }
        return number
    }

    /// The command that ran, as in `INSERT 0 1` or `ROLLBACK`.
    var tag: String { unsafe string(PQcmdStatus(pointer)) ?? "" }

    /// Names and types of the columns.
    func columns() -> Columns {
        let indices = 0..<Int32(columnCount)
        return Columns(
            names: indices.map { unsafe string(PQfname(pointer, $0)) ?? "" },
            types: indices.map { PostgresType(oid: unsafe PQftype(pointer, $0)) }
        )
    }

    /// A value's bytes; `nil` for NULL.
    ///
    /// The indices must be within the result.
    func value(row: Int32, column: Int32) -> PostgresBytes? {
        if unsafe PQgetisnull(pointer, row, column) != 0 { return nil }
        guard let start = unsafe PQgetvalue(pointer, row, column) else { return nil }
        let count = Int(unsafe PQgetlength(pointer, row, column))
        return unsafe PostgresBytes(owner: self, start: UnsafeRawPointer(start), count: count)
    }

    /// The error that the server reported instead of a result.
    func error() -> PostgresError {
        PostgresError(
            sqlState: field(CLIBPQ_SQLSTATE) ?? "",
            severity: field(CLIBPQ_SEVERITY),
            message: unsafe field(CLIBPQ_MESSAGE) ?? string(PQresultErrorMessage(pointer)) ?? "",
            constraint: field(CLIBPQ_CONSTRAINT),
            schema: field(CLIBPQ_SCHEMA),
            table: field(CLIBPQ_TABLE),
            column: field(CLIBPQ_COLUMN)
        )
    }

    private func field(_ code: CInt) -> String? { unsafe string(PQresultErrorField(pointer, code)) }

    private func string(_ start: UnsafePointer<CChar>?) -> String? { unsafe start.map { unsafe String(cString: $0) } }
}

/// The columns of a statement's result, shared by all its rows.
final class Columns: Sendable {
    let names: [String]
    let types: [PostgresType]

    init(names: [String] = [], types: [PostgresType] = []) {
        self.names = names
        self.types = types
    }
}
