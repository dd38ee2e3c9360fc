import AcademicContracts
import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

@Suite("Profiles")
struct ProfileTests {
    // **Feature: rovierr-platform-foundation, Property 7: Profile Update Round-trip**
    @Test("Whatever is written into a profile, or approved for it, reads back the same and fills the next form")
    func roundTrip() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            for seed in Seed.batch(120) {
                var random = seed.generator
                let fields = ProfileFields.random(using: &random)
                let written = try await auth.replace(fields, of: user)
                #expect(written.fields == fields, "\(seed)")
                #expect(try await auth.profile(user).fields == fields, "\(seed)")

                let change = ProfileFields.random(using: &random)
                let object = try #require(try JSONParser.parse(change.jsonBytes).objectValue)
                var approved = Dictionary(
                    uniqueKeysWithValues: object.members.filter { $0.name != "custom" && $0.value != .null }
                        .filter { _ in Bool.random(using: &random) }.map { ($0.name, $0.value) }
                )
                for (key, value) in change.custom ?? [:] where value != .null { approved["custom.\(key)"] = value }
                _ = try await auth.apply(approved, to: user)
                let filled = try await auth.values(at: Array(approved.keys), of: user).values
                #expect(filled == approved, "\(seed)")
                let untouched = Set(object.names).subtracting(approved.keys).subtracting(["custom"])
                let before = try fields.values(at: untouched.compactMap(ProfilePath.init))
                #expect(try await auth.values(at: Array(untouched), of: user).values == before, "\(seed)")
            }
        }
    }

    @Test("A profile that was never written is there, with nothing in it")
    func emptyProfile() async throws {
        try await withAuth { auth in
            let profile = try await auth.profile(auth.visitor(at: UniversityID()))
            #expect(profile == Profile(fields: ProfileFields(), studentIdVerified: nil, revision: 0, updatedAt: nil))
            let json = try JSONParser.parse(profile.jsonBytes)
            #expect(json["firstName"] == .null && json["custom"] == .null && json["fields"] == nil)
        }
    }

    @Test("False, 0 and the empty text are values, and null is none")
    func valuesThatLookEmpty() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            _ = try await auth.apply(
                ["preferredName": "", "yearOfStudy": 0, "custom.vegetarian": false, "custom.siblings": 0],
                to: user
            )
            let paths = ["preferredName", "yearOfStudy", "custom.vegetarian", "custom.siblings", "bio", "custom.none"]
            let values = try await auth.values(at: paths, of: user).values
            #expect(values["preferredName"] == "" && values["yearOfStudy"] == 0)
            #expect(values["custom.vegetarian"] == false && values["custom.siblings"] == 0)
            #expect(values["bio"] == .null && values["custom.none"] == .null)
            _ = try await auth.apply(["preferredName": nil, "custom.siblings": nil], to: user)
            let after = try await auth.profile(user).fields
            #expect(after.preferredName == nil && after.custom == ["vegetarian": false])
        }
    }

    @Test("A writer who has not read the present revision is refused")
    func preconditions() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            var fields = ProfileFields()
            fields.firstName = Title("Ada")
            let first = try await auth.replace(fields, of: user, ifMatch: "\"0\"")
            #expect(first.etag == "\"1\"")
            #expect(
                try await refusal { try await auth.replace(fields, of: user, ifMatch: "\"0\"") } == .preconditionFailed
            )
            #expect(try await auth.replace(fields, of: user, ifMatch: "\"1\"").revision == 2)
            let outcomes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<6 {
                    group.addTask { [fields] in
                        try await refusal { try await auth.replace(fields, of: user, ifMatch: "\"2\"") }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(try await auth.profile(user).revision == 3)
        }
    }

    @Test("A change that is approved twice, or by two devices at once, is applied once")
    func approvingTwice() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            let change = ProfileChangeID()
            let revisions = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await auth.apply(["firstName": "Ada"], to: user, as: change) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(revisions) == [1])
            _ = try await auth.apply(["firstName": "Grace"], to: user)
            #expect(try await auth.apply(["firstName": "Ada"], to: user, as: change) == 1)
            #expect(try await auth.profile(user).fields.firstName == Title("Grace"))
        }
    }

    @Test("A change approved for an older revision is refused, and ten changes side by side are all applied")
    func concurrentChanges() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            _ = try await auth.apply(["firstName": "Ada"], to: user)
            #expect(
                try await refusal { try await auth.apply(["lastName": "L"], to: user, at: 0) }
                    == .profileVersionConflict
            )
            #expect(try await auth.apply(["lastName": "L"], to: user, at: 1) == 2)
            let applied = try await withThrowingTaskGroup(of: Int?.self) { group in
                for index in 0..<3 {
                    group.addTask { try await auth.apply(["custom.k\(index)": .integer(index)], to: user) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(applied) == [3, 4, 5])
            #expect(try await auth.profile(user).fields.custom?.count == 3)
        }
    }

    @Test("A student number must fit the university's patterns; where there are none it is kept, unverified")
    func studentNumbers() async throws {
        try await withAuth { auth in
            let strict = try await auth.lab.open()
            try await auth.lab.require("30[0-9]{8}", of: strict)
            let lax = try await auth.lab.open().id
            func write(
                _ number: String?,
                _ university: UniversityID?,
                by user: RequestContext.User
            ) async throws -> Bool? {
                var fields = ProfileFields()
                fields.studentId = number.flatMap { StudentID($0) }
                fields.universityId = university
                return try await auth.replace(fields, of: user).studentIdVerified
            }
            let student = try await auth.visitor(at: strict.id)
            #expect(try await write("3035123456", nil, by: student) == true)
            let error = await #expect(throws: ServiceError.self) { try await write("X-1", nil, by: student) }
            #expect(error?.details.map(\.field) == ["studentId"])
            #expect(try await write("3035 123-456", nil, by: student) == true)
            #expect(try await auth.profile(student).fields.studentId?.text == "3035123456", "the parser's form")
            _ = try await auth.apply(["studentId": "3035-999 999"], to: student)
            #expect(try await auth.profile(student).fields.studentId?.text == "3035999999")
            let elsewhere = try await refusal { try await write("X-1", lax, by: student) }
            #expect(elsewhere == .validation, "the account's own university decides")
            #expect(try await write(nil, nil, by: student) == nil)
            #expect(try await refusal { try await auth.apply(["studentId": "X-1"], to: student) } == .validation)
            let outsider = try await auth.visitor()
            #expect(try await write("X-1", nil, by: outsider) == false)
            #expect(try await refusal { try await write("X-1", UniversityID(), by: outsider) } == .validation)
            auth.lab.setDown("id-parser")
            #expect(try await refusal { try await write("3035123456", nil, by: student) } == .serviceUnavailable)
        }
    }

    @Test("Department and program belong to the university; each that does not is told by its field")
    func affiliations() async throws {
        try await withAuth { auth in
            let university = try await auth.lab.open()
            try await auth.lab.require("30[0-9]{8}", of: university)
            let student = try await auth.visitor(at: university.id)
            var fields = ProfileFields()
            let department = try await auth.lab.addDepartment(to: university.id)
            (fields.departmentId, fields.programId) = (department.id, department.program)
            #expect(try await auth.replace(fields, of: student).fields == fields)
            (fields.departmentId, fields.programId) = (DepartmentID(), ProgramID())
            fields.studentId = StudentID("X-1")
            let error = await #expect(throws: ServiceError.self) { try await auth.replace(fields, of: student) }
            #expect(error?.details.map(\.field) == ["departmentId", "programId", "studentId"])
            let outsider = try await auth.visitor()
            let missing = await #expect(throws: ServiceError.self) { try await auth.replace(fields, of: outsider) }
            #expect(missing?.details.map(\.field) == ["universityId"])
        }
    }

    @Test(
        "A field that is not right is refused under its own name",
        arguments: [
            ("phone", #""call me""#), ("yearOfStudy", "21"), ("yearOfStudy", "1.5"), ("dateOfBirth", #""1815-02-30""#),
            ("universityId", #""HKU""#), ("studentId", #""../..""#), ("interests", #"["chess", ""]"#),
            ("firstName", "7"), ("phone", #""123""#),
            ("custom", #"{"a b": 1}"#), ("address", "7"), ("emergencyContact", #"{"phone": 7}"#), ("bio", "false"),
        ]
    )
    func wrongFields(name: String, value: String) throws {
        let body = #"{"lastName": "Lovelace", "\#(name)": \#(value)}"#
        let error = #expect(throws: ValidationError.self) {
            try ReplaceProfile.decode(OperationInput(body: Array(body.utf8)))
        }
        #expect(error?.details.count == 1)
        #expect(error?.details.first?.field.hasPrefix(name) == true)
    }

    @Test("A profile has a maximum size beyond its fields' limits, and phone numbers and member names have theirs")
    func sizes() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            func faults(_ fields: ProfileFields) async throws -> [String] {
                do {
                    #expect(try await auth.replace(fields, of: user).fields == fields)
                    return []
                } catch let error as ServiceError where error.code == .validation {
                    return error.details.map(\.field)
                }
            }
            var fields = ProfileFields()
            let part = StructuredText.Part(unchecked: String(repeating: "語", count: 500))
            let parts = Dictionary(uniqueKeysWithValues: (0..<20).map { ("part\($0)", part) })
            fields.interests = (0..<100).map { _ in .init(unchecked: String(repeating: "語", count: 100)) }
            fields.address = .parts(parts)
            fields.bio = .init(unchecked: String(repeating: "語", count: 5_000))
            #expect(try await faults(fields) == [])
            fields.emergencyContact = .parts(parts)
            fields.custom = ["a": .string(String(repeating: "a", count: 60_000))]
            #expect(try await faults(fields) == [""])
            fields = ProfileFields()
            fields.phone = PhoneNumber("((((")
            fields.address = .parts([String(repeating: "a", count: 101): part])
            #expect(try await faults(fields) == ["phone", "address"])
            fields.address = nil
            for phone in ["1-2-3", "+1234567890123456"] {
                fields.phone = PhoneNumber(phone)
                #expect(try await faults(fields) == ["phone"])
            }
            let code = try await refusal { try await auth.apply(["phone": "1-2-3"], to: user) }
            #expect(code == .validation)
        }
    }

    @Test("A phone number is kept in plain digits and signs")
    func phoneNumbers() {
        #expect(PhoneNumber("＋８５２\u{3000}２８５９－２１１１")?.text == "+852 2859-2111")
        for text in ["+852 [2859] (2111)", "2859.2111", "110110"] { #expect(PhoneNumber(text)?.text == text) }
        for text in ["+", "++8522859", "852+2859", "12", "１２", "call me"] {
            #expect(PhoneNumber(text) == nil, "\(text)")
        }
    }

    @Test("A change is checked by its own values, not by fields accepted under an earlier rule")
    func earlierRules() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            var fields = ProfileFields()
            fields.firstName = Title(unchecked: "two\nlines")
            // Past the dispatcher, which holds it against the present rule.
            _ = try await auth.lab.handler(ReplaceProfileHandler.self)
                .handle(ReplaceProfile(fields: fields), context: auth.context(user))
            _ = try await auth.apply(["lastName": "Lovelace", "custom.shirt": "XL"], to: user)
            let code = try await refusal { try await auth.apply(["lastName": "two\nlines"], to: user) }
            #expect(code == .validation)
            let profile = try await auth.profile(user).fields
            #expect(profile.firstName?.text == "two\nlines" && profile.lastName?.text == "Lovelace")
            #expect(profile.custom == ["shirt": "XL"])
        }
    }

    @Test("A change of a field that does not exist is refused")
    func unknownPaths() {
        let body = #"{"changeId": "\#(ProfileChangeID())", "values": {"email": "x", "custom.": 1, "firstName": "Ada"}}"#
        let error = #expect(throws: ValidationError.self) {
            try ApplyProfileUpdate.decode(OperationInput(body: Array(body.utf8)))
        }
        #expect(error?.details.map(\.field) == ["values.custom.", "values.email"])
    }
}

