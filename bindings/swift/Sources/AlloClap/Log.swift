// What the library has to say, to the app's own logger.

/// Lines from the library.
public enum AlloClapLog {
    /// From now on, lines of this level and above go to `write`, from whichever thread has something to say; `nil` ends it.
    ///
    ///     AlloClapLog.to(level: .info) { level, target, message in logger.log("\(target): \(message)") }
    public static func to(
        level: LogLevel, write: (@Sendable (LogLevel, String, String) -> Void)?
    ) {
        setLogger(logger: write.map(Writing.init), level: level)
    }
}

private final class Writing: Logger {
    private let write: @Sendable (LogLevel, String, String) -> Void
    init(_ write: @escaping @Sendable (LogLevel, String, String) -> Void) { self.write = write }
    func log(level: LogLevel, target: String, message: String) { write(level, target, message) }
}
