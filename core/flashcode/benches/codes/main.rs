//! How many codes are read, how many wrongly, and in what processor time: this reader in still mode beside the others, over pictures with
//! known contents. Speed in camera mode is the other benchmark's work.
//!
//! By default a fifth of the pictures; all with `ALLOCLAP_LONG=1` or `--all`. An *extra* read, of a picture that nobody could read, counts only
//! if the picture turned by 90° gives the same text, and is listed for eyes. `--misses` lists what was missed, `--only NAME` runs one reader,
//! `--json FILE` writes what ours found as `alloclap scan --json` prints it.

#[path = "../shared/mod.rs"]
mod shared;

use shared::pictures::{self, GROUPS, Listed, Truth};
use shared::readers::{Content, READERS, Read, STEPS, safely};
use shared::{ms, processor_time, quantile};
use std::collections::BTreeMap;
use std::error::Error;
use std::panic::set_hook;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Of so many pictures one is taken by default.
const SAMPLE: usize = 5;
/// Pictures that are read at the same time.
const THREADS: usize = 2;

/// What was asked for.
struct Wanted {
    all: bool,
    misses: bool,
    only: Option<String>,
    group: Option<String>,
    json: Option<String>,
}

/// What one reader found in one picture.
struct Found {
    contents: Vec<Content>,
    time: Duration,
    /// A text that nobody had read, seen in the picture and in the picture turned by 90°.
    extra: Option<String>,
    /// A text that nobody had read, seen only once.
    unsure: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    let wanted = Wanted {
        all: words.iter().any(|word| word == "--all") || std::env::var_os("ALLOCLAP_LONG").is_some(),
        misses: words.iter().any(|word| word == "--misses"),
        only: after("--only"),
        group: after("--group"),
        json: after("--json"),
    };
    // Third-party readers panic on some pictures; that is a picture not read, and no news.
    set_hook(Box::new(|_| {}));
    let listed = pictures::listed()?;
    if cfg!(not(feature = "peer-zxing-cpp")) {
        println!("zxing-cpp is not in this run: it needs cmake and a C++20 compiler");
    }
    let readers: Vec<(&str, Read)> = READERS
        .iter()
        .filter(|(name, _)| wanted.only.as_ref().is_none_or(|only| name == only))
        .copied()
        .collect();
    let (mut extras, mut misses) = (vec![], vec![]);
    let mut lines = String::new();
    println!(
        "{:17} {:15} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>10} {:>8}",
        "group", "reader", "images", "known", "read", "extra", "unsure", "wrong", "median ms", "p95 ms"
    );
    for (group, (group_name, _)) in GROUPS.iter().enumerate() {
        if wanted
            .group
            .as_ref()
            .is_some_and(|only| !group_name.contains(only.as_str()))
        {
            continue;
        }
        let of_group = listed.iter().filter(|picture| picture.group == group);
        let chosen: Vec<&Listed> = of_group
            .enumerate()
            .filter(|(at, _)| wanted.all || at % SAMPLE == 0)
            .map(|(_, picture)| picture)
            .collect();
        let found = read_all(&chosen, &readers)?;
        for (at, (name, _)) in readers.iter().enumerate() {
            let (mut known, mut read, mut extra, mut unsure, mut wrong) = (0, 0, 0, 0, 0);
            let mut times = vec![];
            for (picture, found) in chosen.iter().zip(&found) {
                let Some(found) = found.get(at) else { continue };
                times.push(found.time);
                let right = found.contents.iter().any(|content| picture.truth.admits(content));
                match picture.truth {
                    Truth::NoCode => wrong += usize::from(!found.contents.is_empty()),
                    Truth::Unknown => {
                        extra += usize::from(found.extra.is_some());
                        unsure += usize::from(found.unsure);
                    }
                    Truth::AnyOf(_) | Truth::Bytes(_) => {
                        known += 1;
                        read += usize::from(right);
                        wrong += usize::from(!right && !found.contents.is_empty());
                    }
                }
                if let Some(text) = &found.extra {
                    extras.push(format!("{name:15} {}: {text:?}", picture.name()));
                }
                if *name == "alloclap" {
                    if !right && found.extra.is_none() && picture.truth != Truth::NoCode {
                        misses.push((picture.set.clone(), picture.name(), found.contents.clone()));
                    }
                    lines.push_str(&line(picture, found));
                }
            }
            let (median, p95) = (quantile(&mut times, 0.5), quantile(&mut times, 0.95));
            println!(
                "{group_name:17} {name:15} {:6} {known:6} {read:6} {extra:6} {unsure:6} {wrong:6} {:10.2} {:8.2}",
                times.len(),
                ms(median),
                ms(p95),
            );
        }
    }
    println!("\nextra reads, the same in the picture turned by 90°; look at them:");
    extras.iter().for_each(|extra| println!("{extra}"));
    tell_misses(&misses, wanted.misses);
    tell_steps();
    if let Some(file) = wanted.json {
        std::fs::write(file, lines)?;
    }
    Ok(())
}

