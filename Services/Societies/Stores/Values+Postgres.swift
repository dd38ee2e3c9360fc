import Contracts
public import Postgres
import ServiceKit
public import SocietiesContracts

extension Slug: PostgresEncodable, PostgresDecodable {}
extension Fee.Currency: PostgresEncodable, PostgresDecodable {}
extension SocietyStatus: PostgresEncodable, PostgresDecodable {}
extension SocietyVisibility: PostgresEncodable, PostgresDecodable {}
extension MemberRole: PostgresEncodable, PostgresDecodable {}
extension AssignableRole: PostgresEncodable, PostgresDecodable {}
extension RegistrationStatus: PostgresEncodable, PostgresDecodable {}

extension Society: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            slug: try row["slug"],
            description: try row["description"],
            universityId: try row["tenant_id"],
            logo: try row["logo"],
            status: try row["status"],
            visibility: try row["visibility"],
            memberCount: try row["member_count"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}

extension Member: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            userId: try row["user_id"],
            name: nil,
            image: nil,
            role: try row["role"],
            joinedAt: try row["joined_at"]
        )
    }
}

extension RegistrationSettings: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        let capacity: Int? = try row["capacity"]
        let feeMinor: Int? = try row["fee_minor"]
        let feeCurrency: Fee.Currency? = try row["fee_currency"]
        self.init(
            formId: try row["form_id"],
            opensAt: try row["opens_at"],
            closesAt: try row["closes_at"],
            requiresApproval: try row["requires_approval"],
            capacity: capacity.flatMap { Whole($0) },
            fee: feeMinor.flatMap { Whole($0) }.flatMap { minor in
                feeCurrency.map { Fee(amountMinor: minor, currency: $0) }
            },
            updatedAt: try row["updated_at"]
        )
    }
}

extension Registration: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            societyId: try row["society_id"],
            userId: try row["user_id"],
            name: nil,
            status: try row["state"],
            formId: try row["form_id"],
            responseId: try row["response_id"],
            reason: try row["reason"],
            decidedBy: try row["decided_by"],
            decidedAt: try row["decided_at"],
            createdAt: try row["created_at"]
        )
    }
}
