// What an app sees: interfaces, so that it can fake each in its own tests. How they reach the library is in Native.kt.
package alloclap

import java.nio.ByteBuffer
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.withContext

/**
 * A guide on a phone. Open one for a data folder and keep it as long as the app lives.
 *
 * Whatever fails throws a [CompanionException]; its cases say what an app can do. After [close], everything that came from here
 * throws [CompanionException.Closed], and flows complete.
 */
interface AlloClap : AutoCloseable {
    /** What is on this phone. */
    val catalogue: Catalogue

    /** Bringing guides onto this phone. */
    val sync: Sync

    /** The visitor's own marks. */
    val journal: Journal

    /**
     * Reading flashcodes: a new one for each time that the camera opens, spending about so many milliseconds on each of its frames;
     * 12 suit 30 frames a second.
     */
    fun scanner(budgetMs: Int = 12): Scanner

    /** Changes languages, the preferred one first, and audience from now on. Any thread, at once. */
    fun prefer(languages: List<String>, audience: Audience = Audience.STANDARD)

    /** Follows a walker along a trail, from where [saved] says that the walk was, or from its beginning. */
    suspend fun guide(trail: Key, options: GuideOptions, saved: String? = null): GuideSession

    /** Follows a walker without a trail. Ask again, with what the session saved, after 2 km. */
    suspend fun roam(around: Position, options: GuideOptions, saved: String? = null): GuideSession

    /** A player on this device's own output. */
    fun player(): Player

    /** A player for an output of the app's own, which calls [Player.pull]. */
    fun pulledPlayer(): Player

    companion object {
        /**
         * Opens a data folder, which is made if it is missing, and follows publications from then on; fetches nothing.
         *
         * @param publications each with the text of its root file or its fingerprint, which its publisher hands out; naming one
         * again changes nothing.
         * @param languages the preferred one first, as BCP 47: `fr`, `en`.
         * @param io where calls that read or write wait.
         */
        suspend fun open(
            folder: String,
            publications: List<Publication>,
            languages: List<String>,
            audience: Audience = Audience.STANDARD,
            io: CoroutineDispatcher = Dispatchers.IO,
        ): AlloClap = withContext(io) {
            asking { NativeAlloClap(FfiCompanion(folder, publications, languages, audience), io) }
        }
    }
}

/** What is on this phone. */
interface Catalogue {
    /** The catalogue's edition: the present one first, then after each sync that changed it. Another number means: ask again. */
    val editions: Flow<ULong>

    /** The guides that are on this phone. */
    suspend fun guides(): List<Guide>

    /**
     * The guides that were built again because the catalogue was broken before this start, to be told once; null if it was not. What is
     * missing here comes back with a sync.
     */
    val rebuilt: List<String>?

    /** Removes a guide and its files from this phone, and forgets whose signatures were believed; the visitor's own marks stay. */
    suspend fun forget(publication: String)

    /** What a flashcode's text, or a typed panel code, means here. Opens nothing. */
    suspend fun answer(text: String): Answer

    /** A panel, with everything to show. */
    suspend fun panel(panel: Key): PanelView

    /** A film, with everywhere it was shot. */
    suspend fun film(film: Key): FilmView

    /** The places nearest to a position that pass a filter, nearest first. */
    suspend fun nearby(position: Position, count: Int, filter: NearbyFilter = NearbyFilter()): List<Nearby>

    /** The places within so many metres of a position that pass a filter, nearest first. */
    suspend fun within(position: Position, radiusM: Double, filter: NearbyFilter = NearbyFilter()): List<Nearby>

    /** Which regions the system should watch around a position to wake the app: at most [limit], 100 on Android. */
    suspend fun regions(position: Position, limit: Int): List<Region>

    /** What fits a text best; accents, case and small slips don't matter. */
    suspend fun search(text: String, limit: Int = 20): List<SearchHit>

    /** The same for somebody who stands somewhere: of what fits about equally well, the nearest comes first. */
    suspend fun searchNear(text: String, near: Position, limit: Int = 20): List<SearchHit>

    /** The records of that id, or alias, in any publication. */
    suspend fun keysOf(id: String): List<Key>

    /** All trails. */
    suspend fun trails(): List<TrailView>

    /** A trail with its line and stops. */
    suspend fun trail(trail: Key): TrailView

    /** A commentary. */
    suspend fun commentary(commentary: Key): CommentaryView

    /** The commentaries for a panel, place, film, trail or stop, the one that suits the visitor first. */
    suspend fun commentariesFor(about: Key): List<CommentaryView>

    /** A commentary as a player takes it, from where the listener left it. */
    suspend fun item(commentary: Key): Item

