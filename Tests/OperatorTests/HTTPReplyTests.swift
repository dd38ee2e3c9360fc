import Testing

@testable import Operator

@Suite("HTTP replies")
struct HTTPReplyTests {
    @Test("A body with a length and one in chunks read the same")
    func bodies() throws {
        let plain = try HTTPReply(parsing: Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello".utf8))
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
        #expect(plain.status == 200)
        #expect(plain.header("x-a") == "b")
        #expect(plain.body == Array("hello".utf8))
        #expect(try HTTPReply(parsing: Array(chunked.utf8)).body == plain.body)
    }

    @Test("What is no response is an error", arguments: ["", "HTTP/1.1 200 OK\r\n", "\r\n\r\n"])
    func rejects(text: String) {
        #expect(throws: Failure.self) { try HTTPReply(parsing: Array(text.utf8)) }
    }
}
