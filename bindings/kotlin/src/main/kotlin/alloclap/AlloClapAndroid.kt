// What Android needs once, and no other system.
package alloclap

/** Call [start] in `Application.onCreate`, before anything else of this library. */
object AlloClapAndroid {
    init {
        System.loadLibrary("alloclap_bindings")
    }

    /**
     * Hands the app's context to the library, whose sound output asks for it, and sends its log to logcat until
     * [AlloClapLog.to] says otherwise.
     *
     * @param context the application's `android.content.Context`, whose class this module does not know.
     */
    external fun start(context: Any)
}
