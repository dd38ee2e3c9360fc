import ArgumentParser

/// Makes the demo university.
struct SeedUniversity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Makes a demo university in a running instance; what is there already stays."
    )
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        try await DemoUniversity(deployment: instance.deployment()).seed()
    }
}

/// Shows the product at work.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Goes through the main job: a new student registers for a society and is approved."
    )
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        try await MainJob(deployment: instance.deployment()).run()
    }
}
