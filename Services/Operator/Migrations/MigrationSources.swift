import Foundation

/// The migrations in the repository.
enum MigrationSources {
    /// The last migration in each folder that was released before there was a linter; it and those before it are
    /// exempt.
    ///
    /// ServiceKit's 0000 counts as one before its 9003. Never raised: what has to break a rule says why in a comment.
    static let released = [
        "Academic": 2, "Auth": 9, "Forms": 8, "IDParser": 2, "Notifier": 2, "ServiceKit": 9003, "Societies": 6,
    ]

    /// Lints every migration that is not exempt.
    ///
    /// - Parameter root: The folder of the sources, which has `Libraries` and `Services`.
    /// - Returns: The findings, ordered by file and line.
    /// - Throws: `Failure` when there are no migrations or one can't be read.
    static func findings(below root: String) throws -> [MigrationFinding] {
        let files = ["Libraries", "Services"].flatMap { upFiles(in: $0, below: root) }
        guard !files.isEmpty else { throw Failure("\(root) has no migrations: name the folder of Rovierr's sources") }
        return try files.filter { !$0.isReleased }.flatMap { file in
            guard let text = readText("\(root)/\(file.path)") else { throw Failure("Cannot read \(file.path)") }
            return MigrationLint.findings(in: text, file: file.path)
        }
    }

    /// An `.up.sql` file.
    private struct File {
        let path: String
        let isReleased: Bool
    }

    /// The files of all modules in a folder; none if the folder is missing.
    private static func upFiles(in parent: String, below root: String) -> [File] {
        names(in: "\(root)/\(parent)").flatMap { module in
            let folder = "\(parent)/\(module)/Migrations"
            return names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".up.sql") }.map { name in
                let version = Int(name.prefix(4)) ?? .max
                return File(path: "\(folder)/\(name)", isReleased: version <= released[module] ?? -1)
            }
        }
    }

    private static func names(in folder: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)  // most modules have no such folder
        return names?.sorted() ?? []
    }
}
