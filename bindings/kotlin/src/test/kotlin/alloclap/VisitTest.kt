// A whole visit through the Kotlin library, as an app makes it: sync, then without network scan, look around, walk, listen.
package alloclap

import java.io.File
import java.nio.ByteBuffer
import kotlin.math.abs
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class VisitTest {
    private val phone = Town.phone

    private suspend fun panel(code: String): PanelView =
        phone.catalogue.panel((phone.catalogue.answer(code) as Answer.Panel).panel)

    private suspend fun walk(): GuideSession =
        phone.guide(phone.catalogue.trails().single().key, GuideOptions(Sound.ON_HEADPHONES, headphones = true))

    @Test
    fun `the download says how far it is, and last how it ended`() = runBlocking<Unit> {
        assertTrue(Town.report.filesFetched > 0u)
        assertEquals(SyncState.Done(Town.report), Town.states.last())
        assertTrue(Town.states.first() is SyncState.Running, "${Town.states.first()}")
        val guide = phone.catalogue.guides().single()
        assertEquals("AlloClap" to 1uL, guide.name to guide.trails)
    }

    @Test
    fun `without network the download fails as something to try again, and the old guide stays`() = runBlocking<Unit> {
        val error = runCatching { phone.sync.download(Town.url) }.exceptionOrNull()
        assertTrue(error is CompanionException.Unreachable, "$error")
        assertEquals(1, phone.catalogue.guides().size)
    }

    @Test
    fun `a photographed flashcode opens its panel, whichever buffer it came in`() = runBlocking<Unit> {
        val (pixels, width, height) = luma(File(root, "samples/photos/saint-bonnet-easy.jpg"))
        val scanner = phone.scanner(200)
        val code = scanner.scan(pixels, width, height, width).single()
        val seen = List(30) { scanner.frame(pixels, width, height, width) }
        assertEquals(listOf(code.text), seen.flatMap { it.new }.map { it.text }, "new once, however long it is seen")
        val panel = phone.catalogue.panel((phone.catalogue.answer(code.text!!) as Answer.Panel).panel)
        assertEquals("YKW3-QPT9" to "Liberté", panel.code to panel.film.brief.title.text)
        assertEquals(4, code.corners.size)

        val inArray = ByteBuffer.allocate(pixels.remaining()).put(pixels.duplicate())
        inArray.rewind()
        assertEquals(listOf(code.corners), scanner.scan(inArray, width, height, width).map { it.corners }, "a frame in an array")
        val behindAHeader = ByteBuffer.allocateDirect(pixels.remaining() + 100)
        behindAHeader.position(100)
        behindAHeader.put(pixels.duplicate())
        behindAHeader.position(100)
        assertEquals(listOf(code.corners), scanner.scan(behindAHeader, width, height, width).map { it.corners }, "a frame behind a header")
    }

    @Test
    fun `places, films and words are found offline`() = runBlocking<Unit> {
        val near = phone.catalogue.nearby(Position(48.8848, 2.3336), 3)
        assertEquals(near.map { it.distanceM }.sorted(), near.map { it.distanceM })
        assertTrue(near.first().place.panels.isNotEmpty())
        val hit = phone.catalogue.search("amelie poulin", 5).first { it.kind == "film" }
        assertTrue(phone.catalogue.film(hit.key).shootings.size > 1)
        val nobody = hit.key.copy(id = "no-such-film")
        assertThrows(CompanionException.NotFound::class.java) { runBlocking { phone.catalogue.film(nobody) } }
        assertEquals(phone.catalogue.edition(), phone.catalogue.editions.first())
    }

    private suspend fun Catalogue.edition(): ULong = editions.first()

    @Test
    fun `a walk tells every stop of the trail, and a screen sees it`() = runBlocking<Unit> {
        val trail = phone.catalogue.trails().single()
        val told = mutableSetOf<String>()
        walk().use { guide ->
            val first = withTimeout(20_000) { guide.snapshots.first() }
            assertEquals(guide.snapshot(), first, "the present value comes first")
            val later = async { withTimeout(20_000) { guide.snapshots.first { it.progressM != null } } }
            delay(1)
            for (fix in fixes(File(root, "samples/walks/montmartre.gpx"))) {
                for (event in guide.step(fix)) {
                    if (event.kind == GuideEventKind.TRIGGER || event.kind == GuideEventKind.OFFER) told += event.stops
                }
            }
            assertNotNull(later.await().progressM)
        }
        val open = trail.stops.filter { it.closed == null }.map { it.id }.toSet()
        assertEquals(emptySet<String>(), open - told, "stops of the trail that were neither told nor offered")
    }

    @Test
    fun `a flow completes when what it watches is closed`() = runBlocking<Unit> {
        val guide = walk()
        val seen = async { withTimeout(20_000) { guide.snapshots.toList() } }
        delay(50)
        guide.close()
        assertEquals(1, seen.await().size)
    }

    @Test
    fun `a commentary gives sound, plays, and is remembered`() = runBlocking<Unit> {
        val first = panel("YKW3-QPT9").commentaries.first()
        assertEquals("fr" to true, first.language to first.synthetic)
        phone.catalogue.openCommentary(first.key).use { recording ->
            assertTrue(abs(recording.durationMs.toLong() - first.durationMs.toLong()) <= 40)
            val samples = recording.read(48_000)
            assertEquals(2 * 48_000, samples.size)
            assertTrue(samples.any { abs(it) > 0.01 }, "silence instead of a voice")
        }
        phone.pulledPlayer().use { player ->
            player.command(Command.Play(phone.catalogue.item(first.key)))
            val playing = async { withTimeout(20_000) { player.snapshots.first { it.positionMs > 500u } } }
            var loud = false
            while (!playing.isCompleted) {
                loud = player.pull(480).any { abs(it) > 0.01 } || loud
                delay(2)
            }
            assertEquals(PlayerState.PLAYING, playing.await().state)
            assertTrue(loud, "a player that plays was silent")
            player.command(Command.Stop)
            withTimeout(20_000) { player.snapshots.first { it.state == PlayerState.EMPTY } }
            player.snapshot()
        }
        val left = phone.journal.position(first.key)
        assertTrue(left != null && left > 0u, "where the listener stopped is forgotten: $left")
    }

    @Test
    fun `what the visitor keeps is kept`() = runBlocking<Unit> {
        val panel = panel("YKW3-QPT9").key
        phone.journal.addFavourite(panel, 5_000)
        assertEquals(listOf(Favourite(panel, 5_000)), phone.journal.favourites())
        phone.journal.removeFavourite(panel)
        assertEquals(emptyList<Favourite>(), phone.journal.favourites())
        assertEquals(null, phone.journal.rescue)
    }

    @Test
    fun `a plan says what it would cost, and can be carried out`() = runBlocking<Unit> {
        Server(given("alloclap.public")).use { server ->
            AlloClap.open(Town.fresh("plan").path, listOf(server.publication), listOf("fr")).use { phone ->
                val plan = phone.sync.plan(server.url, Choice(media = emptyList()))
                assertFalse(plan.isUpToDate)
                assertTrue(plan.summary.packs.isNotEmpty())
                val report = phone.sync.start(plan).use { it.await() }
                assertEquals(0uL, report.blobs, "text alone was asked for")
                assertTrue(phone.sync.plan(server.url, Choice(media = emptyList())).isUpToDate)
            }
        }
    }

    @Test
    fun `only the root that the app names is believed`() = runBlocking<Unit> {
        Server(given("alloclap.public")).use { server ->
            val print = Publication(server.url, phone.sync.trusted().single().fingerprint!!)
            AlloClap.open(Town.fresh("print").path, listOf(print), listOf("fr")).use { phone ->
                phone.sync.follow(server.url, trusted)
                assertEquals(Town.report.version, phone.sync.download(server.url).version)
            }
            val other = Publication(server.url, "0".repeat(64))
            AlloClap.open(Town.fresh("other").path, listOf(other), listOf("fr")).use { phone ->
                val caught = runCatching { phone.sync.download(server.url) }.exceptionOrNull()
                assertTrue(caught is CompanionException.Untrusted && caught.attack is Attack.OtherRoot, "$caught")
            }
        }
    }

    @Test
    fun `what is said can be read and found`() = runBlocking<Unit> {
        val panel = panel("YKW3-QPT9")
        val commentary = panel.commentaries.first().key
        assertTrue(phone.catalogue.transcript(commentary).cues.isNotEmpty())
        phone.catalogue.searchSpoken("amelie", 20).forEach { assertTrue(it.cue.text.isNotEmpty()) }
        assertEquals(phone.catalogue.item(commentary).id, phone.catalogue.itemAt(panel.key).id)
        assertEquals(null, phone.catalogue.rebuilt)
    }

    @Test
    fun `cancelling a coroutine cancels the download, and what is fast does not wait for one`() = runBlocking<Unit> {
        // A server that accepts and never answers: the slowest of all.
        java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress()).use { silent ->
            val states = mutableListOf<SyncState>()
            val job = launch(kotlinx.coroutines.Dispatchers.Default) {
                phone.sync.download("http://127.0.0.1:${silent.localPort}/") { synchronized(states) { states += it } }
            }
            withTimeout(20_000) { while (synchronized(states) { states.isEmpty() }) delay(5) }
            // The sync waits for an answer that never comes; these would too, if they waited for it.
            withTimeout(20_000) {
                assertEquals("YKW3-QPT9", panel("YKW3-QPT9").code)
                phone.scanner().frame(ByteBuffer.allocateDirect(64 * 64), 64, 64, 64)
                walk().use { it.step(fixes(File(root, "samples/walks/montmartre.gpx")).first()) }
            }
            withTimeout(20_000) { job.cancelAndJoin() }
            val again = phone.sync.start("http://127.0.0.1:${silent.localPort}/")
            again.cancel()
            val end = withTimeout(20_000) { again.states.toList().last() }
            assertTrue(end is SyncState.Failed && end.error is CompanionException.Cancelled, "$end")
            again.close()
        }
    }
}
