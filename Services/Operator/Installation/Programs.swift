import Foundation

/// The path of the program that runs now.
func ourProgram() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

/// A daemon's executable, which is built beside ours.
func program(of service: Service) throws -> String {
    let path = URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path + "/" + service.name
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Failure("\(path) is missing: make build") }
    return path
}
