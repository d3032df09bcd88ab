// What a call through the bindings costs from Kotlin; `cargo xtask bench ffi` runs it on a library built as it ships, and reads the
// file it leaves: a figure a line, its name, a tab, microseconds.
package alloclap

import java.nio.ByteBuffer
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

class Measure {
    private fun medianUs(times: Int, call: () -> Unit): Double {
        repeat(times) { call() }
        val rounds = List(11) {
            val start = System.nanoTime()
            repeat(times) { call() }
            (System.nanoTime() - start) / 1e3 / times
        }
        return rounds.sorted()[rounds.size / 2]
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
            val whole = medianUs(1_000) { scanner.scan(frame, 1u, 1u, 1u) }
            val least = medianUs(1_000) { scanner.scan(pixel, 1u, 1u, 1u) }
            figures.append("frame of 921,600 bytes\t${maxOf(0.0, whole - least)}\n")
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
