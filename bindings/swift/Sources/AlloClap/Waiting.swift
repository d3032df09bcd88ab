// Long calls as `async` ones that hold no thread of Swift's pool, and whose cancellation reaches the library.
import Dispatch

extension Companion {
    /// Opens a data folder, which is made if it is missing, and follows publications from then on, away from the calling thread.
    /// Fetches nothing.
    ///
    /// - Parameters:
    ///   - publications: each with the text of its root file or its fingerprint, which its publisher hands out; naming one again
    ///     changes nothing.
    ///   - languages: the preferred one first, as BCP 47: `fr`, `en`.
    public static func opened(
        folder: String, publications: [Publication], languages: [String], audience: Audience = .standard
    ) async throws -> Companion {
        try await aside {
            try Companion(folder: folder, publications: publications, languages: languages, audience: audience)
        }
    }

    /// Reads or writes away from the calling thread: for views on the main actor.
    ///
    ///     let panel = try await companion.away { try $0.catalogue().panel(panel: key) }
    public func away<Value: Sendable>(
        _ question: @escaping @Sendable (Companion) throws -> Value
    ) async throws -> Value {
        try await aside { try question(self) }
    }
}

extension Sync {
    /// Downloads or refreshes the guide at an address, and returns when it is here. Cancelling the task cancels the download; what
    /// came is kept for the next time.
    public func download(
        address: String, choice: Choice = Choice(), onState: (SyncState) -> Void = { _ in }
    ) async throws -> SyncReport {
        try await start(address: address, choice: choice).report(onState: onState)
    }

    /// What a choice would cost. Cancelling the task cancels the question. Nothing is written.
    public func planned(address: String, choice: Choice = Choice()) async throws -> SyncPlan {
        let planning = try plan(address: address, choice: choice)
        return try await withTaskCancellationHandler {
            try await aside { try planning.wait() }
        } onCancel: {
            try? planning.cancel()
        }
    }
}

extension Syncing {
    /// Waits for its end without a thread. Cancelling the task cancels the download.
    public func report(onState: (SyncState) -> Void = { _ in }) async throws -> SyncReport {
        try await withTaskCancellationHandler {
            for try await state in states {
                onState(state)
                switch state {
                case .done(let report): return report
                case .failed(let error): throw error
                case .running, .paused: continue
                }
            }
            // The stream ended without a last word: somebody shut the companion, or this task was cancelled.
            throw Task.isCancelled ? CompanionError.Cancelled : CompanionError.Closed
        } onCancel: {
            try? self.cancel()
        }
    }
}

/// Runs what blocks on a thread that may.
private func aside<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { (answer: CheckedContinuation<Value, any Error>) in
        DispatchQueue.global(qos: .userInitiated).async {
            answer.resume(with: Result(catching: work))
        }
    }
}
