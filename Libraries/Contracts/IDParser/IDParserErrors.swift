public import Contracts
import HTTPTypes

extension ErrorCode {
    public static let idPatternNameTaken = ErrorCode(
        "ID_PATTERN_NAME_TAKEN",
        .conflict,
        "Another pattern of this university has this name."
    )
    public static let tooManyIDPatterns = ErrorCode(
        "TOO_MANY_ID_PATTERNS",
        .conflict,
        "A university can have 50 patterns; delete one first."
    )
}
