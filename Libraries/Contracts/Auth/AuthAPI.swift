public import Contracts

/// The operations and events of the auth service.
public let authAPI = ServiceAPI(
    "auth",
    operations: [
        Register.self, LogIn.self, RefreshSession.self, LogOut.self, ListSessions.self, EndSession.self,
        ChangePassword.self, GetOwnUser.self, DeleteOwnUser.self, GetUser.self, ListUsers.self, SetUserRole.self,
        LookUpUsers.self, CreateAPIKey.self, ListAPIKeys.self, DeleteAPIKey.self, VerifyAPIKey.self, EnsureUser.self,
        GetProfile.self, ReplaceProfile.self, ExportProfile.self, GetProfileFields.self, ApplyProfileUpdate.self,
        ListKeys.self, ListRevocations.self, GetTenantUsage.self,
    ],
    events: [SessionRevoked.self, UserErased.self]
)
