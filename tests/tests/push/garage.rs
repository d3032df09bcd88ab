//! Three nodes of Garage, a distributed object store that a small publisher can run: a publication is pushed to them, and phones
//! sync while one node is gone. In the long tests alone.

use crate::{Ended, answers, done, editions, free_port, with_key};
use alloclap_tests::{alloclap, long, text, tool};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The bucket has the host's name, by which Garage finds the website that it is.
const BUCKET: &str = "localhost";
const REGION: &str = "garage";

struct Node {
    config: PathBuf,
    s3: u16,
    web: u16,
    server: Ended,
}

fn start(program: &Path, folder: &Path, number: usize) -> Node {
    let (rpc, s3, web) = (free_port(), free_port(), free_port());
    let home = folder.join(format!("node-{number}"));
    fs::create_dir(&home).expect("a folder");
    let (meta, data) = (text(&home.join("meta")), text(&home.join("data")));
    let secret = "5a".repeat(32);
    let config = home.join("garage.toml");
    fs::write(
        &config,
        format!(
            "metadata_dir = \"{meta}\"\ndata_dir = \"{data}\"\ndb_engine = \"sqlite\"\nreplication_factor = 3\n\
             rpc_bind_addr = \"127.0.0.1:{rpc}\"\nrpc_public_addr = \"127.0.0.1:{rpc}\"\nrpc_secret = \"{secret}\"\n\
             [s3_api]\ns3_region = \"{REGION}\"\napi_bind_addr = \"127.0.0.1:{s3}\"\nroot_domain = \".s3.test\"\n\
             [s3_web]\nbind_addr = \"127.0.0.1:{web}\"\nroot_domain = \".web.test\"\n"
        ),
    )
    .expect("a file");
    let server = Command::new(program)
        .arg("-c")
        .arg(&config)
        .arg("server")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("garage can be started");
    let server = Ended(server);
    answers(rpc);
    answers(s3);
    answers(web);
    Node {
        config,
        s3,
        web,
        server,
    }
}

/// Asks a node to do something, until it can.
fn garage(program: &Path, node: &Node, words: &[&str]) -> String {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let output = Command::new(program)
            .arg("-c")
            .arg(&node.config)
            .args(words)
            .output()
            .expect("garage can be started");
        if output.status.success() {
            return String::from_utf8_lossy(&output.stdout).into_owned();
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(Instant::now() < until, "garage {}: {said}", words.join(" "));
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// What stands behind a name in what Garage prints.
fn told(printed: &str, name: &str) -> String {
    let line = printed.lines().find(|line| line.trim_start().starts_with(name));
    let value = line
        .and_then(|line| line.split_once(':'))
        .map(|(_, value)| value.trim());
    value
        .unwrap_or_else(|| panic!("no \"{name}\" in: {printed}"))
        .to_owned()
}

#[test]
fn phones_sync_from_a_cluster_of_which_a_node_is_gone() {
    if !long() {
        println!("skipped: three nodes of Garage are for `cargo xtask test --long`");
        return;
    }
    let Some(program) = tool("garage") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut nodes: Vec<Node> = (1..=3)
        .map(|number| start(&program, folder.path(), number))
        .collect();
    let ask = |words: &[&str]| garage(&program, &nodes[0], words);
    let ids: Vec<String> = nodes
        .iter()
        .map(|node| garage(&program, node, &["node", "id", "-q"]).trim().to_owned())
        .collect();
    for id in &ids[1..] {
        ask(&["node", "connect", id]);
    }
    for id in &ids {
        let name = id.split('@').next().expect("an id");
        ask(&["layout", "assign", "-z", "here", "-c", "1G", name]);
    }
    ask(&["layout", "apply", "--version", "1"]);
    ask(&["bucket", "create", BUCKET]);
    let key = ask(&["key", "create", "publisher"]);
    let (key, secret) = (told(&key, "Key ID"), told(&key, "Secret key"));
    ask(&[
        "bucket", "allow", "--read", "--write", "--owner", BUCKET, "--key", &key,
    ]);
    ask(&["bucket", "website", "--allow", BUCKET]);

    let (public, _source) = editions();
    let (from, to) = (text(public.path()), format!("s3://{BUCKET}/town"));
    let endpoint = format!("http://127.0.0.1:{}", nodes[0].s3);
    let words = ["publish", "push", &from, &to, "--endpoint", &endpoint, "--json"];
    let sent = done(with_key(&words, &key, &secret, REGION));
    assert!(sent["sent"].as_u64() > Some(10), "{sent}");

    // One node goes while a phone syncs from another, and stays away while the next one does.
    let url = format!("http://localhost:{}/town/", nodes[0].web);
    let gone = nodes.pop().expect("three nodes");
    let phone = tempfile::tempdir().expect("a temporary folder");
    let at = text(phone.path());
    let stopping = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(gone.server);
    });
    alloclap(&["sync", &url, "--data", &at]).ok();
    stopping.join().expect("it stops");
    crate::syncs(&url);
    // And while it is away a publisher can publish.
    let again = done(with_key(&words, &key, &secret, REGION));
    assert!(again["sent"].as_u64() < Some(6), "{again}");
}
