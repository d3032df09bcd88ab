//! The one initialiser that Android needs: sound output asks `ndk_context` for the app's context, and nobody sees what a library
//! writes to stderr. Everything else is the same on every system.
#![allow(
    unsafe_code,
    reason = "the Java native interface and Android's logger are C; nothing else here is"
)]

use crate::log::{LogLevel, Logger, set_logger};
use crate::subscription::ListenerError;
use jni_sys::{JNIEnv, JavaVM, jobject};
use std::ffi::{CString, c_char, c_int};
use std::sync::{Arc, Once};

#[link(name = "log")]
unsafe extern "C" {
    fn __android_log_write(priority: c_int, tag: *const c_char, text: *const c_char) -> c_int;
}

/// Called once from `Application.onCreate`, through Kotlin's `AlloClapAndroid.start(context)`; further calls do nothing.
///
/// # Safety
/// Only Java's runtime calls this: `env` is that of the calling thread, `context` a reference that is valid during the call.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_alloclap_AlloClapAndroid_start(
    env: *mut JNIEnv,
    _object: jobject,
    context: jobject,
) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut machine: *mut JavaVM = std::ptr::null_mut();
        // SAFETY: `env` is the calling thread's. The reference is made global, because it outlives this call; it is never given
        // back, as the app's context lives as long as the process.
        unsafe {
            let kept = ((**env).v1_6.NewGlobalRef)(env, context);
            if ((**env).v1_6.GetJavaVM)(env, &raw mut machine) != 0 || kept.is_null() {
                return;
            }
            ndk_context::initialize_android_context(machine.cast(), kept.cast());
        }
        set_logger(Some(Arc::new(Logcat)), LogLevel::Info);
    });
}

/// Android's own log, until the app sets a logger.
struct Logcat;

impl Logger for Logcat {
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), ListenerError> {
        // The numbers of <android/log.h>.
        let priority = match level {
            LogLevel::Error => 6,
            LogLevel::Warn => 5,
            LogLevel::Info => 4,
            LogLevel::Debug => 3,
            LogLevel::Trace => 2,
        };
        // A line with a zero in it is cut there, as C would.
        let c = |text: String| CString::new(text.split('\0').next().unwrap_or_default().to_owned());
        if let (Ok(tag), Ok(text)) = (c(target), c(message)) {
            // SAFETY: both are strings that end with a zero, and live until the call returns.
            unsafe { __android_log_write(priority, tag.as_ptr(), text.as_ptr()) };
        }
        Ok(())
    }
}
