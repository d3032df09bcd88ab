// What a call through the bindings costs from Kotlin; `cargo xtask bench ffi` runs it on a library built as it ships, and reads the
// file it leaves: a figure a line, its name, the median and the quickest round in microseconds, a tab between.
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

    private val figures = StringBuilder()

    private fun rounds(seconds: Long, measureRound: () -> Double): List<Double> {
        val until = System.nanoTime() + seconds * 1_000_000_000
        val rounds = mutableListOf<Double>()
        while (rounds.size < 11 || System.nanoTime() < until) rounds += maxOf(0.0, measureRound())
        return rounds.sorted()
    }

    /** Notes what a round takes, the median and the quickest, once the virtual machine has compiled it. */
    private fun report(name: String, measureRound: () -> Double) {
        rounds(WARM_UP_SECONDS, measureRound)
        val rounds = rounds(SECONDS, measureRound)
        figures.append("$name\t${rounds[rounds.size / 2]}\t${rounds[0]}\n")
    }

    @Test
    fun measure() = runBlocking<Unit> {
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
            report("no-op call") { roundUs(2_000) { idle.isOver() } }
            // The two in turn, so that a machine that slows down slows both.
            report("frame of 921,600 bytes") {
                roundUs(1_000) { scanner.scan(frame, 1u, 1u, 1u) } - roundUs(1_000) { scanner.scan(pixel, 1u, 1u, 1u) }
            }
            report("fix to snapshot") { roundUs(500) { step(); guide.snapshot() } }
            report("50 nearby places") { roundUs(20) { catalogue.nearby(here, 50u, null) } }
            var english = false
            report("the same, first look") {
                // For another visitor nothing is in memory.
                roundUs(20) {
                    english = !english
                    ffi.prefer(listOf(if (english) "en" else "fr"), Audience.STANDARD)
                    catalogue.nearby(here, 50u, null)
                }
            }
            val watching = guide.subscribe(object : GuideListener {
                override fun changed(snapshot: GuideSnapshot) = told.release()
                override fun ended() = Unit
            })
            told.tryAcquire(5, TimeUnit.SECONDS)
            report("subscription callback") {
                roundUs(200) {
                    told.drainPermits()
                    step()
                    told.tryAcquire(5, TimeUnit.SECONDS)
                }
            }
            watching.cancel()
            ffi.shutDown()
        }
        given("alloclap.figures").writeText(figures.toString())
    }

    private companion object {
        /** For so long a figure is measured: shared processors have slow spells of up to a second. */
        const val SECONDS = 3L
        const val WARM_UP_SECONDS = 2L
    }
}
