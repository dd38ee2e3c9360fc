public import Contracts

/// The operations and events of the id-parser service.
public let idParserAPI = ServiceAPI(
    "id-parser",
    operations: [
        ListIDPatterns.self, GetIDPattern.self, CreateIDPattern.self, ReplaceIDPattern.self, UpdateIDPattern.self,
        DeleteIDPattern.self, ParseStudentIDs.self, ParseStudentIDBatch.self, VerifyStudentID.self,
        GetTenantUsage.self,
    ]
)
