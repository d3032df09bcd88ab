// A whole visit through the Swift library, as an app makes it: sync, then without network scan, look around, walk, listen.
import Foundation
import XCTest

@testable import AlloClap

final class VisitTests: XCTestCase {
    private func phone() async throws -> Companion { try await Town.shared.followed().phone }

    private func panel(_ code: String) async throws -> PanelView {
        try await phone().away {
            guard case .panel(let key) = try $0.catalogue().answer(text: code) else {
                throw CompanionError.NotFound(kind: "panel", id: code)
            }
            return try $0.catalogue().panel(panel: key)
        }
    }

    private func walk() async throws -> GuideSession {
        let phone = try await phone()
        let trail = try XCTUnwrap(phone.catalogue().trails().first)
        return try phone.guide(trail: trail.key, options: GuideOptions(sound: .onHeadphones, headphones: true))
    }

    func testTheDownloadSaysHowFarItIsAndLastHowItEnded() async throws {
        let town = try await Town.shared.followed()
        XCTAssertGreaterThan(town.report.filesFetched, 0)
        XCTAssertEqual(town.states.last, .done(report: town.report))
        guard case .running = town.states.first else { return XCTFail("\(town.states)") }
        let guides = try town.phone.catalogue().guides()
        XCTAssertEqual(guides.map(\.name), ["AlloClap"])
    }

    func testWithoutNetworkTheDownloadFailsAndTheOldGuideStays() async throws {
        let town = try await Town.shared.followed()
        do {
            _ = try await town.phone.sync().download(address: town.url)
            XCTFail("there is no server any more")
        } catch CompanionError.Unreachable {}
        XCTAssertEqual(try town.phone.catalogue().guides().count, 1)
    }

    func testAPhotographedFlashcodeOpensItsPanel() async throws {
        guard let frame = try frame() else { throw XCTSkip("skipped: ffmpeg, which opens the photograph, is not installed") }
        let scanner = try await phone().scanner(budgetMs: 200)
        let codes = try scanner.scan(luma: frame.luma, width: frame.width, height: frame.height, rowStride: frame.width)
        let seen = try (0..<30).flatMap { _ in
            try scanner.frame(luma: frame.luma, width: frame.width, height: frame.height, rowStride: frame.width).new
        }
        XCTAssertEqual(seen.map(\.text), codes.map(\.text), "new once, however long it is seen")
        let panel = try await panel(try XCTUnwrap(codes.first?.text))
        XCTAssertEqual(panel.code, "YKW3-QPT9")
        XCTAssertEqual(panel.film.brief.title.text, "Liberté")
        XCTAssertEqual(codes.first?.corners.count, 4)
    }

    func testPlacesFilmsAndWordsAreFoundOffline() async throws {
        let catalogue = try await phone().catalogue()
        let near = try catalogue.nearby(position: Position(latDeg: 48.8848, lonDeg: 2.3336), count: 3)
        XCTAssertEqual(near.map(\.distanceM), near.map(\.distanceM).sorted())
        let hit = try XCTUnwrap(catalogue.search(text: "amelie poulin", limit: 5).first { $0.kind == "film" })
        XCTAssertGreaterThan(try catalogue.film(film: hit.key).shootings.count, 1)
        XCTAssertThrowsError(try catalogue.film(film: Key(publication: hit.key.publication, id: "no-such-film"))) {
            guard case CompanionError.NotFound = $0 else { return XCTFail("\($0)") }
        }
        for try await edition in catalogue.editions {
            XCTAssertEqual(edition, try catalogue.edition())
            break
        }
    }

    func testAWalkTellsEveryStopAndAScreenSeesIt() async throws {
        let guide = try await walk()
        let screen = Task {
            for try await snapshot in guide.snapshots where snapshot.progressM != nil { return true }
            return false
        }
        var told: Set<String> = []
        for fix in try fixes() {
            for event in try guide.step(fix: fix) where event.kind == .trigger || event.kind == .offer {
                told.formUnion(event.stops)
            }
        }
        let saw = try await screen.value
        XCTAssertTrue(saw, "no screen was told how far the walker is")
        let trail = try await phone().catalogue().trails()[0]
        let open = Set(trail.stops.filter { $0.closed == nil }.map(\.id))
        XCTAssertEqual(open.subtracting(told), [], "stops of the trail that were neither told nor offered")
    }

