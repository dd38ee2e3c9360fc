import Passwords
import TestKit
import Testing

@Suite("Common passwords")
struct PasswordEstimateTests {
    @Test(
        "Well-known passwords of twelve and more characters are common, in whatever dress",
        arguments: [
            "password1234", "Password1234!", "P@ssw0rd1234", "passwordpassword", "123456789012", "111111111111",
            "aaaaaaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwertyuiopasdf",
            "iloveyou1234", "letmein123456", "Welcome12345!", "admin123456789", "administrator1", "Summer2024!!!",
            "abcdefghijkl", "zyxwvutsrqponm", "manchesterunited", "christopher1", "unbelievable", "football2023!",
            "987654321098", "changeme12345", "qwertyqwerty1", "000000000000", "sunshine123!", "asdfghjkl;'123",
        ]
    )
    func commonPasswords(password: String) {
        #expect(PasswordEstimate(password).isCommon)
    }

    @Test(
        "Others are not",
        arguments: [
            "correct horse battery staple", "nine lively herons dance", "xK9#vQ2$mL7&", "tr0mbone-w4lrus-quilt",
            "Four-Larches-9-Owls", "zebra crossing at noon", "S3cure-passw0rd!", "je ne mange pas de viande",
        ]
    )
    func otherPasswords(password: String) {
        #expect(!PasswordEstimate(password).isCommon)
    }

    @Test("The parts of one's own address are worth little")
    func knownWords() {
        let known = ["grace.hopper@uni.example", "grace.hopper"]
        #expect(PasswordEstimate("grace.hopper1906", known: known).isCommon)
        #expect(PasswordEstimate("Grace.Hopper@uni.example", known: known).isCommon)
        #expect(!PasswordEstimate("grace.hopper1906").isCommon)
    }

    @Test("Random passwords are never common", arguments: Seed.batch(100))
    func randomPasswords(seed: Seed) {
        var random = seed.generator
        let alphabet = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789#%&*-+=?")
        let password = String((0..<16).map { _ in alphabet.randomElement(using: &random) ?? "x" })
        #expect(!PasswordEstimate(password).isCommon)
    }

    @Test("The longest password takes no noticeable time")
    func longPasswords() {
        // Allows for a debug build: the work is quadratic in the length; cubic work would take minutes.
        let known = [String(repeating: "aB3$é", count: 50), String(repeating: "é", count: 60)]
        let password = String(repeating: "aB3$é", count: 128)
        #expect(threadTime { _ = PasswordEstimate(password, known: known) } < .seconds(5))
        #expect(PasswordEstimate("").isCommon)
    }
}
