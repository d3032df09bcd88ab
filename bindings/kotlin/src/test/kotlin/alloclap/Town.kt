// What the tests share: a publication on a loopback server, a phone that followed it once, frames and fixes from the samples.
package alloclap

import java.io.File
import java.nio.ByteBuffer
import java.nio.file.Files
import java.time.Instant
import javax.imageio.ImageIO
import javax.xml.parsers.DocumentBuilderFactory
import kotlinx.coroutines.runBlocking

/** A file or folder that `cargo xtask kotlin` names. */
fun given(name: String): File = File(checkNotNull(System.getProperty(name)) { "run by `cargo xtask kotlin`, which sets $name" })

/** The root of the repository. */
val root: File by lazy { given("alloclap.root") }

/** What the publisher hands out: an app ships it. */
val trusted: String by lazy { File(given("alloclap.public"), "metadata/1.root.json").readText() }

/** `alloclap publish serve` on a free port of loopback. */
class Server(folder: File) : AutoCloseable {
    private val process: Process = ProcessBuilder(
        given("alloclap.bin").path, "publish", "serve", folder.path, "--address", "127.0.0.1:0", "--json",
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()

    /** Its address. */
    val url: String = process.inputStream.bufferedReader().readLine().substringAfter("\"url\":\"").substringBefore('"')

    /** What an app follows: its address, and whose signatures to believe. */
    val publication = Publication(url, trusted)

    override fun close() {
        process.destroy()
        process.waitFor()
    }
}

/** The samples as a phone has them after one sync; the server is gone by then. */
object Town {
    /** Every state that the sync told. */
    val states = mutableListOf<SyncState>()

    /** What it did. */
    lateinit var report: SyncReport

    /** Where it was. */
    lateinit var url: String

    /** The phone. */
    val phone: AlloClap by lazy {
        runBlocking {
            Server(given("alloclap.public")).use { server ->
                url = server.url
                AlloClap.open(fresh("phone").path, listOf(server.publication), listOf("fr", "en")).also { phone ->
                    report = phone.sync.download(url) { states += it }
                }
            }
        }
    }

    /** An empty folder, gone with the JVM. */
    fun fresh(name: String): File = Files.createTempDirectory("alloclap-$name").toFile().also {
        Runtime.getRuntime().addShutdownHook(Thread { it.deleteRecursively() })
    }
}

/** The grey pixels of a photograph, as a camera would hand them over. */
fun luma(photo: File): Triple<ByteBuffer, Int, Int> {
    val picture = ImageIO.read(photo)
    val (width, height) = picture.width to picture.height
    val rgb = picture.getRGB(0, 0, width, height, null, 0, width)
    val buffer = ByteBuffer.allocateDirect(width * height)
    for (pixel in rgb) {
        val grey = 299 * (pixel shr 16 and 255) + 587 * (pixel shr 8 and 255) + 114 * (pixel and 255)
        buffer.put((grey / 1000).toByte())
    }
    buffer.flip()
    return Triple(buffer, width, height)
}

/** The fixes of a recorded walk, as the system would give them one by one. */
fun fixes(gpx: File): List<Fix> {
    val points = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(gpx).getElementsByTagName("trkpt")
    val start by lazy { instant(points.item(0) as org.w3c.dom.Element) }
    return (0 until points.length).map { points.item(it) as org.w3c.dom.Element }.map { point ->
        val hdop = point.getElementsByTagName("hdop").item(0)?.textContent?.toDouble()
        Fix(
            tMs = instant(point) - start,
            position = Position(point.getAttribute("lat").toDouble(), point.getAttribute("lon").toDouble()),
            accuracyM = hdop?.times(5) ?: 10.0,
            speedMS = null,
            courseDeg = null,
        )
    }
}

private fun instant(point: org.w3c.dom.Element): Long =
    Instant.parse(point.getElementsByTagName("time").item(0).textContent).toEpochMilli()
