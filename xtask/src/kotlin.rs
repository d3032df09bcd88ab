//! The Kotlin library: generated, compiled, checked against Android 8, and driven through a whole visit on this machine's JVM.

use crate::bindings::{self, Profile, Visit, code_in, make_empty, read, write};
use crate::run::{Outcome, answers, root, run_heard, target};
use crate::words::{self, Words};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the tests of `bindings/kotlin` against the library as it is now.
pub fn visit(visit: &Visit) -> Outcome {
    if let Some(missing) = missing() {
        eprintln!("skipped: the visit through the Kotlin bindings ({missing} is not installed)");
        return Ok(());
    }
    let folder = prepare(Profile::Dev)?;
    let mut maven = maven(&folder, "test");
    for (name, value) in [
        ("alloclap.bin", &visit.alloclap),
        ("alloclap.public", &visit.public),
        ("alloclap.root", &root()),
    ] {
        maven.arg(format!("-D{name}={}", value.display()));
    }
    maven.env(bindings::LONG, if visit.long { "1" } else { "0" });
    if let Err(why) = run_maven(&mut maven, &folder)? {
        eprintln!("skipped: the visit through the Kotlin bindings ({why})");
    }
    Ok(())
}

/// The jar with the library for apps, and the jar with its reference documentation.
pub fn package() -> Outcome {
    if let Some(missing) = missing() {
        return Err(format!("{missing} is not installed"));
    }
    let folder = prepare(Profile::Phone)?;
    run_maven(
        maven(&folder, "package").args(["-DskipTests", "dokka:javadocJar"]),
        &folder,
    )??;
    println!("made: {}", folder.join("maven").display());
    Ok(())
}

/// What is missing on this machine.
pub fn missing() -> Option<&'static str> {
    if !answers("javac", "-version") {
        return Some("a JDK");
    }
    (!answers("mvn", "--version")).then_some("Maven")
}

/// The native library, the generated code and the code of the docs, under `target/kotlin`.
pub fn prepare(profile: Profile) -> Outcome<PathBuf> {
    let folder = target().join("kotlin");
    let native = folder.join(match profile {
        Profile::Dev => "native",
        Profile::Phone => "native-phone",
    });
    let library = bindings::build(profile, &native)?;
    make_empty(&folder.join("generated"))?;
    bindings::generate("kotlin", &library, &folder.join("generated"))?;
    let generated = folder.join("generated/alloclap/alloclap.kt");
    let documented = Words::of_sources()?.put_into(&read(&generated)?, &words::KOTLIN)?;
    write(&generated, &documented)?;
    let code = code_in("docs/first-hour-kotlin.md", "kotlin")?;
    write(
        &folder.join("from-docs/FirstHour.kt"),
        &format!("package alloclap.docs\n\n{code}"),
    )?;
    Ok(folder)
}

/// Maven for the package.
pub fn maven(folder: &Path, goal: &str) -> Command {
    let mut maven = Command::new("mvn");
    maven
        .args(["--batch-mode", "--quiet", goal])
        .arg(format!("-Dalloclap.build={}", folder.display()))
        .current_dir(root().join("bindings/kotlin"));
    maven
}

/// Runs Maven without network where it has all it needs from an earlier time; asks its repository otherwise, and says why where
/// that cannot be reached.
pub fn run_maven(maven: &mut Command, folder: &Path) -> Outcome<Result<(), String>> {
    let pom = root().join("bindings/kotlin/pom.xml");
    let mut wanted = std::fs::read_to_string(&pom).map_err(|error| format!("{}: {error}", pom.display()))?;
    // Each goal has plugins of its own.
    for goal in maven.get_args().map(|word| word.to_string_lossy()) {
        if !goal.starts_with('-') {
            wanted.push_str(&format!("<!-- {goal} -->\n"));
        }
    }
    let marker = folder.join("resolved.xml");
    if std::fs::read_to_string(&marker).is_ok_and(|resolved| resolved == wanted) {
        maven.arg("--offline");
    }
    let mut unreached = false;
    let ran = run_heard(maven, |line| {
        unreached |= line.contains("Could not transfer artifact");
    });
    match ran {
        Ok(()) => write(&marker, &wanted).map(Ok),
        Err(why) if unreached => Ok(Err(format!("Maven's repository cannot be reached: {why}"))),
        Err(why) => Err(why),
    }
}
