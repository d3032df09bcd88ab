//! The generator of foreign code.
fn main() {
    uniffi::uniffi_bindgen_main()
}
