import Postgres
import TestKit
import Testing

@Suite("Values") struct ValueTests {
    enum Colour: String, PostgresValue, CaseIterable { case red, green, blue }

    /// Every type at once: what is bound comes back.
    @Test("A bound value comes back as itself", arguments: Seed.batch(200))
    func roundTrip(seed: Seed) async throws {
        var random = seed.generator
        let database = try await ValueTests.database.value
        func expectRoundTrip<Value: PostgresValue & Equatable>(_ value: Value, as type: String) async throws {
            let row = try await database.one(
                "SELECT \(value)::\(raw: type), \([value, value]), \(Value?.none)::\(raw: type), \([Value]())",
                scope: .none
            )
            let (one, many): (Value, [Value]) = (try row[0], try row[1])
            #expect(one == value)
            #expect(many == [value, value])
            let (none, empty): (Value?, [Value]) = (try row[2], try row[3])
            #expect(none == nil)
            #expect(empty == [])
        }
        try await expectRoundTrip(random.text(), as: "text")
        try await expectRoundTrip(Bool.random(using: &random), as: "bool")
        try await expectRoundTrip(random.integer(Int.self), as: "int8")
        try await expectRoundTrip(random.integer(Int64.self), as: "int8")
        try await expectRoundTrip(random.integer(Int32.self), as: "int4")
        try await expectRoundTrip(random.integer(Int16.self), as: "int2")
        try await expectRoundTrip(random.double(), as: "float8")
        try await expectRoundTrip(random.bytes(), as: "bytea")
        try await expectRoundTrip(PostgresUUID(high: random.next(), low: random.next()), as: "uuid")
        // From 4714 BC on; to the end of our 64 bits, and of the server's days in AD 5874897.
        let microseconds = Int64.random(in: -210_866_803_200_000_000 ... .max, using: &random)
        try await expectRoundTrip(PostgresTimestamp(microsecondsSince1970: microseconds), as: "timestamptz")
        let days = Int32.random(in: -2_440_588..<2_145_042_541, using: &random)
        try await expectRoundTrip(PostgresDate(daysSince1970: days), as: "date")
        try await expectRoundTrip(Colour.allCases.randomElement(using: &random) ?? .red, as: "text")
    }

