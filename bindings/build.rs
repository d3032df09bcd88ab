//! Words for the linker that Cargo's profiles have none for.

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    // Nearly a megabyte of addresses that the loader moves, told as distances. Linux has known them since glibc 2.36, Android since 6
    // in a form of its own. Only in the library as it goes onto phones: the profile that is built for size.
    if is("OPT_LEVEL", "z") {
        if is("CARGO_CFG_TARGET_OS", "android") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,--pack-dyn-relocs=android");
        } else if is("TARGET", "x86_64-unknown-linux-gnu") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,pack-relative-relocs");
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
}
