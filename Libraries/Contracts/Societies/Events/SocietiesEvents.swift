public import Contracts

/// All types of events that the societies service emits.
public let societiesEvents: [any ServiceEvent.Type] = [
    SocietyCreated.self, SocietyApproved.self, SocietySuspended.self, SocietyArchived.self, SocietyRestored.self,
    SocietyDeleted.self, MemberJoined.self, MemberLeft.self, MemberRoleChanged.self, RegistrationFormChosen.self,
    RegistrationSubmitted.self, RegistrationApproved.self, RegistrationRejected.self,
]
