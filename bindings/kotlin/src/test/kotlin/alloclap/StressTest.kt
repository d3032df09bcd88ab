// Many threads, many objects: nothing breaks and nothing grows. Short here; ALLOCLAP_LONG=1 makes a night of it.
package alloclap

import java.io.File
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class StressTest {
    private val long = System.getenv("ALLOCLAP_LONG") == "1"
    private val seconds = if (long) 60 else 2
    private val objects = if (long) 10_000 else 40

    @Test
    fun `eight threads call everything while downloads come and go`() = runBlocking<Unit> {
        val until = System.nanoTime() + seconds * 1_000_000_000L
        val broken = ConcurrentLinkedQueue<Throwable>()
        Server(given("alloclap.public")).use { server ->
            AlloClap.open(Town.fresh("stress").path, listOf(server.publication), listOf("fr")).use { phone ->
                phone.sync.download(server.url)
                val trail = phone.catalogue.trails().single()
                val panel = (phone.catalogue.answer("YKW3-QPT9") as Answer.Panel).panel
                val walk = fixes(File(root, "samples/walks/montmartre.gpx"))
                phone.guide(trail.key, GuideOptions(Sound.ALWAYS, headphones = false)).use { guide ->
                    val player = phone.pulledPlayer()
                    val scanner = phone.scanner()
                    val calls: List<suspend () -> Any?> = listOf(
                        { phone.catalogue.panel(panel) },
                        { phone.catalogue.search("amelie", 5) },
                        { phone.catalogue.nearby(walk.first().position, 5) },
                        { scanner.scan(ByteBuffer.allocateDirect(4096), 64, 64, 64) },
                        { scanner.frame(ByteBuffer.allocateDirect(4096), 64, 64, 64) },
                        { phone.sync.trusted() },
                        { guide.step(walk.random()) },
                        { guide.snapshots.first() },
                        { phone.journal.favourites() },
                        { player.pull(64) },
                        { phone.catalogue.editions.first() },
                        { phone.prefer(listOf(if (Random.nextBoolean()) "fr" else "en")) },
                    )
                    val threads = List(8) {
                        thread {
                            runCatching {
                                runBlocking { while (System.nanoTime() < until) calls.random()() }
                            }.onFailure { broken += it }
                        }
                    }
                    while (System.nanoTime() < until) {
                        phone.sync.start(server.url).use { syncing ->
                            Thread.sleep(Random.nextLong(50))
                            syncing.cancel()
                            val error = runCatching { syncing.await() }.exceptionOrNull()
                            if (error != null && error !is CompanionException.Cancelled && error !is CompanionException.Busy) broken += error
                        }
                    }
                    threads.forEach { it.join() }
                    player.close()
                }
            }
        }
        assertEquals(emptyList<Throwable>(), broken.toList())
    }

    @Test
    fun `companions and subscriptions leave nothing behind`() = runBlocking<Unit> {
        val folder = Town.fresh("many").path
        suspend fun one() = AlloClap.open(folder, emptyList(), listOf("fr")).use { phone ->
            repeat(3) { phone.catalogue.editions.first() }
            phone.sync.start("http://127.0.0.1:1/").close()
        }
        repeat(maxOf(20, objects / 10)) { one() }
        System.gc()
        val before = held()
        repeat(objects) { one() }
        System.gc()
        var after = held()
        for (wait in 1..100) {
            if (after.threads <= before.threads + 4 && after.files <= before.files + 4) break
            Thread.sleep(50)
            after = held()
        }
        println("$objects companions: $before, then $after")
        assertTrue(after.threads <= before.threads + 4, "threads are left behind: $before, then $after")
        assertTrue(after.files <= before.files + 4, "open files are left behind: $before, then $after")
        // One that leaked its catalogue or runtime would hold more than this each time.
        assertTrue(after.kib - before.kib < 65_536 + objects * 4, "memory is left behind: $before, then $after")
    }

    private data class Held(val kib: Int, val threads: Int, val files: Int)

    /** Resident memory, threads and open files of this process. */
    private fun held(): Held {
        val status = File("/proc/self/status").readLines().associate { it.substringBefore(':') to it.substringAfter(':').trim() }
        fun number(name: String) = status.getValue(name).substringBefore(' ').toInt()
        return Held(number("VmRSS"), number("Threads"), File("/proc/self/fd").list()!!.size)
    }
}
