import Clocks
public import Logging

extension Logger {
    /// Logs each step of the system's clock from now on, when it is seen and when it is followed.
    public func followClock() {
        TimeOfDay.follow { [self] step in
            warning(
                step.isFollowed ? "The system's clock was set, and is followed" : "The system's clock was set",
                metadata: ["step": "\(step.size)"]
            )
        }
    }
}
