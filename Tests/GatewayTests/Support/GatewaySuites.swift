import Testing

/// The suites that start whole gateways: one at a time, because nanomsg has 512 sockets for a process.
@Suite("The gateway before real services", .serialized)
enum GatewaySuites {}
