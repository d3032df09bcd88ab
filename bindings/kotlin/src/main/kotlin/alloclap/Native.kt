// The interfaces of AlloClap.kt over the generated code. No decision is taken here.
package alloclap

import java.nio.ByteBuffer
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.last
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

internal class NativeAlloClap(private val ffi: FfiCompanion, private val io: CoroutineDispatcher) : AlloClap {
    override val catalogue: Catalogue = NativeCatalogue(ffi.catalogue(), io)
    override val sync: Sync = NativeSync(ffi.sync(), io)
    override val journal: Journal = NativeJournal(ffi.journal(), io)

    override fun scanner(budgetMs: Int): Scanner = asking { NativeScanner(ffi.scanner(natural("budget", budgetMs))) }

    override fun prefer(languages: List<String>, audience: Audience) = asking { ffi.prefer(languages, audience) }

    override suspend fun guide(trail: Key, options: GuideOptions, saved: String?): GuideSession =
        withContext(io) { asking { NativeGuideSession(ffi.guide(trail, options, saved)) } }

    override suspend fun roam(around: Position, options: GuideOptions, saved: String?): GuideSession =
        withContext(io) { asking { NativeGuideSession(ffi.roam(around, options, saved)) } }

    override fun player(): Player = asking { NativePlayer(ffi.player(), io) }

    override fun pulledPlayer(): Player = asking { NativePlayer(ffi.pulledPlayer(), io) }

    override fun close() {
        if (ffi.uniffiIsDestroyed) return
        asking { ffi.shutDown() }
        ffi.close()
    }
}

private class NativeCatalogue(private val ffi: FfiCatalogue, private val io: CoroutineDispatcher) : Catalogue {
    private suspend fun <T> reading(question: () -> T): T = withContext(io) { asking(question) }

    override val editions: Flow<ULong> get() = ffi.watch()

    override suspend fun guides() = reading { ffi.guides() }

    override val rebuilt: List<String>? get() = asking { ffi.rebuilt() }

    override suspend fun forget(publication: String) = reading { ffi.forget(publication) }

    override suspend fun answer(text: String) = reading { ffi.answer(text) }

    override suspend fun panel(panel: Key) = reading { ffi.panel(panel) }

    override suspend fun film(film: Key) = reading { ffi.film(film) }

    override suspend fun nearby(position: Position, count: Int, filter: NearbyFilter) =
        reading { ffi.nearby(position, natural("count", count), filter) }

    override suspend fun within(position: Position, radiusM: Double, filter: NearbyFilter) =
        reading { ffi.within(position, radiusM, filter) }

    override suspend fun regions(position: Position, limit: Int) =
        reading { ffi.regions(position, natural("limit", limit)) }

    override suspend fun search(text: String, limit: Int) = reading { ffi.search(text, natural("limit", limit)) }

    override suspend fun searchNear(text: String, near: Position, limit: Int) =
        reading { ffi.searchNear(text, near, natural("limit", limit)) }

    override suspend fun keysOf(id: String) = reading { ffi.keysOf(id) }

    override suspend fun trails() = reading { ffi.trails() }

    override suspend fun trail(trail: Key) = reading { ffi.trail(trail) }

    override suspend fun commentary(commentary: Key) = reading { ffi.commentary(commentary) }

    override suspend fun commentariesFor(about: Key) = reading { ffi.commentariesFor(about) }

    override suspend fun item(commentary: Key) = reading { ffi.item(commentary) }

    override suspend fun itemAt(panel: Key) = reading { ffi.itemAt(panel) }

    override suspend fun transcript(commentary: Key) = reading { ffi.transcript(commentary) }

    override suspend fun searchSpoken(words: String, limit: Int) =
        reading { ffi.searchSpoken(words, natural("limit", limit)) }

    override suspend fun openCommentary(commentary: Key): Commentary =
        reading { NativeCommentary(ffi.openCommentary(commentary), io) }
}

private class NativeSync(private val ffi: FfiSync, private val io: CoroutineDispatcher) : Sync {
    override fun start(address: String, choice: Choice): Syncing = asking { NativeSyncing(ffi.start(address, choice)) }

