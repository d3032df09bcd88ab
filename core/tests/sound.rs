//! Plays through the real output, rodio, in real time and without a sound card: PulseAudio with a null sink on a socket of its
//! own, heard through the monitor of that sink. Skipped with a line on a machine without PulseAudio and ALSA's plugin for it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where these panic"
)]
#![cfg(all(feature = "device", target_os = "linux"))]

use alloclap_core::audio::output::device::DeviceOutput;
use alloclap_core::audio::{Command, Item, Player, PlayerState, SystemClock};
use std::f64::consts::TAU;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

/// The settings that lead ALSA to a sound server reach only a process that starts with them: this test starts itself again.
const CHILD: &str = "ALLOCLAP_SOUND_TEST_CHILD";
const RATE: usize = 48_000;

fn chirp_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audio/testdata/chirp.opus")
}

/// A sound server that ends with its value.
struct Server(Child);

impl Server {
    fn start(folder: &Path) -> Option<Self> {
        let socket = folder.join("pulse.sock");
        let listen = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        );
        let child = Process::new("pulseaudio")
            .args([
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
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

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn environment(folder: &Path) -> Vec<(&'static str, String)> {
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
struct Recorder {
    parec: Child,
    reader: std::thread::JoinHandle<Vec<u8>>,
}

impl Recorder {
    fn start(folder: &Path) -> Self {
        let mut parec = Process::new("parec")
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
    fn stop(mut self) -> Vec<f32> {
        let _ = self.parec.kill();
        let _ = self.parec.wait();
        let bytes = self.reader.join().unwrap();
        bytes
            .chunks_exact(4)
            .map(|f| f32::from(i16::from_le_bytes([f[0], f[1]])) / 32768.0)
            .collect()
    }
}

fn missing() -> Option<&'static str> {
    let runs = |program: &str| {
        Process::new(program)
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

fn chirp(frames: usize) -> Vec<f32> {
    let value = |n: usize| {
        let t = n as f64 / RATE as f64;
        (0.5 * (TAU * (200.0 * t + 750.0 * t * t)).sin()) as f32
    };
    (0..frames).map(value).collect()
}

/// Where in `heard` the sound begins that is most like `expected`, and how much it is like it.
fn find(heard: &[f32], expected: &[f32]) -> (usize, f64) {
    let fit = |from: usize| {
        let (mut dot, mut power) = (0.0f64, 1e-9f64);
        for (h, e) in heard[from..].iter().zip(expected).step_by(3) {
            dot += f64::from(*h) * f64::from(*e);
            power += f64::from(*h) * f64::from(*h);
        }
        dot / (power * expected.iter().step_by(3).map(|e| f64::from(e * e)).sum::<f64>()).sqrt()
    };
    let last = heard.len().saturating_sub(expected.len());
    let rough = (0..=last)
        .step_by(4)
        .map(|from| (from, fit(from)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap();
    let near = rough.0.saturating_sub(4)..=(rough.0 + 4).min(last);
    near.map(|from| (from, fit(from)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap()
}

fn wait_for(player: &Player, state: PlayerState) {
    let started = Instant::now();
    while player.snapshot().state != state {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "never {state:?}: {:?}",
            player.snapshot()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What the other process does: plays the chirp twice through the device, the second time from the queue.
fn play() {
    let player = Player::start(
        Box::new(|| Ok(Box::new(DeviceOutput::open()))),
        Box::new(SystemClock::default()),
    )
    .unwrap();
    let item = Item {
        id: "chirp".into(),
        file: chirp_file().display().to_string(),
        ..Item::default()
    };
    player.command(Command::Play { item: item.clone() });
    player.command(Command::Enqueue { item });
    wait_for(&player, PlayerState::Ended);
    assert_eq!(player.snapshot().error, None);
    // What the player handed over is still on its way through the sound server.
    std::thread::sleep(Duration::from_millis(700));
    player.close();
}

#[test]
fn what_comes_out_of_the_device_is_what_was_played() {
    if std::env::var_os(CHILD).is_some() {
        return play();
    }
    if let Some(package) = missing() {
        println!("skipped: the Debian package {package} is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("asound.conf"),
        "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
    )
    .unwrap();
    let Some(_server) = Server::start(folder.path()) else {
        println!("skipped: pulseaudio does not start here");
        return;
    };
    let recorder = Recorder::start(folder.path());
    let output = Process::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "what_comes_out_of_the_device_is_what_was_played",
            "--nocapture",
        ])
        .envs(environment(folder.path()))
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "playing failed: {said}");
    let heard = recorder.stop();
    let loudest = heard.iter().fold(0.0f32, |loudest, s| loudest.max(s.abs()));
    assert!(
        loudest > 0.1,
        "{} frames were recorded, the loudest of {loudest}",
        heard.len()
    );
    let whole = chirp(RATE * 11 / 10);
    let (first, fit) = find(&heard, &whole);
    assert!(fit > 0.9, "the chirp is heard with a likeness of {fit}");
    let mut rest = heard;
    rest[first..first + whole.len()].fill(0.0);
    let (second, fit) = find(&rest, &whole);
    assert!(fit > 0.9, "the queued chirp is heard with a likeness of {fit}");
    let one = RATE * 12 / 10;
    let distance = first.abs_diff(second);
    let gap_frames = distance.abs_diff(one);
    assert!(
        gap_frames <= RATE / 200,
        "{gap_frames} frames between two recordings that follow each other"
    );
}
