// What the docs promise for the first hour, compiled and run as a reader would run it.
package alloclap

import alloclap.docs.firstHour
import java.io.File
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FirstHourTest {
    @Test
    fun `the page of the docs works`() = runBlocking<Unit> {
        val (pixels, width, height) = luma(File(root, "samples/photos/saint-bonnet-easy.jpg"))
        val said = Server(given("alloclap.public")).use { server ->
            withTimeout(60_000) { firstHour(Town.fresh("hour").path, server.url, trusted, pixels, width, height) }
        }
        assertTrue(said.first().startsWith("edition "), "$said")
        for (promised in listOf("Liberté: ", "playing ", "TRIGGER at ")) {
            assertTrue(said.any { it.startsWith(promised) }, "no $promised in $said")
        }
        assertEquals("choose another folder than /proc/nowhere", said.last())
    }
}