/// Every picture read by one reader after the other, so that what slows the machine down falls on all of them alike.
fn read_all(chosen: &[&Listed], readers: &[(&str, Read)]) -> Result<Vec<Vec<Found>>, String> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || -> Result<(), String> {
        while let Some((at, listed)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            chosen.get(at).map(|listed| (at, listed))
        } {
            let picture = listed.luma()?;
            let mut of_picture = vec![];
            for (_, read) in readers {
                let begun = processor_time();
                let contents = safely(*read, &picture);
                let time = processor_time() - begun;
                let new = listed.truth == Truth::Unknown && !contents.is_empty();
                let turned = if new {
                    safely(*read, &image::imageops::rotate90(&picture))
                } else {
                    vec![]
                };
                let twice = |one: &&Content| turned.iter().any(|other| other.text == one.text);
                let extra = contents.iter().find(twice).map(|one| one.text.clone());
                of_picture.push(Found {
                    unsure: new && extra.is_none(),
                    contents,
                    time,
                    extra,
                });
            }
            if let Ok(mut found) = found.lock() {
                found.insert(at, of_picture);
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| "a worker broke off".to_owned())?)
    })?;
    let found = found.into_inner().map_err(|_| "a worker broke off".to_owned())?;
    Ok(found.into_values().collect())
}

fn tell_misses(misses: &[(String, String, Vec<Content>)], each: bool) {
    let mut by_set: BTreeMap<&str, usize> = BTreeMap::new();
    for (set, file, contents) in misses {
        *by_set.entry(set).or_default() += 1;
        if each {
            let texts: Vec<&str> = contents.iter().map(|content| content.text.as_str()).collect();
            println!("missed {file}, got {texts:?}");
        }
    }
    println!("\nwhat alloclap missed, by category: {by_set:?}");
}

/// What each step of our ladder earns: on how many pictures it was needed, how many codes it was the first to find, and what it took.
fn tell_steps() {
    let Ok(steps) = STEPS.lock() else { return };
    let mut steps: Vec<_> = steps.iter().collect();
    steps.sort_by_key(|(_, (order, _))| *order);
    println!("\n{:40} {:>8} {:>6} {:>14}", "step", "needed", "found", "ms each");
    for (name, (_, earned)) in steps {
        println!(
            "{name:40} {:8} {:6} {:14.2}",
            earned.pictures,
            earned.codes,
            ms(earned.time) / earned.pictures.max(1) as f64,
        );
    }
}

/// What was found in a picture, as the command line prints it.
fn line(picture: &Listed, found: &Found) -> String {
    let codes: Vec<_> = found
        .contents
        .iter()
        .map(|content| {
            let bytes: String = content
                .bytes
                .iter()
                .flatten()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            serde_json::json!({ "symbology": content.symbology, "text": content.text, "bytes": bytes })
        })
        .collect();
    format!(
        "{}\n",
        serde_json::json!({ "file": picture.name(), "codes": codes, "ms": ms(found.time) })
    )
}
