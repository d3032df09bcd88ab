// Subscriptions as streams: the present value first, then the latest of each change, then the end. Nothing is decided here.
@_exported import AlloClapGenerated

extension Syncing {
    /// What the sync is doing: the present state first; ends after `done` or `failed`. Leaving the loop ends the subscription.
    public var states: AsyncThrowingStream<SyncState, any Error> {
        watching { try self.subscribe(listener: SyncWatch($0)) }
    }
}

extension GuideSession {
    /// The walk as it is, then each change; the latest wins. Leaving the loop ends the subscription.
    public var snapshots: AsyncThrowingStream<GuideSnapshot, any Error> {
        watching { try self.subscribe(listener: GuideWatch($0)) }
    }
}

extension Player {
    /// The player as it is, then each change: at most ten a second while only time goes by. Leaving the loop ends the subscription.
    public var snapshots: AsyncThrowingStream<PlayerSnapshot, any Error> {
        watching { try self.subscribe(listener: PlayerWatch($0)) }
    }
}

extension Catalogue {
    /// The catalogue's edition: the present one first, then after each sync that changed it. Another number means: ask again.
    public var editions: AsyncThrowingStream<UInt64, any Error> {
        watching { try self.subscribe(listener: CatalogueWatch($0)) }
    }
}

private typealias Sink<Value> = AsyncThrowingStream<Value, any Error>.Continuation

private func watching<Value: Sendable>(
    _ subscribe: @escaping (Sink<Value>) throws -> Subscription
) -> AsyncThrowingStream<Value, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { sink in
        do {
            let subscription = try subscribe(sink)
            sink.onTermination = { _ in subscription.cancel() }
        } catch {
            sink.finish(throwing: error)
        }
    }
}

private final class SyncWatch: SyncListener {
    private let sink: Sink<SyncState>
    init(_ sink: Sink<SyncState>) { self.sink = sink }
    func changed(state: SyncState) { sink.yield(state) }
    func ended() { sink.finish() }
}

private final class GuideWatch: GuideListener {
    private let sink: Sink<GuideSnapshot>
    init(_ sink: Sink<GuideSnapshot>) { self.sink = sink }
    func changed(snapshot: GuideSnapshot) { sink.yield(snapshot) }
    func ended() { sink.finish() }
}

private final class PlayerWatch: PlayerListener {
    private let sink: Sink<PlayerSnapshot>
    init(_ sink: Sink<PlayerSnapshot>) { self.sink = sink }
    func changed(snapshot: PlayerSnapshot) { sink.yield(snapshot) }
    func ended() { sink.finish() }
}

private final class CatalogueWatch: CatalogueListener {
    private let sink: Sink<UInt64>
    init(_ sink: Sink<UInt64>) { self.sink = sink }
    func changed(edition: UInt64) { sink.yield(edition) }
    func ended() { sink.finish() }
}
