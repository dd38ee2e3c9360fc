import Contracts
import Foundation
import TestKit
import Testing

@Suite("Contract values")
struct ValueTests {
    @Test("A timestamp prints and reads back to the millisecond", arguments: Seed.batch(200))
    func timestampsRoundTrip(seed: Seed) throws {
        var random = seed.generator
        let milliseconds = Int64.random(in: -62_000_000_000_000...253_000_000_000_000, using: &random)
        let time = Timestamp(microseconds: milliseconds * 1_000)
        #expect(Timestamp(time.description) == time)
    }

    @Test("Days count without gaps over the calendar", arguments: Seed.batch(200))
    func datesRoundTrip(seed: Seed) throws {
        var random = seed.generator
        let days = Int.random(in: -700_000...2_900_000, using: &random)
        let date = CalendarDate(daysSince1970: days)
        #expect(date.daysSince1970 == days)
        #expect(CalendarDate(date.description) == date)
        #expect(CalendarDate(daysSince1970: days + 1) > date)
    }

    @Test(
        "Times that are none are refused",
        arguments: [
            "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z",
        ]
    )
    func refusesBadTimes(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("A UUID prints and reads back; new ones are version 7 and rise with time", arguments: Seed.batch(100))
    func identifiersRoundTrip(seed: Seed) throws {
        var random = seed.generator
        let id = UserID(high: .random(in: 0 ... .max, using: &random), low: .random(in: 0 ... .max, using: &random))
        #expect(UserID(id.description) == id)
        #expect(UserID(id.description.uppercased()) == id)
        let earlier = UserID(at: Timestamp(microseconds: 1_000_000))
        #expect(earlier < UserID(at: Timestamp(microseconds: 1_001_000)))
        #expect(Array(earlier.description)[14] == "7")
    }

    @Test("Base64url inverts, and refuses what no encoder writes", arguments: Seed.batch(100))
    func base64(seed: Seed) throws {
        var random = seed.generator
        let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(Base64URL.decode("A") == nil)
        #expect(Base64URL.decode("AB") == nil)
        #expect(Base64URL.decode("AA=") == nil)
    }

    @Test("Addresses compare folded and keep what was typed")
    func emailAddresses() throws {
        let typed = try #require(EmailAddress("Ada.Lovelace+club@Uni.Example"))
        #expect(typed == EmailAddress("ada.lovelace+club@uni.example"))
        #expect(typed.text == "Ada.Lovelace+club@Uni.Example")
        #expect(typed.domain == "uni.example")
        for text in [
            "ada", "@uni.example", "ada@", "ada@uni", "a da@uni.example", "ada@-uni.example", "ada@@uni.example",
        ] {
            #expect(EmailAddress(text) == nil, "\(text)")
        }
    }

    @Test("An address whose normalized form has too many combining marks is refused at its field")
    func marksInAddresses() throws {
        struct Account: ContractObject { let email: EmailAddress }
        let marks = String(repeating: "\u{301}", count: 30)
        // This capital's lower case is an i followed by a combining mark.
        for (text, isRight) in [("\u{130}\(marks)@uni.example", false), ("\u{131}\(marks)@uni.example", true)] {
            let json = try JSONParser.parse(JSONValue.object(JSONObject([("email", .string(text))])).bytes)
            #expect((EmailAddress(text) != nil) == isRight)
            guard isRight else {
                let error = #expect(throws: ValidationError.self) { try Account.read(json) }
                #expect(error?.details.map(\.field) == ["email"])
                continue
            }
            #expect(unreadableForms(of: try Account.read(json)) == [])
        }
    }

    @Test("What counts as a web address is what its pattern says, and a URI", arguments: Seed.batch(500))
    func webAddresses(seed: Seed) throws {
        var random = seed.generator
        let parts = [
            "https://", "http://", "uni.example", "a", ":", "80", "123456", "/", "?", "#", "%", "%4A", "%zz", "@", "[",
            "<", "\\",
            "{", "|", " ", "é", "\"", "^", "`", "q=1&r=(2)", "~-._", "\n",
        ]
        let texts =
            (0..<20).map { _ in
                "https://a"
                    + (0..<Int.random(in: 0...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
                    .joined()
            } + ["ftp://uni.example", "https://", "uni.example", "https:///a", "http://ä.example"]
        let pattern = try NSRegularExpression(pattern: try #require(WebAddress.rule.pattern))
        for text in texts where text.count >= 8 {
            let range = NSRange(text.startIndex..., in: text)
            let isMatch = pattern.firstMatch(in: text, range: range)?.range == range
            #expect((WebAddress(text) != nil) == isMatch, "\(seed): \(text)")
            if isMatch { #expect(URL(string: text, encodingInvalidCharacters: false) != nil, "\(seed): \(text)") }
        }
        #expect(WebAddress("https://uni.example:8443/a%20b?c=d&e#f") != nil && WebAddress("https://aK<e") == nil)
    }

    @Test("A star in a permission stands for anything")
    func permissions() {
        let all: Permission = "*:*"
        let forms: Permission = "forms:*"
        #expect(all.covers("academic:write"))
        #expect(forms.covers("forms:write"))
        #expect(!forms.covers("academic:write"))
    }
}
