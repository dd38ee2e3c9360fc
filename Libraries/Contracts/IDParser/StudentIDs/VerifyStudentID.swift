public import Contracts

/// Tells whether a text can be a student number of a university, and what speaks against it.
public struct VerifyStudentID: ServiceOperation {
    public static let contract = Contract(
        "id-parser.student-ids.verify",
        .post("/student-ids/verify"),
        access: .user,
        callers: ["auth"],
        "Check a student number",
        rate: .read,
        isIdempotent: true,
        idempotency: .notOffered
    )
    public let studentId: WrittenStudentID
    public let university: ClaimedUniversity
    public let claims: StudentIDClaims?
    public typealias Reply = StudentIDVerification
    public var universityCode: Code? { university.universityCode }
    public var universityId: UniversityID? { university.universityId }

    public init(
        studentId: WrittenStudentID,
        universityCode: Code? = nil,
        universityId: UniversityID? = nil,
        claims: StudentIDClaims? = nil
    ) {
        self.studentId = studentId
        self.university = ClaimedUniversity(universityCode: universityCode, universityId: universityId)
        self.claims = claims
    }
}

/// The university that the number is claimed to belong to.
public struct ClaimedUniversity: FlattenedObject, Equatable {
    public let universityCode: Code?
    /// An alternative to the code, for callers that do not know it.
    public let universityId: UniversityID?

    public func validate(_ reader: ContractReader) {
        guard (universityCode == nil) == (universityId == nil) else { return }
        reader.inside("universityCode") {
            reader.fail(.required, "Give either the university's code or its id.")
        }
    }
}

/// What a number's owner says of it.
public struct StudentIDClaims: ContractObject, Equatable {
    /// Compared with the field `department`.
    public let departmentCode: Code?
    /// Compared with the field `year`.
    public let entryYear: Whole<1900, 2200>?

    public init(departmentCode: Code? = nil, entryYear: Whole<1900, 2200>? = nil) {
        self.departmentCode = departmentCode
        self.entryYear = entryYear
    }
}

/// The outcome of checking a student number.
public struct StudentIDVerification: ContractObject, OperationReply, Equatable {
    /// `true` if it fits one of the university's patterns and nothing speaks against it.
    public let valid: Bool
    /// Empty when it is valid.
    public let reasons: [StudentIDReason]
    /// `true` if the university has active patterns; without any, nothing can be said.
    public let patternsConfigured: Bool
    /// The number in canonical form: NFKC, capital letters, and only the separators that the pattern requires.
    ///
    /// If no pattern matches, it has no separators.
    public let studentId: String
    /// `nil` when no pattern takes it.
    public let patternId: IDPatternID?
    public let fields: [String: String]
    /// The changes that were made to read it.
    public let normalization: [Normalization]

    public init(
        valid: Bool,
        reasons: [StudentIDReason],
        patternsConfigured: Bool,
        studentId: String,
        patternId: IDPatternID?,
        fields: [String: String],
        normalization: [Normalization]
    ) {
        self.valid = valid
        self.reasons = reasons
        self.patternsConfigured = patternsConfigured
        self.studentId = studentId
        self.patternId = patternId
        self.fields = fields
        self.normalization = normalization
    }
}