    @Test("JSON comes back as PostgreSQL spells it from jsonb, and unchanged from json")
    func json() async throws {
        let database = try await ValueTests.database.value
        let document = PostgresJSON(#"{"b":1,  "a":[true,null,"é"]}"#)
        let row = try await database.one(
            "SELECT \(document) AS binary, convert_from(\(Array(document.bytes)), 'UTF8')::json AS text",
            scope: .none
        )
        let (binary, text): (PostgresJSON, PostgresJSON) = (try row["binary"], try row["text"])
        #expect(try binary.bytes.string() == #"{"a": [true, null, "é"], "b": 1}"#)
        #expect(text.bytes == document.bytes)
    }

    @Test("The server means the same by a value as we do")
    func serverAgrees() async throws {
        let database = try await ValueTests.database.value
        let row = try await database.one(
            """
            SELECT \(PostgresTimestamp(microsecondsSince1970: 1_700_000_000_123_456)) = '2023-11-14 22:13:20.123456Z'::timestamptz,
                \(PostgresDate(daysSince1970: 19_675)) = '2023-11-14'::date,
                \(ada)::text = \(ada.description), \([1, 2, 3]) = '{1,2,3}'::int8[], \(["a", "b,\"c"]) = ARRAY['a', 'b,"c'],
                \([[1, 2], [] as [UInt8]]) = ARRAY['\\x0102', '\\x']::bytea[], \("é") = U&'\\00e9',
                \(PostgresUUID(ada.description.uppercased())) = \(ada)
            """,
            scope: .none
        )
        for column in 0..<row.count { #expect(try row[column] == true, "column \(column)") }
    }

    @Test("What does not fit is an error and never another value")
    func refusals() async throws {
        let database = try await ValueTests.database.value
        let row = try await database.one(
            """
            SELECT 40000::int8 AS big, NULL::text AS nothing, 'infinity'::timestamptz AS endless, ARRAY[1, NULL] AS holes,
                'purple' AS colour, 1.5::float4 AS half, '{{1,2},{3,4}}'::int8[] AS square
            """,
            scope: .none
        )
        #expect(throws: PostgresError.self) { let _: Int16 = try row["big"] }
        #expect(throws: PostgresError.self) { let _: String = try row["big"] }
        #expect(throws: PostgresError.self) { let _: String = try row["nothing"] }
        #expect(throws: PostgresError.self) { let _: String = try row["missing"] }
        #expect(throws: PostgresError.self) { let _: String = try row[7] }
        #expect(throws: PostgresError.self) { let _: PostgresTimestamp = try row["endless"] }
        #expect(throws: PostgresError.self) { let _: [Int] = try row["holes"] }
        #expect(throws: PostgresError.self) { let _: [Int] = try row["square"] }
        #expect(throws: PostgresError.self) { let _: Colour = try row["colour"] }
        #expect(try row["half"] == 1.5)
    }

    @Test("Damaged bytes are an error whatever they are", arguments: Seed.batch(500))
    func damagedBytes(seed: Seed) {
        var random = seed.generator
        let bytes = PostgresBytes(random.bytes())
        let types: [PostgresType] = [.int8, .int4, .uuid, .text, .jsonb, .timestamptz, .date, .float8, .bool, .bytea]
        for type in types {
            _ = try? Int(postgres: bytes, type: type)
            _ = try? [Int](postgres: bytes, type: type)
            _ = try? [String](postgres: bytes, type: type)
            _ = try? [UInt8](postgres: bytes, type: type)
            _ = try? PostgresUUID(postgres: bytes, type: type)
            _ = try? PostgresJSON(postgres: bytes, type: type)
            _ = try? PostgresTimestamp(postgres: bytes, type: type)
            _ = try? PostgresDate(postgres: bytes, type: type)
            _ = try? String(postgres: bytes, type: type)
        }
    }

    @Test("Fragments nest and their values are numbered on")
    func fragments() {
        let condition: SQL = "a = \(1) AND b = \("x")"
        let optional: Int? = nil
        let sql: SQL = "SELECT \(true) WHERE \(condition) OR \(condition) ORDER BY \(raw: "a DESC") LIMIT \(optional)"
        #expect(
            sql.text == "SELECT $1 WHERE a = $2 AND b = $3 OR a = $4 AND b = $5 ORDER BY a DESC LIMIT $6"
        )
        #expect(("a" + condition + "b").text == "aa = $1 AND b = $2b")
    }

    @Test("What looks like SQL stays a value")
    func injection() async throws {
        let database = try await ValueTests.database.value
        let text = "'; DROP TABLE notes; -- \\ \" $1 %s"
        #expect(try await database.one("SELECT \(text) AS text", scope: .none)["text"] == text)
    }

    /// These tests leave nothing behind, so they share one connection.
    private static let database = Task {
        Database(configuration: try TestCluster.shared.superuser, logger: logger)
    }
}

extension SeededGenerator {
    mutating func integer<I: FixedWidthInteger & SignedInteger>(_ type: I.Type) -> I {
        // Every magnitude is as likely as another, and the limits come up too.
        switch Int.random(in: 0..<10, using: &self) {
        case 0: .max
        case 1: .min
        default: I(truncatingIfNeeded: next()) >> I(Int.random(in: 0..<I.bitWidth, using: &self))
        }
    }

    mutating func double() -> Double {
        let value = Double(bitPattern: next())
        return value.isNaN ? 0.1 : value
    }

    mutating func bytes() -> [UInt8] {
        (0..<Int.random(in: 0..<64, using: &self)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<40, using: &self) {
            // U+0000 is no part of PostgreSQL's text.
            let limit: UInt32 = Bool.random(using: &self) ? 0x7F : 0x10_FFFF
            if let scalar = UnicodeScalar(UInt32.random(in: 1...limit, using: &self)) { text.append(scalar) }
        }
        return String(text)
    }
}