    override fun start(plan: SyncPlan): Syncing = asking { NativeSyncing(ffi.startPlanned(native(plan))) }

    private fun native(plan: SyncPlan): FfiSyncPlan =
        (plan as? NativeSyncPlan)?.ffi ?: throw CompanionException.Input("plan", "it was not made by this library")

    private suspend fun <T> blocking(question: () -> T): T = withContext(io) { asking(question) }

    override suspend fun follow(address: String, root: String) = blocking { ffi.follow(address, root) }

    override suspend fun trusted() = blocking { ffi.trusted() }

    override suspend fun choice(publication: String) = blocking { ffi.choice(publication) }

    override suspend fun choiceWithPack(publication: String, pack: String) =
        blocking { ffi.choiceWithPack(publication, pack) }

    override suspend fun locate(code: String, host: String?) = blocking { ffi.locate(code, host) }

    override suspend fun offer(publication: String, pack: String) = blocking { ffi.offer(publication, pack) }

    override suspend fun neighbours() = blocking { ffi.neighbours() }

    override suspend fun ready(trail: Key, language: String?) = blocking { ffi.ready(trail, language) }

    override suspend fun removeTrail(trail: Key) = blocking { ffi.removeTrail(trail) }

    override fun networkIs(kind: NetworkKind) = asking { ffi.networkIs(kind) }

    override fun downloadOver(over: DownloadOver) = asking { ffi.downloadOver(over) }

    override fun allowBytes(quota: ULong?) = asking { ffi.allowBytes(quota) }

    override suspend fun outstanding(plan: SyncPlan) = blocking { ffi.outstanding(native(plan)) }

    override suspend fun handIn(request: FileRequest, path: String) = blocking { ffi.handIn(request, path) }

    override suspend fun download(address: String, choice: Choice, onState: (SyncState) -> Unit): SyncReport =
        start(address, choice).use { it.states.onEach(onState).report() }

    override suspend fun plan(address: String, choice: Choice): SyncPlan {
        val planning = asking { ffi.plan(address, choice) }
        // The question blocks one of the waiting threads; whoever does not want the answer any more ends it.
        return planning.use {
            withContext(io) {
                suspendCancellableCoroutine { answer ->
                    answer.invokeOnCancellation { planning.cancel() }
                    val planned = runCatching { asking { NativeSyncPlan(planning.wait()) } }
                    planned.fold({ answer.resume(it) }, { answer.resumeWithException(it) })
                }
            }
        }
    }
}

private class NativeSyncPlan(val ffi: FfiSyncPlan) : SyncPlan {
    override val summary: PlanSummary get() = asking { ffi.summary() }

    override val isUpToDate: Boolean get() = asking { ffi.isUpToDate() }

    override fun close() = ffi.close()
}

private class NativeSyncing(private val ffi: FfiSyncing) : Syncing {
    override val states: Flow<SyncState> get() = ffi.watch()

    override fun pause() = asking { ffi.pause() }

    override fun resume() = asking { ffi.resume() }

    override fun cancel() = asking { ffi.cancel() }

    override suspend fun await(): SyncReport =
        try {
            states.report()
        } catch (unwanted: kotlin.coroutines.cancellation.CancellationException) {
            runCatching { ffi.cancel() }
            throw unwanted
        }

    override fun close() = ffi.close()
}

/** How a download ended. */
private suspend fun Flow<SyncState>.report(): SyncReport =
    when (val state = last()) {
        is SyncState.Done -> state.report
        is SyncState.Failed -> throw state.error
        // The last word is one of those two, unless somebody closed the companion meanwhile.
        is SyncState.Running, is SyncState.Paused -> throw CompanionException.Closed()
    }

private class NativeScanner(private val ffi: FfiScanner) : Scanner {
    override fun frame(luma: ByteBuffer, width: Int, height: Int, rowStride: Int): SeenFrame = asking {
        ffi.frame(readable(luma), natural("width", width), natural("height", height), natural("row stride", rowStride))
    }

