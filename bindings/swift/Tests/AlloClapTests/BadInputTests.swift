// Whatever an app does wrong is a typed error, never the end of the process.
import Foundation
import XCTest

@testable import AlloClap

final class BadInputTests: XCTestCase {
    private func refused(
        _ expected: (CompanionError) -> Bool, line: UInt = #line, _ call: () throws -> some Any
    ) {
        XCTAssertThrowsError(try call(), line: line) { error in
            guard let error = error as? CompanionError, expected(error) else { return XCTFail("\(error)", line: line) }
        }
    }

    private func isClosed(_ error: CompanionError) -> Bool { if case .Closed = error { true } else { false } }
    private func isInput(_ error: CompanionError) -> Bool { if case .Input = error { true } else { false } }
    private func isAddress(_ error: CompanionError) -> Bool { if case .Address = error { true } else { false } }
    private func isStorage(_ error: CompanionError) -> Bool { if case .Storage = error { true } else { false } }

    func testCallsAfterTheEndSayThatItIsClosed() async throws {
        let folder = fresh("closed")
        let phone = try await Companion.opened(folder: folder, publications: [], languages: ["fr"])
        let player = try phone.pulledPlayer()
        let scanner = try phone.scanner()
        let syncing = try phone.sync().start(address: "http://127.0.0.1:1/")
        let streams = phone.catalogue().editions
        try phone.shutDown()
        try phone.shutDown()
        for try await _ in streams {}
        refused(isClosed) { try phone.catalogue().trails() }
        refused(isClosed) { try phone.scanner() }
        refused(isClosed) { try scanner.frame(luma: Data(count: 4), width: 2, height: 2, rowStride: 2) }
        refused(isClosed) { try scanner.scan(luma: Data(count: 4), width: 2, height: 2, rowStride: 2) }
        refused(isClosed) { try phone.journal().favourites() }
        refused(isClosed) { try phone.sync().start(address: "http://127.0.0.1:1/") }
        refused(isClosed) { try player.command(command: .resume) }
        refused(isClosed) { try syncing.wait() }
        do {
            for try await _ in player.snapshots {}
            XCTFail("a closed player was watched")
        } catch CompanionError.Closed {}
        try Companion(folder: folder, publications: [], languages: ["fr"], audience: .standard).shutDown()
    }

    func testTextsThatAreEmptyOrHuge() async throws {
        let phone = try await Town.shared.followed().phone
        _ = try phone.catalogue().answer(text: "")
        _ = try phone.catalogue().answer(text: String(repeating: "é", count: 5_000_000))
        _ = try phone.catalogue().search(text: "", limit: 5)
        refused(isInput) { try phone.catalogue().panel(panel: Key(publication: "", id: "")) }
        refused(isInput) { try phone.catalogue().keysOf(id: String(repeating: "x", count: 1_000_000)) }
        refused(isInput) { try phone.prefer(languages: ["not a language!"], audience: .standard) }
        do {
            _ = try await phone.sync().download(address: "")
            XCTFail("an empty address")
        } catch CompanionError.Address {}
        refused(isAddress) {
            try Companion(
                folder: fresh("wrong"),
                publications: [Publication(address: "no address", root: String(repeating: "0", count: 64))],
                languages: ["fr"], audience: .standard)
        }
    }

    func testNumbersAndBuffersThatDoNotFit() async throws {
        let phone = try await Town.shared.followed().phone
        refused(isInput) { try phone.scanner().scan(luma: Data(count: 100), width: 640, height: 480, rowStride: 640) }
        refused(isInput) { try phone.scanner().scan(luma: Data(), width: 10, height: 10, rowStride: 10) }
        refused(isInput) { try phone.scanner().scan(luma: Data(count: 9), width: .max, height: .max, rowStride: .max) }
        refused(isInput) {
            try phone.catalogue().nearby(position: Position(latDeg: .nan, lonDeg: .infinity), count: 5)
        }
        let trail = try phone.catalogue().trails()[0]
        let guide = try phone.guide(trail: trail.key, options: GuideOptions(sound: .always, headphones: false))
        let absurd = Fix(
            tMs: .min, position: Position(latDeg: .nan, lonDeg: 500), accuracyM: -1, speedMS: .nan, courseDeg: .nan)
        _ = try guide.step(fix: absurd)
        XCTAssertNil(try guide.choose(stopId: "no-such-stop", tMs: 0))
        XCTAssertLessThanOrEqual(try phone.pulledPlayer().pull(frames: .max).count, 2 * 480_000)
    }

    func testADataFolderThatCannotBeWritten() throws {
        let file = fresh("file")
        try Data("here is no room for a folder".utf8).write(to: URL(fileURLWithPath: file))
        refused(isStorage) { try Companion(folder: file, publications: [], languages: ["fr"], audience: .standard) }
        refused(isStorage) { try Companion(folder: "/proc/nowhere", publications: [], languages: ["fr"], audience: .standard) }
    }

    func testAListenerThatThrowsOrBlocksCostsNobodyElseAnything() async throws {
        let lines = Lines()
        AlloClapLog.to(level: .warn) { _, _, message in lines.add(message) }
        defer { AlloClapLog.to(level: .warn, write: nil) }
        let server = try Server()
        let phone = try await Companion.opened(folder: fresh("throws"), publications: [server.publication], languages: ["fr"])
        let syncing = try phone.sync().start(address: server.url)
        let throwing = Broken()
        let watching = try (syncing.subscribe(listener: throwing), syncing.subscribe(listener: Blocking()))
        let report = try await syncing.report()
        XCTAssertGreaterThan(report.filesFetched, 0)
        while !lines.all().contains(where: { $0.contains("a progress bar that broke") }) {
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        watching.0.cancel()
        watching.1.cancel()
        try phone.shutDown()
    }

    func testADataFolderThatAnotherProcessHas() async throws {
        let folder = fresh("held")
        let phone = try await Companion.opened(folder: folder, publications: [], languages: ["fr"])
        let server = try Server()
        try phone.sync().follow(address: server.url, root: server.publication.root)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/bin/sh")
        other.arguments = ["-c", "exec 9>\"$0\"; flock 9; exec sleep 600", folder + "/sync.lock"]
        try other.run()
        defer { end(other) }
        while true {
            do {
                _ = try await phone.sync().download(address: server.url)
            } catch CompanionError.Busy {
                break
            }
        }
    }
}

private final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []
    func add(_ line: String) { lock.withLock { lines.append(line) } }
    func all() -> [String] { lock.withLock { lines } }
}

private final class Broken: SyncListener {
    func changed(state: SyncState) throws { throw ListenerError.Threw(why: "a progress bar that broke") }
    func ended() {}
}

private final class Blocking: SyncListener {
    func changed(state: SyncState) { Thread.sleep(forTimeInterval: 1) }
    func ended() {}
}