extension ProfileFields {
    /// Fields of every kind, each there or not, with values from the edges of what is allowed.
    static func random(using random: inout SeededGenerator) -> ProfileFields {
        func maybe<Value>(_ make: (inout SeededGenerator) -> Value?) -> Value? {
            Int.random(in: 0..<4, using: &random) == 0 ? nil : make(&random)
        }
        func text(_ random: inout SeededGenerator) -> String {
            let words = ["", "Ada", "李小龍", "O'Brien \"Bob\"", "naïve\n\ttabs", "🎓🎓", "\\u0041", "x y z", "null", "0"]
            return words.randomElement(using: &random) ?? ""
        }
        func json(_ random: inout SeededGenerator) -> JSONValue {
            let values: [JSONValue] = [
                true, false, 0, -12, .number("12.50"), "", .string(text(&random)), [1, "two", nil], ["a": ["b": false]],
                [],
            ]
            return values.randomElement(using: &random) ?? .null
        }
        var fields = ProfileFields()
        fields.firstName = maybe { Title(text(&$0)) }
        fields.lastName = maybe { Title(text(&$0)) }
        fields.preferredName = maybe { Title(text(&$0)) }
        fields.studentId = maybe { StudentID("S\(UInt16.random(in: 0 ... .max, using: &$0))/A-b") }
        fields.yearOfStudy = maybe { Whole(Int.random(in: 0...20, using: &$0)) }
        fields.phone = maybe { PhoneNumber("+852 \(Int.random(in: 1_000...9_999, using: &$0))-(0)") }
        fields.dateOfBirth = maybe { CalendarDate(daysSince1970: Int.random(in: -30_000...20_000, using: &$0)) }
        fields.gender = maybe { Title(text(&$0)) }
        fields.nationality = maybe { Title(text(&$0)) }
        fields.address = maybe { .text(.init(unchecked: text(&$0))) }
        fields.dietaryRequirements = maybe { Text(text(&$0)) }
        fields.emergencyContact = maybe {
            .parts(["name": .init(unchecked: text(&$0)), "phone": .init(unchecked: "1")])
        }
        fields.bio = maybe { Text(text(&$0)) }
        fields.interests = maybe { random in (0..<3).compactMap { _ in Title("i" + text(&random)) } }
        fields.custom = maybe { random in ["k1": json(&random), "k-2": json(&random)] }
        return fields
    }
}
