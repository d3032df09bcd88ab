// What a call through the bindings costs from Swift; `cargo xtask bench ffi` runs it on a library built as it ships. Prints a figure
// a line: its name, the median and the quickest round in microseconds, a tab between.
import AlloClap
import Dispatch
import Foundation

func roundUs(_ times: Int, _ call: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<times { try call() }
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e3 / Double(times)
}

/// For so long a figure is measured: shared processors have slow spells of up to a second.
let seconds = 3.0

/// Prints what a round takes: the median, and the quickest.
func report(_ name: String, _ round: () throws -> Double) rethrows {
    let start = DispatchTime.now().uptimeNanoseconds
    var rounds: [Double] = []
    while rounds.count < 11 || Double(DispatchTime.now().uptimeNanoseconds - start) < seconds * 1e9 {
        rounds.append(max(0, try round()))
    }
    rounds.sort()
    print(name, rounds[rounds.count / 2], rounds[0], separator: "\t")
}

final class Told: GuideListener {
    let turn = DispatchSemaphore(value: 0)
    func changed(snapshot: GuideSnapshot) { turn.signal() }
    func ended() {}
}

final class Idle: CatalogueListener {
    func changed(edition: UInt64) {}
    func ended() {}
}

func measure(folder: String, address: String, root: String) throws {
    let publication = Publication(address: address, root: try String(contentsOfFile: root, encoding: .utf8))
    let phone = try Companion(folder: folder, publications: [publication], languages: ["fr"], audience: .standard)
    _ = try phone.sync().start(address: address, choice: Choice(media: [])).wait()
    let (catalogue, scanner) = (phone.catalogue(), try phone.scanner())
    let trail = try catalogue.trails()[0]
    let guide = try phone.guide(trail: trail.key, options: GuideOptions(sound: .onRequest, headphones: false))
    let idle = try catalogue.subscribe(listener: Idle())
    let (frame, pixel) = (Data(count: 921_600), Data(count: 1))
    var second: Int64 = 0
    func step() throws {
        second += 1
        _ = try guide.step(
            fix: Fix(tMs: second * 1000, position: trail.line[0], accuracyM: 5, speedMS: nil, courseDeg: nil))
    }

    report("no-op call") { roundUs(20_000) { _ = idle.isOver() } }
    // The two in turn, so that a machine that slows down slows both.
    try report("frame of 921,600 bytes") {
        try roundUs(5_000) { _ = try scanner.scan(luma: frame, width: 1, height: 1, rowStride: 1) }
            - roundUs(5_000) { _ = try scanner.scan(luma: pixel, width: 1, height: 1, rowStride: 1) }
    }
    try report("fix to snapshot") { try roundUs(500) { try step(); _ = try guide.snapshot() } }
    try report("50 nearby places") {
        try roundUs(20) { _ = try catalogue.nearby(position: trail.line[0], count: 50) }
    }
    var english = false
    try report("the same, first look") {
        // For another visitor nothing is in memory.
        try roundUs(20) {
            english.toggle()
            try phone.prefer(languages: [english ? "en" : "fr"], audience: .standard)
            _ = try catalogue.nearby(position: trail.line[0], count: 50)
        }
    }
    let told = Told()
    let watching = try guide.subscribe(listener: told)
    _ = told.turn.wait(timeout: .now() + 5)
    try report("subscription callback") {
        try roundUs(200) {
            try step()
            _ = told.turn.wait(timeout: .now() + 5)
        }
    }
    watching.cancel()
    try phone.shutDown()
}

try measure(folder: CommandLine.arguments[1], address: CommandLine.arguments[2], root: CommandLine.arguments[3])
