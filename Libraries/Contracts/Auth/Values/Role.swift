public import Contracts

/// What someone is on the platform; each role may do what the ones before it may, and more.
public enum Role: String, ChoiceValue {
    case student
    case moderator
    case admin
    case platformAdmin = "platform-admin"
}
