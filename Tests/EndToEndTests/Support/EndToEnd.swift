import Testing

/// All tests against the shared system, one after another: some of them kill what others would be using.
@Suite("End to end", .serialized, .timeLimit(.minutes(15)))
enum EndToEnd {}
