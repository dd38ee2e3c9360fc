public import Contracts
import HTTPTypes

extension ErrorCode {
    public static let formFull = Self("FORM_FULL", .conflict, "This form has all the responses that it takes.")
    public static let formClosed = Self("FORM_CLOSED", .conflict, "This form takes no responses any more.")
    public static let formNotOpen = Self("FORM_NOT_OPEN", .conflict, "This form takes no responses yet.")
    public static let alreadyResponded = Self("ALREADY_RESPONDED", .conflict, "You have answered this form already.")
    public static let optionFull = Self("OPTION_FULL", .conflict, "An option that you chose is taken up.")
    public static let versionConflict = Self(
        "VERSION_CONFLICT",
        .conflict,
        "The form was changed since you opened it; look at the changed questions again."
    )
    public static let submissionWithdrawn = Self("SUBMISSION_WITHDRAWN", .conflict, "This submission was withdrawn.")
    public static let profileChanged = Self(
        "PROFILE_CHANGED",
        .conflict,
        "The profile holds another value than when the form was answered."
    )
    public static let registrationForm = Self(
        "REGISTRATION_FORM",
        .conflict,
        "This form takes answers through the society's registration alone."
    )
    public static let formInUse = Self(
        "FORM_IN_USE",
        .conflict,
        "People register with the society by this form: choose another one for registration first."
    )
    public static let formIsAnonymous = Self(
        "FORM_IS_ANONYMOUS",
        .conflict,
        "An anonymous form can't be a registration form."
    )
    public static let tooManyVersions = Self(
        "TOO_MANY_VERSIONS",
        .conflict,
        "This form has as many answered versions as are kept: duplicate it and go on with the copy."
    )
    public static let profileRefused = Self(
        "PROFILE_REFUSED",
        .conflict,
        "The profile doesn't take this value; reject the update."
    )
    public static let fieldKeyTaken = Self(
        "FIELD_KEY_TAKEN",
        .conflict,
        "There is a mapping with this fieldKey already."
    )
}
