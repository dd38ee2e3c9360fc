import Foundation

/// The path of the program that runs now.
func ourProgram() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

/// A program that Debian brings, some of them in a folder for administrators only.
func findProgram(_ name: String, package: String) throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin"]
    guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) else {
        throw Failure("\(name) is missing: sudo apt-get install \(package)")
    }
    return "\(folder)/\(name)"
}

/// A daemon's executable, which is built beside ours.
func program(of service: Service) throws -> String {
    let path = URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path + "/" + service.name
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Failure("\(path) is missing: make build") }
    return path
}
