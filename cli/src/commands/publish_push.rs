//! `alloclap publish push`: a publication onto the host that serves it.

use super::{Done, Failure};
use crate::output::Output;
use crate::say;
use crate::trouble::desk;
use alloclap_publisher::push::{Address, PushOptions, PushProgress, push};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::path::PathBuf;

/// Sends what is not there yet, in the safe order, and takes away what nobody needs any more.
pub fn run(out: Output, words: &ArgMatches) -> Done {
    let ui = out.ui;
    let folder = words.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let to = words
        .get_one::<String>("to")
        .map(String::as_str)
        .unwrap_or_default();
    let said = |error: alloclap_publisher::push::PushError| Failure(error.message(desk(ui)));
    let address: Address = to.parse().map_err(said)?;
    let options = PushOptions {
        grace_days: words
            .get_one::<u32>("grace")
            .copied()
            .unwrap_or(alloclap_publisher::push::GRACE_DAYS),
        now_s: jiff::Timestamp::now().as_second(),
        endpoint: words.get_one::<String>("endpoint").cloned(),
    };
    let bar = ProgressBar::new(0);
    if out.json {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    let done = push(
        &folder,
        &address,
        &options,
        &mut |PushProgress { done, total }| {
            bar.set_length(total);
            bar.set_position(done);
        },
    );
    bar.finish_and_clear();
    let report = done.map_err(said)?;
    out.object(&json!({
        "event": "done",
        "to": to,
        "sent": report.sent,
        "bytes": report.sent_bytes,
        "kept": report.kept,
        "waiting": report.waiting,
        "removed": report.removed,
    }));
    let (sent, size, kept) = (report.sent, ui.bytes(report.sent_bytes), report.kept);
    out.line(&out.good(&say!(
        ui,
        "{to}: {sent} files sent ({size}), {kept} were there already",
        "{to} : {sent} fichiers envoyés ({size}), {kept} y étaient déjà"
    )));
    let (waiting, removed, days) = (report.waiting, report.removed, options.grace_days);
    if waiting + removed > 0 {
        out.line(&say!(
            ui,
            "no longer referenced: {removed} removed, {waiting} stay until {days} days are over",
            "plus référencés : {removed} supprimés, {waiting} restent jusqu’au terme des {days} jours"
        ));
    }
    Ok(())
}
