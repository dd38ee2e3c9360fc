import Clocks
public import Logging

extension Logger {
    /// Logs each step of the system's clock from now on, when it is seen and when it is followed.
    public func logClockSteps() {
        TimeOfDay.observeSteps { [self] step in
            warning(
                step.isFollowed
                    ? "Timestamps follow the system's clock, which was set"
                    : "The system's clock was set: timestamps follow it unless it is corrected in ten seconds",
                metadata: ["step": "\(step.size)"]
            )
        }
    }
}
