// swift-tools-version: 6.0
// The Swift library: generated code, a thin hand-written layer over it, and the visit that proves both. Generated code is not kept
// here: `cargo xtask swift` assembles the whole package under target/swift, and tests it.
import PackageDescription

#if canImport(Darwin)
// Made by `cargo xtask ios`.
let native: Target = .binaryTarget(name: "AlloClapFFI", path: "AlloClapFFI.xcframework")
#else
let native: Target = .systemLibrary(name: "AlloClapFFI", path: "Sources/AlloClapFFI")
#endif

let package = Package(
    name: "AlloClap",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "AlloClap", targets: ["AlloClap"])],
    targets: [
        native,
        // The generator writes for Swift 5; what people write here is Swift 6.
        .target(
            name: "AlloClapGenerated", dependencies: ["AlloClapFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)]),
        .target(name: "AlloClap", dependencies: ["AlloClapGenerated"]),
        .testTarget(name: "AlloClapTests", dependencies: ["AlloClap"]),
        .executableTarget(name: "Measure", dependencies: ["AlloClap"]),
    ]
)
