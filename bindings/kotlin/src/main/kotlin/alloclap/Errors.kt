// One sealed error, [CompanionException], for everything that can go wrong on the way to the library and back.
package alloclap

import java.nio.charset.CharacterCodingException

/** Asks the library; what the generated code throws besides becomes the case that says what to do. */
internal inline fun <T> asking(question: () -> T): T =
    try {
        question()
    } catch (refused: CharacterCodingException) {
        throw CompanionException.Input("text", "it holds half of a surrogate pair, which is no character").causedBy(refused)
    } catch (gone: IllegalStateException) {
        // The generated code's word for an object that was closed. A cancelled coroutine must stay one.
        if (gone is kotlin.coroutines.cancellation.CancellationException) throw gone
        throw CompanionException.Closed().causedBy(gone)
    } catch (failed: InternalException) {
        throw CompanionException.Internal(failed.message ?: "nothing is known").causedBy(failed)
    }

/** A number that the library counts from 0. */
internal fun natural(what: String, number: Int): UInt =
    if (number >= 0) number.toUInt() else throw CompanionException.Input(what, "$number is less than 0")

private fun <E : Throwable> E.causedBy(cause: Throwable): E = apply { initCause(cause) }
