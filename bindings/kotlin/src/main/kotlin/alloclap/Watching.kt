// Subscriptions as flows: the present value first, then the latest of each change, then completion.
package alloclap

import kotlinx.coroutines.channels.ProducerScope
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate

/** A flow that subscribes when it is collected, and ends the subscription when nobody collects any more. */
private fun <T> watching(subscribe: ProducerScope<T>.() -> FfiSubscription): Flow<T> =
    callbackFlow {
        val subscription = asking { subscribe() }
        awaitClose {
            subscription.cancel()
            subscription.close()
        }
    }.conflate()

internal fun FfiSyncing.watch(): Flow<SyncState> = watching {
    subscribe(object : SyncListener {
        override fun changed(state: SyncState) {
            trySend(state)
        }

        override fun ended() {
            close()
        }
    })
}

internal fun FfiGuideSession.watch(): Flow<GuideSnapshot> = watching {
    subscribe(object : GuideListener {
        override fun changed(snapshot: GuideSnapshot) {
            trySend(snapshot)
        }

        override fun ended() {
            close()
        }
    })
}

internal fun FfiPlayer.watch(): Flow<PlayerSnapshot> = watching {
    subscribe(object : PlayerListener {
        override fun changed(snapshot: PlayerSnapshot) {
            trySend(snapshot)
        }

        override fun ended() {
            close()
        }
    })
}

internal fun FfiCatalogue.watch(): Flow<ULong> = watching {
    subscribe(object : CatalogueListener {
        override fun changed(edition: ULong) {
            trySend(edition)
        }

        override fun ended() {
            close()
        }
    })
}
