#![no_main]
//! See `targets.rs`. A panic of a third party's decoder is caught and becomes an error of the recording, so it must not end
//! the fuzzer, which would end at any panic; one of ours must.

#[path = "../targets.rs"]
mod targets;

use std::panic::{self, PanicHookInfo};
use std::sync::Once;

static HOOK: Once = Once::new();

fn ours(panic: &PanicHookInfo<'_>) {
    let file = panic.location().map_or("", |location| location.file());
    if !file.contains("symphonia") && !file.contains("opus") {
        eprintln!("{panic}");
        std::process::abort();
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    HOOK.call_once(|| panic::set_hook(Box::new(ours)));
    targets::recordings(data);
});
