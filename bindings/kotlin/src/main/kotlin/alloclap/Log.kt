// What the library has to say, to the app's own logger.
package alloclap

/**
 * From now on, lines of [level] and above go to [write], from whichever thread has something to say; `null` ends it. On Android:
 * `AlloClapLog.to(LogLevel.INFO) { level, target, message -> Log.i(target, message) }`.
 */
object AlloClapLog {
    /** Sets the logger of all companions in the process. What it throws is lost with its line. */
    fun to(level: LogLevel, write: ((LogLevel, String, String) -> Unit)?) {
        val logger = write?.let {
            object : Logger {
                override fun log(level: LogLevel, target: String, message: String) = it(level, target, message)
            }
        }
        asking { setLogger(logger, level) }
    }
}
