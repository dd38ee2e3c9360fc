import Foundation

/// The folder in which one development instance lives: data, secrets, logs, and what people and scripts look up.
struct Home: Sendable {
    /// Absolute, without a slash at its end.
    let folder: String

    /// - Parameter path: Relative to the present folder unless it starts with a slash.
    init(_ path: String) {
        folder = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    var run: String { folder + "/run" }
    var logs: String { folder + "/log" }
    var secrets: String { folder + "/secrets" }
    /// The cluster's data; a link to elsewhere where PostgreSQL's account cannot reach this folder.
    var postgres: String { folder + "/postgres" }
    var nginx: String { folder + "/nginx" }
    /// Addresses, accounts and ids of the demo university.
    var demoFile: String { folder + "/demo.json" }
    /// What runs, where, as of the last start.
    var topologyFile: String { run + "/topology.json" }
    /// Held by the supervisor as long as it lives; its text is the supervisor's process id.
    var lockFile: String { run + "/supervisor.lock" }

    /// The file that holds the `ProcessIdentity` of a daemon or server while it runs.
    func pidFile(of name: String) -> String { "\(run)/\(name).pid" }
    /// All pid files that are there.
    var pidFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: run)) ?? []).filter { $0.hasSuffix(".pid") }
            .map { "\(run)/\($0)" }
    }
    func logFile(of name: String) -> String { "\(logs)/\(name).log" }
    /// While it is there, the supervisor leaves the daemon stopped.
    func holdFile(of daemon: String) -> String { "\(run)/\(daemon).hold" }

    /// The folder of Unix sockets.
    ///
    /// Their names are limited to 107 bytes (the gateway's to 103), and PostgreSQL's account has to get there: a home
    /// that is too deep or closed gets a folder in `/tmp`.
    var sockets: String {
        let room = 107 - "/postgres/.s.PGSQL.5432.lock".utf8.count
        return run.utf8.count <= room && isOpen ? run : "/tmp/rovierr-" + identity
    }

    /// The folder of the sockets on which nginx calls gateways.
    var httpSockets: String { sockets + "/http" }

    /// `true` if the accounts that we start programs as can pass through the folder and all above it; root's own folder,
    /// for one, is closed to others.
    var isOpen: Bool {
        guard geteuid() == 0 else { return true }
        var path = folder
        while path != "/" && !path.isEmpty {
            let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
            if let mode, mode & 0o001 == 0 { return false }  // one that is not there yet will be open
            path = URL(fileURLWithPath: path).deletingLastPathComponent().path
        }
        return true
    }

    /// A short name that differs between homes.
    var identity: String { String(fnv1a(folder), radix: 36) }

    /// Where the search for free ports begins: far from other homes' and below what the kernel hands out by itself.
    var firstPort: Int { 20_000 + Int(fnv1a(folder) % 550) * 20 }

    private func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// Returns the file of a service's mesh keys, rewritten if its content differs.
    func keyring(of service: String) throws -> String {
        let folder = secrets + "/mesh-keys"
        try makeFolder(folder, mode: 0o700)
        let path = "\(folder)/\(service)"
        let text = try MeshRoots(secrets: Secrets(folder: secrets)).keyrings().current.text(of: service)
        if readText(path) != text { try write(Array(text.utf8), to: path, mode: 0o600) }
        return path
    }

    /// Creates the folders, in which other accounts can read neither secrets nor logs.
    func prepare() throws {
        for folder in [folder, run, nginx] { try makeFolder(folder, mode: 0o755) }
        for folder in [logs, secrets] {
            try makeFolder(folder, mode: 0o700)
            // A folder of an earlier version may be open to others.
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        }
        unlinkFile(secrets + "/mesh-key")  // the one key that all daemons of earlier versions shared
        if sockets != run { try makeFolder(sockets, mode: 0o755) }
        try makeFolder(sockets + "/mesh", mode: 0o700)
        try makeFolder(httpSockets, mode: 0o700)
    }
}

/// Makes a folder and those above it, unless it is there.
func makeFolder(_ path: String, mode: Int) throws {
    try FileManager.default.createDirectory(
        atPath: path,
        withIntermediateDirectories: true,
        attributes: [.posixPermissions: mode]
    )
}

/// Writes a file that appears whole or not at all, and that a power loss does not take back.
func write(_ bytes: [UInt8], to path: String, mode: Int = 0o644) throws {
    try withDraft(of: path, bytes, mode: mode) { try rename($0, durablyTo: path) }
}

/// Writes a file as `write` does, unless it exists or another process creates it first.
func writeOnce(_ bytes: [UInt8], to path: String, mode: Int) throws {
    try withDraft(of: path, bytes, mode: mode) { draft in
        guard unsafe Glibc.link(draft, path) == 0 || errno == EEXIST else { throw Failure("Cannot write \(path)") }
        synchronizeFolder(of: path)
    }
}

/// Writes the content beside the file under a unique name for `body`, and removes that name afterwards.
private func withDraft(of path: String, _ bytes: [UInt8], mode: Int, _ body: (String) throws -> Void) throws {
    let draft = "\(path).\(UUID().uuidString).new"
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure("Cannot write \(draft)") }
    defer { unlinkFile(draft) }  // unless it has been renamed
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard fchmod(descriptor, mode_t(mode)) == 0 else { throw Failure("Cannot write \(draft)") }
    do {
        try file.write(contentsOf: bytes)
        try file.synchronize()
    } catch { throw Failure("Cannot write \(draft): \(error)") }
    try body(draft)
}

/// Gives a file or a folder another name, where it replaces a file or an empty folder, and waits until that is on the
/// disk.
func rename(_ path: String, durablyTo target: String) throws {
    guard unsafe Glibc.rename(path, target) == 0 else { throw Failure("Cannot write \(target)") }
    synchronizeFolder(of: target)
}

/// Waits until the names in a file's folder are on the disk.
private func synchronizeFolder(of path: String) {
    let folder = unsafe open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)  // some file systems refuse it for folders
    close(folder)
}

func readText(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// What the person at the terminal is told in one line.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