    func testACommentaryGivesSoundPlaysAndIsRemembered() async throws {
        let first = try await panel("YKW3-QPT9").commentaries[0]
        let phone = try await phone()
        let recording = try phone.catalogue().openCommentary(commentary: first.key)
        XCTAssertEqual(Double(try recording.durationMs()), Double(first.durationMs), accuracy: 40)
        let samples = try recording.read(frames: 48_000)
        XCTAssertEqual(samples.count, 2 * 48_000)
        XCTAssertTrue(samples.contains { abs($0) > 0.01 }, "silence instead of a voice")

        let player = try phone.pulledPlayer()
        try player.command(command: .play(item: phone.catalogue().item(commentary: first.key)))
        let playing = Task {
            for try await now in player.snapshots where now.positionMs > 500 { return now.state }
            return .empty
        }
        let device = Task {
            var loud = false
            while !Task.isCancelled {
                loud = try player.pull(frames: 480).contains { abs($0) > 0.01 } || loud
                try? await Task.sleep(nanoseconds: 2_000_000)
            }
            return loud
        }
        let state = try await playing.value
        XCTAssertEqual(state, .playing)
        device.cancel()
        let loud = try await device.value
        XCTAssertTrue(loud, "a player that plays was silent")
        try player.command(command: .stop)
        for try await now in player.snapshots where now.state == .empty { break }
        _ = try player.snapshot()
        XCTAssertGreaterThan(try phone.journal().position(commentary: first.key) ?? 0, 0)
    }

    func testOnlyTheRootThatTheAppNamesIsBelieved() async throws {
        let server = try Server()
        let fingerprint = try await phone().sync().trusted().first?.fingerprint
        let print = Publication(address: server.url, root: try XCTUnwrap(fingerprint))
        let phone = try await Companion.opened(folder: fresh("print"), publications: [print], languages: ["fr"])
        try phone.sync().follow(address: server.url, root: server.publication.root)
        _ = try await phone.sync().download(address: server.url)
        let other = Publication(address: server.url, root: String(repeating: "0", count: 64))
        let deceived = try await Companion.opened(folder: fresh("other"), publications: [other], languages: ["fr"])
        do {
            _ = try await deceived.sync().download(address: server.url)
            XCTFail("another root was believed")
        } catch CompanionError.Untrusted(_, let attack) {
            guard case .otherRoot = attack else { return XCTFail("\(attack)") }
        }
        try phone.shutDown()
        try deceived.shutDown()
    }

    func testWhatIsSaidCanBeReadAndFound() async throws {
        let catalogue = try await phone().catalogue()
        let panel = try await panel("YKW3-QPT9")
        XCTAssertFalse(try catalogue.transcript(commentary: panel.commentaries[0].key).cues.isEmpty)
        for hit in try catalogue.searchSpoken(words: "amelie", limit: 20) { XCTAssertFalse(hit.cue.text.isEmpty) }
        XCTAssertEqual(
            try catalogue.itemAt(panel: panel.key).id, try catalogue.item(commentary: panel.commentaries[0].key).id)
        XCTAssertNil(try catalogue.rebuilt())
    }

    func testAPlanSaysWhatItWouldCostAndCanBeCarriedOut() async throws {
        let server = try Server()
        let phone = try await Companion.opened(
            folder: fresh("plan"), publications: [server.publication], languages: ["fr"])
        let text = Choice(media: [])
        let plan = try await phone.sync().planned(address: server.url, choice: text)
        XCTAssertFalse(plan.summary().packs.isEmpty)
        let report = try await phone.sync().startPlanned(plan: plan).report()
        XCTAssertEqual(report.blobs, 0, "text alone was asked for")
        let again = try await phone.sync().planned(address: server.url, choice: text)
        XCTAssertTrue(again.isUpToDate())
        try phone.shutDown()
    }

    func testCancellingATaskCancelsTheDownloadAndWhatIsFastDoesNotWaitForOne() async throws {
        // Stopped, the server's port still takes connections: an answer never comes.
        let server = try Server()
        server.hold()
        let (phone, url) = (try await phone(), server.url)
        let download = Task { try await phone.sync().download(address: url) }
        let code = try await panel("YKW3-QPT9").code
        XCTAssertEqual(code, "YKW3-QPT9")
        _ = try phone.scanner().frame(luma: Data(count: 64 * 64), width: 64, height: 64, rowStride: 64)
        _ = try await walk().step(fix: try fixes()[0])
        download.cancel()
        do {
            _ = try await download.value
            XCTFail("a download from a server that never answers ended well")
        } catch CompanionError.Cancelled {}
        server.stop()
    }
}
