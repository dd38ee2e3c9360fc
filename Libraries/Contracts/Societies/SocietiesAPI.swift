public import Contracts

/// The operations and events of the societies service.
public let societiesAPI = ServiceAPI(
    "societies",
    operations: [
        CreateSociety.self, ListSocieties.self, GetSociety.self, ReplaceSociety.self, UpdateSociety.self,
        DeleteSociety.self, ApproveSociety.self, SuspendSociety.self, ArchiveSociety.self, ListMembers.self,
        ChangeMemberRole.self, RemoveMember.self, LeaveSociety.self, TransferPresidency.self, CheckAccess.self,
        ListOpenEntities.self, ListMemberships.self, FormerCheckAccess.self, FormerListOpenEntities.self,
        FormerListMemberships.self, GetRegistrationSettings.self, ConfigureRegistration.self, RegisterForSociety.self,
        ListRegistrations.self, ApproveRegistration.self, RejectRegistration.self, GetOwnRegistration.self,
        WithdrawRegistration.self, GetTenantUsage.self, ExportPersonalData.self,
    ],
    events: [
        SocietyCreated.self, SocietyApproved.self, SocietySuspended.self, SocietyArchived.self, SocietyRestored.self,
        SocietyDeleted.self, MemberJoined.self, MemberLeft.self, MemberRoleChanged.self, RegistrationFormChosen.self,
        RegistrationSubmitted.self, RegistrationApproved.self, RegistrationRejected.self,
    ]
)
