// What a call through the bindings costs from Kotlin; `cargo xtask bench ffi` runs it on a library built as it ships, and reads the
// file it leaves: a figure a line, its name, a tab, microseconds.
package alloclap

import java.nio.ByteBuffer
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

class Measure {
    private fun roundUs(times: Int, call: () -> Unit): Double {
        val start = System.nanoTime()
        repeat(times) { call() }
        return (System.nanoTime() - start) / 1e3 / times
    }

    private fun medianUs(times: Int, call: () -> Unit): Double {
        repeat(times) { call() }
        return List(11) { roundUs(times, call) }.sorted()[5]
    }

    /** What one call takes more than another, the two in turn, so that a machine that slows down slows both. */
    private fun medianUs(times: Int, call: () -> Unit, over: () -> Unit): Double {
        repeat(times) { call(); over() }
        return List(11) { roundUs(times, call) - roundUs(times, over) }.sorted()[5]
    }

    @Test
    fun measure() = runBlocking<Unit> {
        val figures = StringBuilder()
        Server(given("alloclap.public")).use { server ->
            val ffi = FfiCompanion(Town.fresh("measure").path, listOf(server.publication), listOf("fr"), Audience.STANDARD)
            ffi.sync().start(server.url, Choice(media = emptyList())).wait()
            val catalogue = ffi.catalogue()
            val scanner = ffi.scanner(null)
            val trail = catalogue.trails().first()
            val here = trail.line.first()
            val guide = ffi.guide(trail.key, GuideOptions(Sound.ON_REQUEST, headphones = false))
            val told = Semaphore(0)
            val idle = catalogue.subscribe(object : CatalogueListener {
                override fun changed(edition: ULong) = Unit
                override fun ended() = Unit
            })
            val frame = ByteBuffer.allocateDirect(921_600)
            val pixel = ByteBuffer.allocateDirect(1)
            var second = 0L
            fun step() = guide.step(Fix(++second * 1000, here, 5.0, null, null))
            figures.append("no-op call\t${medianUs(2_000) { idle.isOver() }}\n")
            val more = medianUs(1_000, { scanner.scan(frame, 1u, 1u, 1u) }, over = { scanner.scan(pixel, 1u, 1u, 1u) })
            figures.append("frame of 921,600 bytes\t${maxOf(0.0, more)}\n")
            figures.append("fix to snapshot\t${medianUs(500) { step(); guide.snapshot() }}\n")
            figures.append("50 nearby places\t${medianUs(20) { catalogue.nearby(here, 50u, null) }}\n")
            val watching = guide.subscribe(object : GuideListener {
                override fun changed(snapshot: GuideSnapshot) = told.release()
                override fun ended() = Unit
            })
            told.tryAcquire(5, TimeUnit.SECONDS)
            val callback = medianUs(200) {
                told.drainPermits()
                step()
                told.tryAcquire(5, TimeUnit.SECONDS)
            }
            figures.append("subscription callback\t$callback\n")
            watching.cancel()
            ffi.shutDown()
        }
        given("alloclap.figures").writeText(figures.toString())
    }
}
