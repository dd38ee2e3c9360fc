internal import CLibPQ
import Glibc

/// One connection to PostgreSQL, in libpq's pipeline mode and never blocking.
///
/// What is sent up to a `sync` is a unit: outside of a transaction block it takes effect as a whole or not at all, and its
/// failure does not touch the units behind it. Each unit gets one `Reply`, in order.
///
/// Its owner is a lane, which calls it under a mutex, or a transaction, which runs one statement after the other.
@safe final class Connection: @unchecked Sendable {  // Safe: its owner calls it from one thread at a time.
    /// The reply to one unit.
    struct Reply {
        /// The rows of its last statement, or its first error.
        var result: Result<PostgresRows, PostgresError> = .success(PostgresRows())
        /// `true` if it failed only because a prepared statement no longer fits; a retry parses it again.
        var isStale = false
        /// Tells whether the server cancelled the unit, on request or because of its own time limit.
        var isCancelled: Bool { if case .failure(let error) = result { error.isQueryCanceled } else { false } }
    }

    /// A statement that the server knows by name.
    private final class Prepared {
        let name: String
        let shape: StatementShape
        var columns: Columns?
        /// Why the server could not parse it, for the units that were sent before that was known.
        var parseError: PostgresError?
        var lastUse: UInt64 = 0

        init(name: String, shape: StatementShape) {
            self.name = name
            self.shape = shape
        }
    }

    /// The next thing that the server owes.
    private enum Expectation {
        case parse(Prepared)
        case rows(Prepared?)
        case sync
    }

    /// The maximum number of prepared statements of a connection; the least recently used one is deallocated.
    private static let preparedLimit = 256

    /// A descriptor of its own for libpq's socket, to wait for: libpq closes its own when the server goes away.
    let socket: CInt
    private let handle: OpaquePointer
    private let isShared: Bool
    private let naming: PostgresConfiguration.PreparedStatements
    private var prepared: [StatementShape: Prepared] = [:]
    private var uses: UInt64 = 0
    private var expectations = Queue<Expectation>()
    private var reply = Reply()
    /// Why nothing more can be entrusted to the connection, although it stands.
    private var refusal: String?

    /// Connects, and makes sure that a server answers.
    ///
    /// Blocks: run it on a thread of its own.
    ///
    /// - Parameters:
    ///   - configuration: The server's address, and the time limit of the login and again of the first answer.
    ///   - isShared: Whether its units come from different callers, so that none may leave a transaction open.
    /// - Returns: The connection, in pipeline mode.
    /// - Throws: `PostgresError` of kind `connectionFailed`.
    static func open(
        _ configuration: PostgresConfiguration,
        isShared: Bool
    ) throws(PostgresError) -> Connection {
        let handle = try unsafe LibPQ.connect(configuration)
        guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1 else {
            defer { unsafe PQfinish(handle) }
            throw PostgresError(.connectionFailed, unsafe LibPQ.message(handle))
        }
        let socket = unsafe fcntl(PQsocket(handle), F_DUPFD_CLOEXEC, 0)
        guard socket >= 0 else {
            defer { unsafe PQfinish(handle) }
            throw PostgresError(.connectionFailed, "the system gives no further file descriptors")
        }
        let connection = unsafe Connection(
            handle,
            socket,
            naming: configuration.preparedStatements,
            isShared: isShared
        )
        do throws(PostgresError) {
            try connection.probe(within: configuration.connectTimeout)
        } catch {
            throw PostgresError(.connectionFailed, error.message)
        }
        return connection
    }

    private init(
        _ handle: OpaquePointer,
        _ socket: CInt,
        naming: PostgresConfiguration.PreparedStatements,
        isShared: Bool
    ) {
        self.isShared = isShared
        unsafe self.handle = handle
        self.socket = socket
        self.naming = naming
    }

    deinit {
        unsafe PQfinish(handle)
        close(socket)
    }

    /// `true` if replies are outstanding.
    var isBusy: Bool { !expectations.isEmpty }

