//! A real web server in front of a folder: nginx as Debian packs it, on loopback, until dropped. Where it is missing, tests
//! say that they are skipped.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where Debian puts a program that no user's PATH has.
const BESIDE_PATH: &str = "/usr/sbin/nginx";

/// The program, if it is here; says aloud if it is not.
pub fn program() -> Option<PathBuf> {
    let answers = |program: &Path| {
        let asked = Command::new(program)
            .arg("-v")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        asked.is_ok_and(|status| status.success())
    };
    let found = [PathBuf::from("nginx"), BESIDE_PATH.into()]
        .into_iter()
        .find(|program| answers(program));
    if found.is_none() {
        println!("skipped: nginx is not installed (apt install nginx-light)");
    }
    found
}

/// A running nginx.
pub struct Nginx {
    child: Child,
    own: TempDir,
    port: u16,
    tls_port: u16,
    certificate: Option<Vec<u8>>,
}

impl Nginx {
    /// Serves a folder. `None`, said aloud, where nginx is missing.
    pub fn start(root: &Path) -> Option<Self> {
        let program = program()?;
        // Somebody else may take a port before nginx does: then another pair is tried.
        (0..5).find_map(|_| Self::try_start(&program, root))
    }

    fn try_start(program: &Path, root: &Path) -> Option<Self> {
        let own = tempfile::tempdir().expect("a temporary folder can be made");
        let certificate = certificate(own.path());
        let (port, tls_port) = (free_port(), free_port());
        let tls = certificate.as_ref().map(|_| tls_port);
        fs::write(own.path().join("nginx.conf"), config(own.path(), root, port, tls))
            .expect("a file can be written");
        let child = Command::new(program)
            .arg("-p")
            .arg(own.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx can be started");
        let mut server = Self {
            child,
            own,
            port,
            tls_port,
            certificate,
        };
        if server.answers() {
            return Some(server);
        }
        let log = fs::read_to_string(server.own.path().join("error.log")).unwrap_or_default();
        assert!(log.contains("in use"), "nginx does not start: {log}");
        None
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Its port for plain HTTP.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address over TLS, and the certificate (DER) to trust; `None`, said aloud, where openssl is missing.
    pub fn tls(&self) -> Option<(String, Vec<u8>)> {
        let url = format!("https://127.0.0.1:{}/", self.tls_port);
        if self.certificate.is_none() {
            println!("skipped: openssl is not installed (apt install openssl)");
        }
        self.certificate.clone().map(|certificate| (url, certificate))
    }

    /// The protocol of each answer until now (`HTTP/2.0`), with its path.
    pub fn log(&self) -> Vec<(String, String)> {
        let log = fs::read_to_string(self.own.path().join("access.log")).unwrap_or_default();
        let line = |line: &str| {
            let (protocol, path) = line.split_once(' ')?;
            Some((protocol.to_owned(), path.to_owned()))
        };
        log.lines().filter_map(line).collect()
    }

    fn answers(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until && self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // One process without workers, with nothing to save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    listener.local_addr().expect("a port").port()
}

fn config(own: &Path, root: &Path, port: u16, tls_port: Option<u16>) -> String {
    let (own, root) = (own.display(), root.display());
    let tls = tls_port.map_or_else(String::new, |port| {
        format!(
            "listen 127.0.0.1:{port} ssl http2; ssl_certificate {own}/cert.pem; ssl_certificate_key {own}/key.pem;"
        )
    });
    // As root nginx would change to a user who may not read temporary folders.
    format!(
        "daemon off; master_process off; user root; worker_processes 1; pid {own}/pid;
         events {{ worker_connections 512; }}
         http {{
           log_format short '$server_protocol $uri';
           access_log {own}/access.log short;
           client_body_temp_path {own}/t1; proxy_temp_path {own}/t2; fastcgi_temp_path {own}/t3;
           uwsgi_temp_path {own}/t4; scgi_temp_path {own}/t5;
           default_type application/octet-stream; sendfile on; keepalive_requests 100000;
           server {{ listen 127.0.0.1:{port}; {tls} root {root}; }}
         }}\n"
    )
}

/// A certificate for loopback, of its own making.
fn certificate(own: &Path) -> Option<Vec<u8>> {
    let config = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=loopback\n[ext]\n\
                  subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
    fs::write(own.join("openssl.cnf"), config).ok()?;
    let openssl = |words: &[&str]| {
        let ran = Command::new("openssl")
            .args(words)
            .current_dir(own)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        ran.is_ok_and(|status| status.success())
    };
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "30",
        "-config",
        "openssl.cnf",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
    ]) && openssl(&["x509", "-in", "cert.pem", "-outform", "der", "-out", "cert.der"]);
    made.then(|| fs::read(own.join("cert.der")).ok()).flatten()
}
