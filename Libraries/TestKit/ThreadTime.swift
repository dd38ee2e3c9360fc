import Glibc

/// Measures the processor time of work on this thread, which hardly depends on other load of the machine.
///
/// - Parameter body: The work. It must not wait, since waiting takes no processor time.
/// - Returns: The processor time.
/// - Throws: What `body` throws.
public func threadTime<E: Error>(of body: () throws(E) -> Void) throws(E) -> Duration {
    let start = threadTime()
    try body()
    return threadTime() - start
}

private func threadTime() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
