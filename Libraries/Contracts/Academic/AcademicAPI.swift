public import Contracts

/// The operations and events of the academic service.
public let academicAPI = ServiceAPI(
    "academic",
    operations: [
        ListUniversities.self, GetUniversity.self, CreateUniversity.self, ReplaceUniversity.self, UpdateUniversity.self,
        DeleteUniversity.self, ResolveUniversity.self, ListDepartments.self, GetDepartment.self, CreateDepartment.self,
        ReplaceDepartment.self, UpdateDepartment.self, DeleteDepartment.self, ListPrograms.self, GetProgram.self,
        CreateProgram.self, ReplaceProgram.self, UpdateProgram.self, DeleteProgram.self, CheckAffiliations.self,
    ],
    events: [UniversityChanged.self, UniversityDeleted.self]
)
