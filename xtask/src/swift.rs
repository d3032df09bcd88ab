//! The Swift package: assembled under `target/swift`, and driven through a whole visit. Where there is no Swift and the machine is
//! Debian, in a Debian root folder that has it; see [`crate::debian`].

use crate::bindings::{self, Profile, Visit, code_in, copy, copy_folder, make, make_empty, read, write};
use crate::debian::{Entered, Root};
use crate::run::{Outcome, answers, root, run, target};
use crate::words::{self, Words};
use std::path::{Path, PathBuf};

/// Debian trixie with Swift 6.0.3: 2 GB. The linker needs the C and C++ libraries by name; the library plays through ALSA.
const SWIFT_ROOT: Root = Root {
    name: "swift-trixie-1",
    suite: "trixie",
    packages: "swiftlang,libc6-dev,libstdc++-14-dev,libasound2t64,ca-certificates",
    leave_out: &[
        "/usr/libexec/swift/bin/lldb*",
        "/usr/libexec/swift/bin/clangd",
        "/usr/libexec/swift/bin/sourcekit-lsp",
        "/usr/libexec/swift/bin/swift-format",
        "/usr/libexec/swift/bin/docc",
        "/usr/libexec/swift/lib/swift_static/*",
        "/usr/libexec/swift/share/doc/*",
    ],
};

/// Where Swift is.
pub enum Swift {
    /// On this machine.
    Here,
    /// In a root folder.
    Inside(PathBuf),
}

/// Runs the tests of `bindings/swift` against the library as it is now.
pub fn visit(visit: &Visit) -> Outcome {
    // A machine that can make no root folder, or enter none, as a container without those rights, has no Swift.
    let swift = match find().and_then(|found| found).and_then(works) {
        Ok(swift) => swift,
        Err(why) => {
            eprintln!("skipped: the visit through the Swift bindings ({why})");
            return Ok(());
        }
    };
    let folder = prepare(Profile::Dev)?;
    // Data folders of the tests: gone with the next run, wherever Swift is.
    let temporary = folder.join("tmp");
    make_empty(&temporary)?;
    let mut test = command(&swift, &folder, Profile::Dev, &["test", "--quiet"]);
    if let Some(frame) = &visit.frame {
        test.path("ALLOCLAP_FRAME", frame);
    }
    test.path("ALLOCLAP_BIN", &visit.alloclap)
        .path("ALLOCLAP_PUBLIC", &visit.public)
        .path("ALLOCLAP_ROOT", &root())
        .path("TMPDIR", &temporary)
        .variable(bindings::LONG, if visit.long { "1" } else { "0" });
    run(&mut test.command())
}

/// Swift, if it runs.
fn works(swift: Swift) -> Outcome<Swift> {
    let mut asked = match &swift {
        Swift::Here => Entered::here("swift"),
        Swift::Inside(inside) => Entered::inside(inside, "swift"),
    };
    run(&mut asked.words(&["--version"]).command())?;
    Ok(swift)
}

/// Swift, here or in a root folder that is made for it; otherwise why there is none.
pub fn find() -> Outcome<Result<Swift, String>> {
    if answers("swift", "--version") {
        return Ok(Ok(Swift::Here));
    }
    Ok(SWIFT_ROOT
        .ensure()?
        .map(Swift::Inside)
        .map_err(|why| format!("swift is not installed, and {why}")))
}

/// A command of Swift's for the package, with this repository and cargo's target folder where they are.
pub fn command(swift: &Swift, folder: &Path, profile: Profile, words: &[&str]) -> Entered {
    let native = folder.join(profile.folder());
    let mut entered = match swift {
        Swift::Here => Entered::here("swift"),
        Swift::Inside(inside) => Entered::inside(inside, "swift"),
    };
    entered
        .bind(&root())
        .bind(&target())
        .words(words)
        .words(&["--package-path"])
        .word_path(folder)
        .words(&["--scratch-path"])
        .word_path(&folder.join("build"))
        .words(&["-Xlinker"])
        .word_flag("-L", &native)
        .words(&["-Xlinker", "-rpath", "-Xlinker"])
        .word_path(&native);
    entered
}

/// A program that was built in the package.
pub fn program(swift: &Swift, folder: &Path, name: &str) -> Entered {
    let path = folder.join("build").join(name);
    let path = path.to_string_lossy();
    let mut entered = match swift {
        Swift::Here => Entered::here(&path),
        Swift::Inside(inside) => Entered::inside(inside, &path),
    };
    entered.bind(&root()).bind(&target());
    entered
}

/// The whole package under `target/swift`: hand-written files, generated ones, the library.
pub fn prepare(profile: Profile) -> Outcome<PathBuf> {
    let folder = target().join("swift");
    make(&folder)?;
    let library = bindings::build(profile, &folder.join(profile.folder()))?;
    let from = root().join("bindings/swift");
    copy(&from.join("Package.swift"), &folder.join("Package.swift"))?;
    make_empty(&folder.join("Sources"))?;
    make_empty(&folder.join("Tests"))?;
    copy_folder(&from.join("Sources"), &folder.join("Sources"))?;
    copy_folder(&from.join("Tests"), &folder.join("Tests"))?;
    let generated = folder.join("generated");
    make_empty(&generated)?;
    bindings::generate("swift", &library, &generated)?;
    let (swift, c) = (
        folder.join("Sources/AlloClapGenerated"),
        folder.join("Sources/AlloClapFFI"),
    );
    make(&swift)?;
    make(&c)?;
    let written = read(&generated.join("AlloClapGenerated.swift"))?;
    let documented = Words::of_sources()?.put_into(&written, &words::SWIFT)?;
    let reader = read(&from.join("FfiReader.swift"))?;
    write(
        &swift.join("AlloClapGenerated.swift"),
        &with_reader(&documented, &reader)?,
    )?;
    copy(&generated.join("AlloClapFFI.h"), &c.join("AlloClapFFI.h"))?;
    let map = "module AlloClapFFI [system] {\n    header \"AlloClapFFI.h\"\n    link \"alloclap_bindings\"\n    export *\n}\n";
    write(&c.join("module.modulemap"), map)?;
    let code = code_in("docs/first-hour-swift.md", "swift")?;
    write(&folder.join("Tests/AlloClapTests/FirstHour.swift"), &code)?;
    Ok(folder)
}

/// Generated code with a reader of our own; why is said in that reader.
fn with_reader(generated: &str, reader: &str) -> Outcome<String> {
    let changed = |what: &str| {
        format!(
            "the generated Swift has no \"{what}\" any more: look whether its reader still needs to be replaced"
        )
    };
    let (begins, ends) = (
        "// Define reader functionality.",
        "// Define writer functionality.",
    );
    let (before, rest) = generated.split_once(begins).ok_or_else(|| changed(begins))?;
    let (_, after) = rest.split_once(ends).ok_or_else(|| changed(ends))?;
    let mut whole = format!("{before}{reader}{ends}{after}");
    for (theirs, ours) in [
        ("createReader(data: Data(rustBuffer: buf))", "FfiReader(buf)"),
        ("(data: Data, offset: Data.Index)", "FfiReader"),
    ] {
        if !whole.contains(theirs) {
            return Err(changed(theirs));
        }
        whole = whole.replace(theirs, ours);
    }
    Ok(whole)
}