    /**
     * What a visitor hears at a panel: the commentary that suits best and is on this phone; where there is none, the words of one, or
     * the anecdote, for the system's own voice.
     */
    suspend fun itemAt(panel: Key): Item

    /** What is said in a commentary, when, and its chapters. */
    suspend fun transcript(commentary: Key): Transcript

    /** Where something is said: the passages of commentaries in which all these words occur. */
    suspend fun searchSpoken(words: String, limit: Int = 20): List<SpokenHit>

    /** Opens a commentary's recording, for its samples. */
    suspend fun openCommentary(commentary: Key): Commentary
}

/** Bringing guides onto this phone. */
interface Sync {
    /**
     * Says whose signatures to believe for the guide at an address, before its first sync: the text of its root file, or its
     * fingerprint of 64 hexadecimal digits. Fetches nothing.
     */
    suspend fun follow(address: String, root: String)

    /** Whose signatures are believed for which address, and until when its publisher vouches for it. */
    suspend fun trusted(): List<Trust>

    /** Starts to download or refresh the guide at an address. Closing what it returns cancels. */
    fun start(address: String, choice: Choice = Choice()): Syncing

    /** Starts to download what was planned. Closing what it returns cancels. */
    fun start(plan: SyncPlan): Syncing

    /**
     * Downloads or refreshes the guide at an address, and returns when it is here. Cancelling the coroutine cancels the download;
     * what came is kept for the next time.
     */
    suspend fun download(address: String, choice: Choice = Choice(), onState: (SyncState) -> Unit = {}): SyncReport

    /** What a choice would cost. Cancelling the coroutine cancels the question. Nothing is written. */
    suspend fun plan(address: String, choice: Choice = Choice()): SyncPlan

    /** What the visitor chose last of a guide: what a refresh should ask for. Everything if nothing is known. */
    suspend fun choice(publication: String): Choice

    /** What to ask for so that a pack comes to what is here already of its guide: the visitor's last choice, and this. */
    suspend fun choiceWithPack(publication: String, pack: String): Choice

    /**
     * Looks for a panel code that is not on this phone: which pack has it, and what that costs; null if no guide knows it. [host] is
     * that of [Answer.UnknownCode]. May ask a server for some kilobytes.
     */
    suspend fun locate(code: String, host: String? = null): Offered?

    /** What the pack of [Answer.NotHere] is called and costs; null if its guide has it no more. */
    suspend fun offer(publication: String, pack: String): Offered?

    /** The guides that those on this phone introduce: they can be followed without a root of one's own. */
    suspend fun neighbours(): List<Neighbour>

    /** Whether a trail can be walked without network in a language, in all without one: reads every file of it. */
    suspend fun ready(trail: Key, language: String? = null): TrailReadiness

    /** Takes a trail off this phone, and out of what a refresh asks for; gives the bytes that were freed. */
    suspend fun removeTrail(trail: Key): ULong

    /** Tells on which kind of network the phone is now; downloads pause and go on accordingly. Any thread, at once. */
    fun networkIs(kind: NetworkKind)

    /** Sets over which networks downloads may run. Any thread, at once. */
    fun downloadOver(over: DownloadOver)

    /** Sets how many bytes the media of all guides may take; null for no limit. Any thread, at once. */
    fun allowBytes(quota: ULong?)

    /**
     * The files that a plan lacks, for an app that fetches them while it sleeps (WorkManager): its packs, or once these are here, its
     * blobs. None if all is here: then [start] installs without a download.
     */
    suspend fun outstanding(plan: SyncPlan): List<FileRequest>

    /** Takes a file that the app fetched for a request, and verifies it. The file stays the app's to delete. */
    suspend fun handIn(request: FileRequest, path: String)
}

/** A download under way. Closing it cancels; what came is kept for the next time. */
interface Syncing : AutoCloseable {
    /** What it is doing: the present state first; completes after [SyncState.Done] or [SyncState.Failed]. */
    val states: Flow<SyncState>

    /** Holds it. Any thread, at once. */
    fun pause()

    /** Goes on. Any thread, at once. */
    fun resume()

    /** Ends it, unless it is installing already. Any thread, at once. */
    fun cancel()

    /** Waits for its end without a thread. Cancelling the coroutine cancels the download. */
    suspend fun await(): SyncReport
}

/** A download that was thought through, and not begun. */
interface SyncPlan : AutoCloseable {
    /** What it would do and cost. */
    val summary: PlanSummary

    /** Whether there is nothing to do. */
    val isUpToDate: Boolean
}

