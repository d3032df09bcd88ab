// What the docs promise for the first hour, compiled and run as a reader would run it.
import Foundation
import XCTest

@testable import AlloClap

final class FirstHourTests: XCTestCase {
    func testThePageOfTheDocsWorks() async throws {
        guard let frame = try frame() else { throw XCTSkip("skipped: ffmpeg, which opens the photograph, is not installed") }
        let server = try Server()
        let said = try await firstHour(
            folder: fresh("hour"), address: server.url, root: server.publication.root, frame: frame.luma, width: frame.width, height: frame.height)
        for promised in ["edition ", "Liberté: ", "playing ", "trigger at "] {
            XCTAssertTrue(said.contains { $0.hasPrefix(promised) }, "no \(promised) in \(said)")
        }
        XCTAssertEqual(said.last, "choose another folder than /proc/nowhere")
    }
}