    override fun scan(luma: ByteBuffer, width: Int, height: Int, rowStride: Int): List<SeenCode> = asking {
        ffi.scan(readable(luma), natural("width", width), natural("height", height), natural("row stride", rowStride))
    }

    override fun close() = ffi.close()

    // A slice, because the generated code reads from the beginning of a buffer whatever its position.
    private fun readable(luma: ByteBuffer): ByteBuffer = if (luma.isDirect) luma.slice() else copied(luma)

    private fun copied(luma: ByteBuffer): ByteBuffer {
        val copy = ByteBuffer.allocateDirect(luma.remaining())
        copy.put(luma.duplicate())
        // As a plain Buffer: ByteBuffer's own flip() is not in Android 8.
        (copy as java.nio.Buffer).flip()
        return copy
    }
}

private class NativeJournal(private val ffi: FfiJournal, private val io: CoroutineDispatcher) : Journal {
    private suspend fun <T> marking(question: () -> T): T = withContext(io) { asking(question) }

    override val rescue: JournalRescue? get() = asking { ffi.rescue() }

    override suspend fun allHeard() = marking { ffi.allHeard() }

    override suspend fun lastHeard(key: Key) = marking { ffi.lastHeard(key) }

    override suspend fun heard(key: Key, commentary: Key, whenMs: Long) = marking { ffi.heard(key, commentary, whenMs) }

    override suspend fun position(commentary: Key) = marking { ffi.position(commentary) }

    override suspend fun setPosition(commentary: Key, positionMs: ULong, whenMs: Long) =
        marking { ffi.setPosition(commentary, positionMs, whenMs) }

    override suspend fun favourites() = marking { ffi.favourites() }

    override suspend fun addFavourite(key: Key, whenMs: Long) = marking { ffi.addFavourite(key, whenMs) }

    override suspend fun removeFavourite(key: Key) = marking { ffi.removeFavourite(key) }
}

private class NativeGuideSession(private val ffi: FfiGuideSession) : GuideSession {
    override val snapshots: Flow<GuideSnapshot> get() = ffi.watch()

    override fun step(fix: Fix) = asking { ffi.step(fix) }

    override fun snapshot() = asking { ffi.snapshot() }

    override fun saved() = asking { ffi.saved() }

    override fun headphones(on: Boolean) = asking { ffi.headphones(on) }

    override fun scan(panel: Key, tMs: Long) = asking { ffi.scan(panel, tMs) }

    override fun choose(stopId: String, tMs: Long) = asking { ffi.choose(stopId, tMs) }

    override fun commentaryEnded(tMs: Long) = asking { ffi.commentaryEnded(tMs) }

    override fun close() = ffi.close()
}

private class NativePlayer(private val ffi: FfiPlayer, private val io: CoroutineDispatcher) : Player {
    override val snapshots: Flow<PlayerSnapshot> get() = ffi.watch()

    override fun command(command: Command) = asking { ffi.command(command) }

    override fun voice(report: VoiceReport) = asking { ffi.voice(report) }

    override fun interrupt(what: Interruption) = asking { ffi.interrupt(what) }

    override suspend fun snapshot() = withContext(io) { asking { ffi.snapshot() } }

    override suspend fun takeEvents() = withContext(io) { asking { ffi.takeEvents() } }

    override fun pull(frames: Int): FloatArray = asking { ffi.pull(natural("frames", frames)).toFloatArray() }

    override fun close() = ffi.close()
}

private class NativeCommentary(private val ffi: FfiCommentary, private val io: CoroutineDispatcher) : Commentary {
    override val durationMs: ULong get() = asking { ffi.durationMs() }

    override val positionMs: ULong get() = asking { ffi.positionMs() }

    override val damage: Damage? get() = asking { ffi.damage() }

    override suspend fun seek(positionMs: ULong) = withContext(io) { asking { ffi.seek(positionMs) } }

    override fun setSpeed(speed: Float) = asking { ffi.setSpeed(speed) }

    override suspend fun read(frames: Int): FloatArray =
        withContext(io) { asking { ffi.read(natural("frames", frames)).toFloatArray() } }

    override fun close() = ffi.close()
}
