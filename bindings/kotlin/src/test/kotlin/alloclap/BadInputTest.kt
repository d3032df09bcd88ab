// Whatever an app does wrong is a typed error, never the end of the process.
package alloclap

import java.io.File
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class BadInputTest {
    private val phone = Town.phone

    private inline fun <reified E : CompanionException> refused(crossinline call: suspend () -> Any?): E =
        when (val error = runBlocking { runCatching { call() }.exceptionOrNull() }) {
            is E -> error
            else -> fail("not a ${E::class.simpleName}: $error")
        }

    @Test
    fun `calls after close say that it is closed`() = runBlocking<Unit> {
        val trail = phone.catalogue.trails().single().key
        val folder = Town.fresh("closed").path
        val other = AlloClap.open(folder, emptyList(), listOf("fr"))
        val player = other.pulledPlayer()
        val scanner = other.scanner()
        val syncing = other.sync.start("http://127.0.0.1:1/")
        other.close()
        other.close()
        refused<CompanionException.Closed> { other.catalogue.trails() }
        refused<CompanionException.Closed> { other.scanner() }
        refused<CompanionException.Closed> { scanner.frame(ByteBuffer.allocateDirect(4), 2, 2, 2) }
        refused<CompanionException.Closed> { scanner.scan(ByteBuffer.allocateDirect(4), 2, 2, 2) }
        refused<CompanionException.Closed> { other.prefer(listOf("en")) }
        refused<CompanionException.Closed> { other.journal.favourites() }
        refused<CompanionException.Closed> { other.sync.download("http://127.0.0.1:1/") }
        refused<CompanionException.Closed> { other.pulledPlayer() }
        refused<CompanionException.Closed> { other.catalogue.editions.first() }
        refused<CompanionException.Closed> { player.command(Command.Resume) }
        refused<CompanionException.Closed> { syncing.pause() }
        val guide = phone.guide(trail, GuideOptions(Sound.ALWAYS, headphones = false))
        guide.close()
        guide.close()
        refused<CompanionException.Closed> { guide.snapshot() }
        refused<CompanionException.Closed> { guide.snapshots.first() }
        AlloClap.open(folder, emptyList(), listOf("fr")).use { assertEquals(emptyList<Guide>(), it.catalogue.guides()) }
    }

    @Test
    fun `texts that are empty, huge or no Unicode`() = runBlocking<Unit> {
        assertTrue(phone.catalogue.answer("") is Answer.Text)
        phone.catalogue.answer("é".repeat(5_000_000))
        phone.catalogue.search("", 5)
        phone.catalogue.search("a ".repeat(100_000), 5)
        refused<CompanionException.Input> { phone.catalogue.answer("half a clap \ud83c") }
        refused<CompanionException.Input> { phone.catalogue.panel(Key("", "")) }
        refused<CompanionException.Input> { phone.catalogue.keysOf("x".repeat(1_000_000)) }
        refused<CompanionException.Input> { phone.prefer(listOf("not a language!")) }
        refused<CompanionException.Address> { phone.sync.download("") }
        refused<CompanionException> { phone.sync.download("x".repeat(1_000_000)) }
        val nowhere = listOf(Publication("no address", "0".repeat(64)))
        refused<CompanionException.Address> { AlloClap.open(Town.fresh("wrong").path, nowhere, listOf("fr")) }
    }

    @Test
    fun `numbers and buffers that do not fit`() = runBlocking<Unit> {
        val frame = ByteBuffer.allocateDirect(100)
        val scanner = phone.scanner()
        refused<CompanionException.Input> { scanner.scan(frame, 640, 480, 640) }
        refused<CompanionException.Input> { scanner.scan(frame, -1, 480, 640) }
        refused<CompanionException.Input> { scanner.scan(frame, Int.MAX_VALUE, Int.MAX_VALUE, Int.MAX_VALUE) }
        refused<CompanionException.Input> { scanner.scan(ByteBuffer.allocate(0), 10, 10, 10) }
        refused<CompanionException.Input> { phone.catalogue.nearby(Position(48.0, 2.0), -1) }
        refused<CompanionException.Input> { phone.catalogue.nearby(Position(Double.NaN, Double.POSITIVE_INFINITY), 5) }
        refused<CompanionException.Input> { phone.catalogue.within(Position(91.0, 0.0), 5.0) }
        phone.catalogue.within(Position(48.88, 2.33), Double.NaN)
        val trail = phone.catalogue.trails().single().key
        phone.guide(trail, GuideOptions(Sound.ALWAYS, headphones = false)).use {
            it.step(Fix(Long.MIN_VALUE, Position(Double.NaN, 500.0), -1.0, Double.NaN, Double.NaN))
            it.step(Fix(Long.MAX_VALUE, Position(48.88, 2.33), Double.NaN, null, null))
            assertEquals(null, it.choose("no-such-stop", 0))
        }
        phone.pulledPlayer().use {
            assertTrue(it.pull(Int.MAX_VALUE).size <= 2 * 480_000)
            refused<CompanionException.Input> { it.pull(-1) }
        }
    }

    @Test
    fun `a data folder that cannot be written, and one that another process has`() = runBlocking<Unit> {
        val file = File(Town.fresh("file"), "a-file")
        file.writeText("here is no room for a folder")
        refused<CompanionException.Storage> { AlloClap.open(file.path, emptyList(), listOf("fr")) }
        refused<CompanionException.Storage> { AlloClap.open("/proc/nowhere", emptyList(), listOf("fr")) }
        val folder = Town.fresh("held")
        AlloClap.open(folder.path, emptyList(), listOf("fr")).use { held ->
            Server(given("alloclap.public")).use { server ->
                held.sync.follow(server.url, trusted)
                val other = ProcessBuilder("flock", File(folder, "sync.lock").path, "cat").start()
                try {
                    withTimeout(20_000) {
                        do {
                            val error = runCatching { held.sync.download(server.url) }.exceptionOrNull()
                        } while (error !is CompanionException.Busy)
                    }
                } finally {
                    other.destroy()
                }
            }
        }
    }

    @Test
    fun `a listener that throws or blocks costs nobody else anything`() = runBlocking<Unit> {
        val lines = ConcurrentLinkedQueue<String>()
        AlloClapLog.to(LogLevel.WARN) { _, _, message -> lines += message }
        try {
            Server(given("alloclap.public")).use { server ->
                val folder = Town.fresh("throws").path
                val ffi = FfiCompanion(folder, listOf(server.publication), listOf("fr"), Audience.STANDARD)
                val syncing = ffi.sync().start(server.url, null)
                val called = CountDownLatch(1)
                val throwing = syncing.subscribe(object : SyncListener {
                    override fun changed(state: SyncState) {
                        called.countDown()
                        throw IllegalArgumentException("a progress bar that broke")
                    }

                    override fun ended() = Unit
                })
                val blocking = syncing.subscribe(object : SyncListener {
                    override fun changed(state: SyncState) = Thread.sleep(1_000)

                    override fun ended() = Unit
                })
                assertTrue(syncing.wait().filesFetched > 0u)
                assertTrue(called.await(20, TimeUnit.SECONDS))
                ffi.shutDown()
                listOf(throwing, blocking).forEach { it.close() }
            }
        } finally {
            AlloClapLog.to(LogLevel.WARN, null)
        }
        assertTrue(lines.any { "a progress bar that broke" in it }, "the log does not say which listener threw: $lines")
    }

    @Test
    fun `a listener may close the companion that calls it`() = runBlocking<Unit> {
        val done = CountDownLatch(1)
        val ffi = FfiCompanion(Town.fresh("ends-itself").path, emptyList(), listOf("fr"), Audience.STANDARD)
        val subscription = ffi.catalogue().subscribe(object : CatalogueListener {
            override fun changed(edition: ULong) = ffi.shutDown()

            override fun ended() = done.countDown()
        })
        assertTrue(done.await(20, TimeUnit.SECONDS), "the last word never came")
        subscription.close()
    }

    @Test
    fun `a logger that throws harms nobody`() = runBlocking<Unit> {
        AlloClapLog.to(LogLevel.TRACE) { _, _, _ -> error("a logger that broke") }
        try {
            AlloClap.open(Town.fresh("logger").path, emptyList(), listOf("fr")).use { it.catalogue.trails() }
        } finally {
            AlloClapLog.to(LogLevel.TRACE, null)
        }
    }
}
