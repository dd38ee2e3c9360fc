import Contracts
public import FormsContracts
public import Postgres
import ServiceKit

extension FormStatus: PostgresEncodable, PostgresDecodable {}
extension FormEntityType: PostgresEncodable, PostgresDecodable {}
extension PaymentStatus: PostgresEncodable, PostgresDecodable {}
extension ProfileUpdateStatus: PostgresEncodable, PostgresDecodable {}
extension ProfileFieldKey: PostgresEncodable, PostgresDecodable {}

/// A form rendered, bound as `json`, which keeps it byte for byte.
struct FormDocument: PostgresEncodable, PostgresDecodable {
    let bytes: [UInt8]

    init(_ form: Form) { bytes = form.jsonBytes }

    static var postgresType: PostgresType { .json }
    func encode(into buffer: inout PostgresBuffer) { buffer.append(contentsOf: bytes) }
    init(postgres bytes: PostgresBytes, type: PostgresType) throws { self.bytes = [UInt8](bytes) }

    func form() throws -> Form { try Form(jsonBytes: bytes) }
}
