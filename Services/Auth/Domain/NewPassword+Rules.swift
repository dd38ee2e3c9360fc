import AuthContracts
import Contracts
import Passwords

extension NewPassword {
    /// Refuses what is guessed first: well-known passwords, and what is mostly the person's own address.
    ///
    /// - Parameters:
    ///   - email: The person's address.
    ///   - field: Where the password stands in the request.
    /// - Throws: `ValidationError` for that field.
    func check(for email: EmailAddress, field: String) throws(ValidationError) {
        let mailbox = email.folded.prefix { $0 != "@" }
        guard PasswordEstimate(text, known: [email.folded, String(mailbox)]).isCommon else { return }
        throw ValidationError(
            field,
            .notAllowed,
            "Is too easy to guess: choose one that is neither common nor your address."
        )
    }
}
