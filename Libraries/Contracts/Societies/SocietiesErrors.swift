public import Contracts
import HTTPTypes

/// What societies refuse beside what every service refuses.
extension ErrorCode {
    public static let societyNameTaken = ErrorCode(
        "SOCIETY_NAME_TAKEN",
        .conflict,
        "Another society of this university has this name."
    )
    public static let societySlugTaken = ErrorCode(
        "SOCIETY_SLUG_TAKEN",
        .conflict,
        "Another society of this university has, or lately had, this address."
    )
    public static let alreadyMember = ErrorCode(
        "ALREADY_MEMBER",
        .conflict,
        "You are a member of this society already."
    )
    public static let alreadyRegistered = ErrorCode(
        "ALREADY_REGISTERED",
        .conflict,
        "Your registration waits for the society's decision already."
    )
    public static let registrationNotOpen = ErrorCode(
        "REGISTRATION_NOT_OPEN",
        .conflict,
        "Registration has not opened yet."
    )
    public static let registrationClosed = ErrorCode("REGISTRATION_CLOSED", .conflict, "Registration is closed.")
    public static let societyFull = ErrorCode("SOCIETY_FULL", .conflict, "Every place in this society is taken.")
    public static let lastPresident = ErrorCode(
        "LAST_PRESIDENT",
        .conflict,
        "A society has exactly one president: transfer the presidency first."
    )
}
