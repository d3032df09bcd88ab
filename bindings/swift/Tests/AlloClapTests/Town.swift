// What the tests share: a publication on a loopback server, a phone that followed it once, frames and fixes from the samples.
import Foundation
import XCTest

@testable import AlloClap

/// A file or folder that `cargo xtask swift` names.
func given(_ name: String) throws -> String {
    try XCTUnwrap(ProcessInfo.processInfo.environment[name], "run by `cargo xtask swift`, which sets \(name)")
}

/// What the publisher hands out: an app ships it.
func trusted() throws -> String {
    try String(contentsOfFile: given("ALLOCLAP_PUBLIC") + "/metadata/1.root.json", encoding: .utf8)
}

/// `alloclap publish serve` on a free port of loopback.
final class Server {
    private let process = Process()
    /// Its address.
    let url: String
    /// What an app follows: its address, and whose signatures to believe.
    let publication: Publication

    init() throws {
        process.executableURL = URL(fileURLWithPath: try given("ALLOCLAP_BIN"))
        process.arguments = [
            "publish", "serve", try given("ALLOCLAP_PUBLIC"), "--address", "127.0.0.1:0", "--json",
        ]
        let said = Pipe()
        process.standardOutput = said
        try process.run()
        var line = ""
        while let byte = try said.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            line += String(decoding: byte, as: UTF8.self)
        }
        url = try XCTUnwrap(line.components(separatedBy: "\"url\":\"").last?.components(separatedBy: "\"").first)
        publication = Publication(address: url, root: try trusted())
    }

    /// Lets it answer nobody until it is stopped.
    func hold() { _ = process.suspend() }

    func stop() { end(process) }

    deinit { stop() }
}

/// Ends a process for good. Not by SIGTERM: on Linux, what is started from a task inherits its thread's mask, which blocks that.
func end(_ process: Process) {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
}

/// The samples as a phone has them after one sync; the server is gone by then.
actor Town {
    static let shared = Town()
    private var following: Task<Followed, any Error>?

    struct Followed: Sendable {
        let phone: Companion
        let report: SyncReport
        let states: [SyncState]
        let url: String
    }

    func followed() async throws -> Followed {
        if let following { return try await following.value }
        let task = Task {
            let server = try Server()
            let phone = try await Companion.opened(
                folder: fresh("phone"), publications: [server.publication], languages: ["fr", "en"])
            var states: [SyncState] = []
            let report = try await phone.sync().download(address: server.url) { states.append($0) }
            server.stop()
            return Followed(phone: phone, report: report, states: states, url: server.url)
        }
        following = task
        return try await task.value
    }
}

/// An empty folder.
func fresh(_ name: String) -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("alloclap-\(name)-\(UUID())")
    return folder.path
}

/// The grey pixels of a photograph, made by ffmpeg beforehand; `nil` where there is no ffmpeg.
func frame() throws -> (luma: Data, width: UInt32, height: UInt32)? {
    guard let path = ProcessInfo.processInfo.environment["ALLOCLAP_FRAME"] else { return nil }
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let head = String(decoding: file.prefix(20), as: Unicode.ASCII.self).split(whereSeparator: \.isWhitespace)
    let (width, height) = (try XCTUnwrap(UInt32(head[1])), try XCTUnwrap(UInt32(head[2])))
    return (Data(file.suffix(Int(width * height))), width, height)
}

/// The fixes of a recorded walk, as the system would give them one by one.
func fixes() throws -> [Fix] {
    let gpx = try String(contentsOfFile: given("ALLOCLAP_ROOT") + "/samples/walks/montmartre.gpx", encoding: .utf8)
    let clock = ISO8601DateFormatter()
    var start: Double?
    return try gpx.components(separatedBy: "<trkpt").dropFirst().map { point in
        func between(_ from: String, _ to: String) -> String? {
            let rest = point.components(separatedBy: from)
            return rest.count > 1 ? rest[1].components(separatedBy: to).first : nil
        }
        let words = try XCTUnwrap(between("<time>", "</time>"))
        let time = try XCTUnwrap(clock.date(from: words)).timeIntervalSince1970
        start = start ?? time
        let hdop = between("<hdop>", "</hdop>").flatMap(Double.init)
        return Fix(
            tMs: Int64(((time - start!) * 1000).rounded()),
            position: Position(
                latDeg: try XCTUnwrap(Double(between("lat=\"", "\"") ?? "")),
                lonDeg: try XCTUnwrap(Double(between("lon=\"", "\"") ?? ""))),
            accuracyM: hdop.map { $0 * 5 } ?? 10, speedMS: nil, courseDeg: nil)
    }
}