    /// `true` if a transaction is open.
    ///
    /// libpq knows that only while nothing is under way.
    var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Adds a statement to the unit.
    func send(_ sql: SQL) throws(PostgresError) {
        guard naming == .named else {
            let types = sql.parameterTypes
            try unsafe check(
                sql.withParameters { parameters in
                    unsafe PQsendQueryParams(
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
            )
            return expectations.append(.rows(nil))
        }
        let statement = if let known = prepared[sql.shape] { known } else { try prepare(sql) }
        uses += 1
        statement.lastUse = uses
        try unsafe check(
            sql.withParameters { parameters in
                unsafe PQsendQueryPrepared(
                    handle,
                    statement.name,
                    parameters.count,
                    parameters.values,
                    parameters.lengths,
                    parameters.formats,
                    1
                )
            }
        )
        expectations.append(.rows(statement))
    }

    /// Ends the unit.
    func sync() throws(PostgresError) {
        try check(unsafe clibpq_sync(handle))
        expectations.append(.sync)
    }

    /// Sends what libpq holds back.
    ///
    /// - Returns: `true` if all has been sent; otherwise call again when the socket can be written or read.
    func flush() throws(PostgresError) -> Bool {
        let status = unsafe PQflush(handle)
        try check(status >= 0 ? 1 : 0)
        return status == 0
    }

    /// Takes in what has arrived.
    ///
    /// - Returns: `true` if the connection still stands. Replies that came before it broke can still be read.
    func receive() -> Bool {
        unsafe PQconsumeInput(handle) == 1 && stands
    }

    /// Tells whether a connection that owes nothing still stands.
    ///
    /// Costs one system call. A server that closes it sends a reason first, and the end may come a moment later: so
    /// whatever can be read tells against it, even if it is only that the server has reloaded its settings.
    func isAlive() -> Bool {
        var readiness = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&readiness, 1, 0) > 0 else { return stands }
        _ = receive()  // the reason, for `lostError`
        return false
    }

    /// `true` if the connection can be used on, once `nextReply` has returned `nil`.
    var stands: Bool { unsafe refusal == nil && PQstatus(handle) == CONNECTION_OK }

    /// The next unit's reply, or `nil` while it is not complete.
    func nextReply() -> Reply? {
        while refusal == nil, let expectation = expectations.first, unsafe PQisBusy(handle) == 0 {
            guard let pointer = unsafe PQgetResult(handle) else {
                // No result marks the end of a command; on a broken connection it marks nothing.
                if unsafe PQstatus(handle) != CONNECTION_OK { return nil }
                _ = expectations.popFirst()
                continue
            }
            let result = unsafe ResultHandle(pointer)
            guard result.status == PGRES_PIPELINE_SYNC else {
                take(result, for: expectation)
                continue
            }
            _ = expectations.popFirst()
            defer { reply = Reply() }
            if isShared, isInTransaction { refusal = "a single statement left a transaction open" }
            return reply
        }
        return nil
    }

    /// The reason why the connection broke, as far as libpq knows.
    func lostError() -> PostgresError {
        let message = unsafe refusal ?? LibPQ.message(handle)
        return PostgresError(.connectionLost, message, outcome: .unknown)
    }

    /// Makes a request to cancel the statement that the server runs.
    func cancellation() -> Cancellation? {
        unsafe PQgetCancel(handle).map { unsafe Cancellation($0) }
    }

    /// Waits until a statement is answered: a pooler logs clients in even while it has no server.
    private func probe(within limit: Duration) throws(PostgresError) {
        let deadline = ContinuousClock.now + limit
        try sendUnnamed("SELECT 1")
        try sync()
        while true {
            let isSent = try flush()
            if let reply = nextReply() {
                _ = try reply.result.get()
                return
            }
            guard stands else {
                _ = try reply.result.get()  // a pooler says why before it closes the connection
                throw lostError()
            }
            var readiness = pollfd(fd: socket, events: Int16(isSent ? POLLIN : POLLIN | POLLOUT), revents: 0)
            let left = deadline - ContinuousClock.now
            let milliseconds: Double = max(0, min(3_600_000, left / .milliseconds(1)))
            guard unsafe poll(&readiness, 1, CInt(milliseconds)) != 0 else {
                throw PostgresError(.connectionFailed, "the login succeeded, but no statement was answered")
            }
            _ = receive()  // what is read may explain why the connection broke
        }
    }

    private func take(_ result: ResultHandle, for expectation: Expectation) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            guard case .rows(let statement) = expectation, case .success = reply.result else { return }
            let columns = statement?.columns ?? result.columns()
            statement?.columns = columns
            reply.result = .success(PostgresRows(result, columns: columns))
        case PGRES_PIPELINE_ABORTED:
            if case .parse(let statement) = expectation { forget(statement) }
        case PGRES_FATAL_ERROR:
            fail(result.error(), during: expectation)
        default:
            refusal = "COPY cannot be used"  // it cannot be ended in pipeline mode
        }
    }

    private func fail(_ error: PostgresError, during expectation: Expectation) {
        if case .success = reply.result { reply.result = .failure(error) }
        switch expectation {
        case .parse(let statement):
            // A cancelled parse says nothing about the statement: units that were sent with its name are stale.
            if !error.isQueryCanceled { statement.parseError = error }
            forget(statement)
        case .rows(let statement?) where error.sqlState == "26000" && statement.parseError != nil:
            reply.result = .failure(statement.parseError ?? error)
        case .rows(let statement?) where error.sqlState == "26000" || error.sqlState == "0A000":
            // The name is gone (another pooled server), or the table has changed so that the plan's columns would.
            forget(statement)
            reply.isStale = true
        case .rows, .sync:
            break
        }
    }

    private func prepare(_ sql: SQL) throws(PostgresError) -> Prepared {
        if prepared.count >= Self.preparedLimit, let oldest = prepared.values.min(by: { $0.lastUse < $1.lastUse }) {
            forget(oldest)
            try sendUnnamed("DEALLOCATE \(oldest.name)")
        }
        uses += 1
        let statement = Prepared(name: "s\(uses)", shape: sql.shape)
        let types = sql.parameterTypes
        try check(unsafe PQsendPrepare(handle, statement.name, sql.text, CInt(types.count), types))
        expectations.append(.parse(statement))
        prepared[sql.shape] = statement
        return statement
    }

    /// Adds a statement without values that is not worth preparing.
    private func sendUnnamed(_ text: String) throws(PostgresError) {
        try check(unsafe PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 1))
        expectations.append(.rows(nil))
    }

    private func forget(_ statement: Prepared) {
        if prepared[statement.shape] === statement { prepared[statement.shape] = nil }
    }

    private func check(_ status: CInt) throws(PostgresError) {
        guard status == 1 else { throw lostError() }
    }
}
