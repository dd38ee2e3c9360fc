import Foundation
import Glibc
import Testing

@testable import ServiceKit

@Suite("Lines on standard error", .timeLimit(.minutes(10)))
struct LineOutputTests {
    @Test("A full pipe holds nobody up: lines are dropped, and counted before the next one that fits")
    func fullPipe() {
        let pipe = Pipe()
        let output = LineOutput(pipe.fileHandleForWriting.fileDescriptor)
        func line(_ number: Int) -> String { "\(number) " + String(repeating: "a", count: 1_000) + "\n" }
        for number in 0..<2_000 { output.write(Array(line(number).utf8)) }
        let written = drain(pipe)
        let count = written.utf8.count(where: { $0 == UInt8(ascii: "\n") })
        #expect(count < 2_000 && written == (0..<count).map(line).joined())

        output.write(Array("last\n".utf8))
        let rest = drain(pipe)
        #expect(rest.contains("dropped") && rest.contains("\"lines\":\"\(2_000 - count)\""))
        #expect(rest.hasPrefix("{") && rest.hasSuffix("}\nlast\n"))
        output.write(Array("next\n".utf8))
        #expect(drain(pipe) == "next\n")
    }

    @Test("A line that was written in part does not run into the next one")
    func cutLine() {
        let pipe = Pipe()
        let output = LineOutput(pipe.fileHandleForWriting.fileDescriptor)
        output.write([UInt8](repeating: UInt8(ascii: "a"), count: 4 << 20) + [UInt8(ascii: "\n")])
        let beginning = drain(pipe)
        #expect(!beginning.isEmpty && beginning.utf8.allSatisfy { $0 == UInt8(ascii: "a") })

        output.write(Array("last\n".utf8))
        let rest = drain(pipe)
        #expect(rest.hasPrefix("\n{") && rest.contains("\"lines\":\"1\"") && rest.hasSuffix("}\nlast\n"))
    }

    /// Takes out what the pipe holds, without a wait for more.
    private func drain(_ pipe: Pipe) -> String {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&readiness, 1, 0) == 1 else { break }
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