/** A camera that is held at something. Waits for nothing, least of all for a download. */
interface Scanner : AutoCloseable {
    /**
     * Looks at the camera's next frame of 8-bit luma, from the buffer's position to its limit. A direct buffer, as CameraX gives them,
     * is read where it is; any other is copied. Each code is new once until it leaves the picture. Computes on the calling thread, which
     * should be the camera's.
     */
    fun frame(luma: ByteBuffer, width: Int, height: Int, rowStride: Int): SeenFrame

    /**
     * The codes in a still picture. All effort: some ten milliseconds where a code stands out, up to some seconds where nothing can be
     * read, so never on the main thread.
     */
    fun scan(luma: ByteBuffer, width: Int, height: Int, rowStride: Int): List<SeenCode>
}

/** The visitor's own marks: what was written is on the disk when a call returns. */
interface Journal {
    /** What was saved of a journal that broke before this start, to be told once. */
    val rescue: JournalRescue?

    /** Everything that was heard, the latest first. */
    suspend fun allHeard(): List<Heard>

    /** When something was last heard about a panel, place or stop, in milliseconds since the Unix epoch. */
    suspend fun lastHeard(key: Key): Long?

    /** Marks that a commentary was heard, for apps that play without the companion's player. */
    suspend fun heard(key: Key, commentary: Key, whenMs: Long = System.currentTimeMillis())

    /** Where a commentary was left, in milliseconds from its beginning. */
    suspend fun position(commentary: Key): ULong?

    /** Marks where a commentary was left, for apps that play without the companion's player; 0 forgets it. */
    suspend fun setPosition(commentary: Key, positionMs: ULong, whenMs: Long = System.currentTimeMillis())

    /** The favourites, the latest first. */
    suspend fun favourites(): List<Favourite>

    /** Adds a favourite; one that is there keeps its day. */
    suspend fun addFavourite(key: Key, whenMs: Long = System.currentTimeMillis())

    /** Takes a favourite away. */
    suspend fun removeFavourite(key: Key)
}

/** Follows a walker along a trail. No call reads or writes anything; each takes microseconds, on any thread. */
interface GuideSession : AutoCloseable {
    /** The walk as it is, then each change; the latest wins. */
    val snapshots: Flow<GuideSnapshot>

    /** Takes one fix and says what happens now, in order. */
    fun step(fix: Fix): List<GuideEvent>

    /** All that a screen needs to know of the walk. */
    fun snapshot(): GuideSnapshot

    /** The walk so far, to go on with after the app was killed. */
    fun saved(): String

    /** Headphones were put on or taken off. */
    fun headphones(on: Boolean)

    /** The visitor scanned a panel: its commentary begins whatever plays. */
    fun scan(panel: Key, tMs: Long): GuideEvent

    /** The visitor chose a stop: its commentary begins. Null if there is no such stop. */
    fun choose(stopId: String, tMs: Long): GuideEvent?

    /** The commentary ended before its time. */
    fun commentaryEnded(tMs: Long)
}

/** Plays commentaries. Closing it stops the sound. No call waits for a device. */
interface Player : AutoCloseable {
    /** The player as it is, then each change: at most ten a second while only time goes by. Marks go into the journal meanwhile. */
    val snapshots: Flow<PlayerSnapshot>

    /** Forward buttons, headsets and lock screens blindly. Any thread, at once. */
    fun command(command: Command)

    /** Tells it what the world does: calls, headphones, other apps. Any thread, at once. */
    fun interrupt(what: Interruption)

    /** Tells it what the system's own voice did with what an event asked it to say. Any thread, at once. */
    fun voice(report: VoiceReport)

    /** The player as it is now. Writes to the journal what was heard since the last call. */
    suspend fun snapshot(): PlayerSnapshot

    /** What happened since the last call, numbered without gaps. Writes to the journal what was heard. */
    suspend fun takeEvents(): List<NumberedEvent>

    /** The next frames for an output of the app's own: interleaved stereo at 48 kHz, silence where there is nothing. Never waits. */
    fun pull(frames: Int): FloatArray
}

/** The samples of one commentary. */
interface Commentary : AutoCloseable {
    /** How long it lasts, in milliseconds. */
    val durationMs: ULong

    /** Where the next frame is, in milliseconds. */
    val positionMs: ULong

    /** The first thing that could not be decoded so far, if anything; what is whole around it is played. */
    val damage: Damage?

    /** Goes to a position in milliseconds; behind the end is the end. */
    suspend fun seek(positionMs: ULong)

    /** Faster or slower at the same pitch, 0.75 to 2. */
    fun setSpeed(speed: Float)

    /** The next frames, at most ten seconds of them: interleaved stereo at 48 kHz. Fewer, or none, only at the end. */
    suspend fun read(frames: Int): FloatArray
}
