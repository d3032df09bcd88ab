// Many tasks, many objects: nothing breaks and nothing grows. Short here; ALLOCLAP_LONG=1 makes a night of it.
import Foundation
import XCTest

@testable import AlloClap

final class StressTests: XCTestCase {
    private let long = ProcessInfo.processInfo.environment["ALLOCLAP_LONG"] == "1"

    func testEightThreadsCallEverythingWhileSyncsComeAndGo() async throws {
        let until = Date(timeIntervalSinceNow: long ? 60 : 2)
        let server = try Server()
        let phone = try await Companion.opened(
            folder: fresh("stress"), publications: [server.publication], languages: ["fr"])
        _ = try await phone.sync().download(address: server.url)
        let catalogue = phone.catalogue()
        let trail = try catalogue.trails()[0]
        guard case .panel(let panel) = try catalogue.answer(text: "YKW3-QPT9") else { return XCTFail("no panel") }
        let guide = try phone.guide(trail: trail.key, options: GuideOptions(sound: .always, headphones: false))
        let player = try phone.pulledPlayer()
        let scanner = try phone.scanner()
        let walk = try fixes()
        let calls: [@Sendable () throws -> Void] = [
            { _ = try catalogue.panel(panel: panel) },
            { _ = try catalogue.search(text: "amelie", limit: 5) },
            { _ = try catalogue.nearby(position: walk[0].position, count: 5) },
            { _ = try scanner.frame(luma: Data(count: 4096), width: 64, height: 64, rowStride: 64) },
            { _ = try phone.sync().trusted() },
            { _ = try scanner.scan(luma: Data(count: 4096), width: 64, height: 64, rowStride: 64) },
            { _ = try guide.step(fix: walk.randomElement()!) },
            { _ = try guide.snapshot() },
            { _ = try phone.journal().favourites() },
            { _ = try player.pull(frames: 64) },
            { try phone.prefer(languages: [Bool.random() ? "fr" : "en"], audience: .standard) },
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await phone.away { _ in
                        while Date() < until { try calls.randomElement()!() }
                    }
                }
            }
            while Date() < until {
                let syncing = try phone.sync().start(address: server.url)
                try await Task.sleep(nanoseconds: UInt64.random(in: 0...50_000_000))
                try syncing.cancel()
                do { _ = try await syncing.report() } catch CompanionError.Cancelled {} catch CompanionError.Busy {}
            }
            try await group.waitForAll()
        }
        try phone.shutDown()
    }

    func testCompanionsAndSubscriptionsLeaveNothingBehind() async throws {
        let folder = fresh("many")
        let objects = long ? 10_000 : 40
        func one() async throws {
            let phone = try await Companion.opened(folder: folder, publications: [], languages: ["fr"])
            for _ in 0..<3 { for try await _ in phone.catalogue().editions { break } }
            _ = try phone.sync().start(address: "http://127.0.0.1:1/")
            try phone.shutDown()
        }
        for _ in 0..<max(20, objects / 10) { try await one() }
        let before = try held()
        for _ in 0..<objects { try await one() }
        var after = try held()
        for _ in 0..<100 where after.threads > before.threads + 4 || after.files > before.files + 4 {
            try await Task.sleep(nanoseconds: 50_000_000)
            after = try held()
        }
        print("\(objects) companions: \(before), then \(after)")
        XCTAssertLessThanOrEqual(after.threads, before.threads + 4, "threads are left behind")
        XCTAssertLessThanOrEqual(after.files, before.files + 4, "open files are left behind")
        // One that leaked its catalogue or runtime would hold more than this each time.
        XCTAssertLessThan(after.kib - before.kib, 65_536 + objects * 4, "memory is left behind")
    }

    /// Resident memory in KiB, threads and open files of this process.
    private func held() throws -> (kib: Int, threads: Int, files: Int) {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func number(_ name: String) throws -> Int {
            let line = try XCTUnwrap(status.split(separator: "\n").first { $0.hasPrefix(name) })
            return try XCTUnwrap(Int(line.split(whereSeparator: \.isWhitespace)[1]))
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        return (try number("VmRSS:"), try number("Threads:"), files)
    }
}
