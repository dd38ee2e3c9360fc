import NIOHTTP1
import TestKit
import Testing

@testable import Gateway

@Suite("Header fields of a request")
struct RequestFieldsTests {
    private static var fields: [(name: String, field: KeyPath<RequestFields, String?>)] {
        [
            ("host", \.host), ("origin", \.origin), ("authorization", \.authorization), ("x-api-key", \.apiKey),
            ("cookie", \.cookie), ("content-type", \.contentType), ("content-length", \.contentLength),
            ("transfer-encoding", \.transferEncoding), ("content-encoding", \.contentEncoding), ("expect", \.expect),
            ("x-request-id", \.requestID), ("traceparent", \.traceparent), ("idempotency-key", \.idempotencyKey),
            ("if-match", \.ifMatch), ("if-none-match", \.ifNoneMatch), ("accept", \.accept),
            ("user-agent", \.userAgent),
            ("x-forwarded-for", \.forwardedFor), ("x-real-ip", \.realIP), ("x-csrf-token", \.csrfToken),
            ("access-control-request-method", \.requestedMethod), ("upgrade", \.upgrade), ("connection", \.connection),
        ]
    }

    @Test("Fields are found by their names in any case, and by no other name", arguments: Seed.batch(100))
    func names(seed: Seed) {
        var random = seed.generator
        func inAnyCase(_ name: String) -> String {
            String(name.map { Bool.random(using: &random) ? Character($0.uppercased()) : $0 })
        }
        var headers = HTTPHeaders()
        for (index, (name, _)) in Self.fields.enumerated().shuffled(using: &random) {
            headers.add(name: inAnyCase(name), value: "\(index)")
            headers.add(name: inAnyCase(name + "x"), value: "other")
            headers.add(name: inAnyCase(String(name.dropLast()) + "_"), value: "other")
        }
        let read = RequestFields(headers)
        for (index, (name, field)) in Self.fields.enumerated() {
            #expect(read[keyPath: field] == "\(index)", "\(name)")
        }
        #expect(!read.hasConflict && !read.hasUnsafeText)
    }

    @Test("A field that appears twice is joined, taken once or a conflict")
    func repeated() {
        func read(_ name: String) -> RequestFields {
            RequestFields(HTTPHeaders([(name, "a"), (name.uppercased(), "b")]))
        }
        #expect(read("accept").accept == "a, b" && read("cookie").cookie == "a; b")
        #expect(read("if-none-match").ifNoneMatch == "a, b" && read("x-forwarded-for").forwardedFor == "a, b")
        #expect(read("user-agent").userAgent == "b" && read("traceparent").traceparent == "")
        for name in ["host", "authorization", "content-length", "x-real-ip", "expect"] {
            #expect(read(name).hasConflict, "\(name)")
        }
        for name in ["accept", "cookie", "user-agent", "x-other"] { #expect(!read(name).hasConflict, "\(name)") }
    }

    @Test("Names are the same if they differ in the case of ASCII letters only")
    func bytes() {
        for name in ["COOKIE", "Cookie", "cookie"] { #expect(name.isFieldName("cookie")) }
        for name in ["coo\u{212A}ie", "cookie ", "cooki\u{E9}", "", "cookies"] { #expect(!name.isFieldName("cookie")) }
        #expect(!"x\u{0D}token".isFieldName("x-token") && !"@-match".isFieldName("`-match"))
    }
}
