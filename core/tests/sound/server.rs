//! A sound server without a sound card, and a recorder of what comes out of it.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A sound server that ends with its value.
pub struct Server(Child);

impl Server {
    pub fn start(folder: &Path) -> Option<Self> {
        let socket = folder.join("pulse.sock");
        // One that was killed leaves its socket behind.
        let _ = std::fs::remove_file(&socket);
        let listen = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        );
        let child = Command::new("pulseaudio")
            .args([
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                // As on a desktop, where the system lets a sound server go before all others.
                "--high-priority=yes",
                "--realtime=yes",
                "-n",
                "-L",
                &listen,
            ])
            .args(["-L", "module-null-sink sink_name=null rate=48000 channels=2"])
            .envs(environment(folder))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let started = Instant::now();
        while !socket.exists() && started.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        socket.exists().then_some(Self(child))
    }
}

impl Server {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// It dies.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// It is there and does nothing any more.
    pub fn freeze(&mut self) {
        let frozen = Command::new("kill")
            .args(["-STOP", &self.id().to_string()])
            .status();
        assert!(
            frozen.is_ok_and(|status| status.success()),
            "no process is frozen"
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn environment(folder: &Path) -> Vec<(&'static str, String)> {
    let folder = folder.display();
    vec![
        ("ALSA_CONFIG_PATH", format!("{folder}/asound.conf")),
        ("HOME", folder.to_string()),
        ("PULSE_RUNTIME_PATH", folder.to_string()),
        ("PULSE_SERVER", format!("unix:{folder}/pulse.sock")),
        ("XDG_RUNTIME_DIR", folder.to_string()),
    ]
}

/// Records what comes out, from now on.
pub struct Recorder {
    parec: Child,
    reader: std::thread::JoinHandle<Vec<u8>>,
}

impl Recorder {
    pub fn start(folder: &Path) -> Self {
        let mut parec = Command::new("parec")
            .args([
                "-d",
                "null.monitor",
                "--format=s16le",
                "--rate=48000",
                "--channels=2",
                "--latency-msec=20",
            ])
            .envs(environment(folder))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = parec.stdout.take().unwrap();
        let (began, until_began) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut bytes = vec![0];
            stdout.read_exact(&mut bytes).unwrap();
            began.send(()).unwrap();
            stdout.read_to_end(&mut bytes).unwrap();
            bytes
        });
        until_began.recv_timeout(Duration::from_secs(10)).unwrap();
        Self { parec, reader }
    }

    /// The left ear of all of it.
    pub fn stop(mut self) -> Vec<f32> {
        let _ = self.parec.kill();
        let _ = self.parec.wait();
        let bytes = self.reader.join().unwrap();
        bytes
            .chunks_exact(4)
            .map(|f| f32::from(i16::from_le_bytes([f[0], f[1]])) / 32768.0)
            .collect()
    }
}

/// The Debian package without which nothing can be heard here.
pub fn missing() -> Option<&'static str> {
    let runs = |program: &str| {
        Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let plugin = ["x86_64", "aarch64"].iter().any(|cpu| {
        Path::new(&format!(
            "/usr/lib/{cpu}-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so"
        ))
        .exists()
    });
    match (runs("pulseaudio"), runs("parec"), plugin) {
        (false, ..) => Some("pulseaudio"),
        (_, false, _) => Some("pulseaudio-utils"),
        (.., false) => Some("libasound2-plugins"),
        _ => None,
    }
}
