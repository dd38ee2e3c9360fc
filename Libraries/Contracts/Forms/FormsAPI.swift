public import Contracts

/// The operations and events of the forms service.
public let formsAPI = ServiceAPI(
    "forms",
    operations: [
        ListForms.self, CreateForm.self, GetForm.self, ReplaceForm.self, UpdateForm.self, DeleteForm.self,
        PublishForm.self, CloseForm.self, ReopenForm.self, ArchiveForm.self, DuplicateForm.self, AddPage.self,
        UpdatePage.self, RemovePage.self, AddQuestion.self, UpdateQuestion.self, RemoveQuestion.self, ReorderForm.self,
        GetAutofill.self, SubmitResponse.self, SubmitForEntity.self, WithdrawSubmission.self, BindForm.self,
        ListResponses.self, ExportResponses.self, GetResponse.self, DeleteResponse.self, ListProfileUpdates.self,
        ApproveProfileUpdate.self, RejectProfileUpdate.self, ListProfileFieldMappings.self, GetProfileFieldMapping.self,
        CreateProfileFieldMapping.self, ReplaceProfileFieldMapping.self, DeleteProfileFieldMapping.self,
        GetTenantUsage.self, ExportPersonalData.self,
    ],
    events: [FormPublished.self, FormClosed.self, FormResponseSubmitted.self]
)
