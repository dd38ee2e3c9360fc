public import Contracts

/// A person asked for membership and waits for a decision.
public struct RegistrationSubmitted: ServiceEvent, Equatable {
    public static let type = "society.registration.submitted"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    /// The officers when it was submitted, who could decide.
    public let officerIds: [UserID]
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        officerIds: [UserID]
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.officerIds = officerIds
    }
}

/// An applicant was accepted and is a member.
public struct RegistrationApproved: ServiceEvent, Equatable {
    public static let type = "society.registration.approved"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    /// The officer; `nil` where the society accepts everyone.
    public let decidedBy: UserID?
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        decidedBy: UserID?
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.decidedBy = decidedBy
    }
}

/// An applicant was declined.
public struct RegistrationRejected: ServiceEvent, Equatable {
    public static let type = "society.registration.rejected"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    public let decidedBy: UserID
    /// For the applicant, where the officer gave one.
    public let reason: Text<1, 1_000>?
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        decidedBy: UserID,
        reason: Text<1, 1_000>?
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.decidedBy = decidedBy
        self.reason = reason
    }
}

/// The members that facts about a registration have in common.
private protocol RegistrationFact {
    var societyId: SocietyID { get }
    var societyName: Name { get }
    var registrationId: RegistrationID { get }
}

extension RegistrationFact {
    fileprivate func makeNotice(
        to people: [UserID],
        except actor: UserID?,
        template: String,
        title: String,
        body: String
    ) -> Notice {
        Notice(
            to: people,
            except: actor,
            topic: "society.registration",
            template: template,
            title: title,
            body: body,
            data: [
                "societyId": .string(societyId.description), "societyName": .string(societyName.text),
                "registrationId": .string(registrationId.description),
            ],
            link: "/societies/\(societyId)"
        )
    }
}

extension RegistrationSubmitted: RegistrationFact {
    /// Asks the officers for a decision.
    public var notice: Notice? {
        makeNotice(
            to: officerIds,
            except: userId,
            template: Self.type,
            title: "A new registration for \(societyName.text)",
            body: "Someone would like to join and waits for your decision."
        )
    }
}

extension RegistrationApproved: RegistrationFact {
    /// Welcomes the applicant.
    public var notice: Notice? {
        makeNotice(
            to: [userId],
            except: decidedBy,
            template: Self.type,
            title: "Welcome to \(societyName.text)",
            body: "Your registration was approved. You are a member now."
        )
    }
}

extension RegistrationRejected: RegistrationFact {
    /// Tells the applicant the decision, with the officer's reason if there is one.
    public var notice: Notice? {
        makeNotice(
            to: [userId],
            except: decidedBy,
            template: reason == nil ? "\(Self.type).without-reason" : Self.type,
            title: "\(societyName.text) did not accept your registration",
            body: reason.map { "The society says: \($0.text)" } ?? "The society gave no reason."
        )
    }
}
