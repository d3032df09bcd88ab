//! A static server that can be told to misbehave: HTTP/1.1 by hand over tokio's TCP, one request a connection.

use super::town::Files;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One way to answer wrongly.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Closes after so many bytes of the body.
    CutAt(usize),
    /// Answers 200 with the whole file to a Range.
    IgnoreRange,
    /// Answers a Range with bytes that begin so many later, and says so.
    Shift(usize),
    /// Answers a Range with the right head and other bytes.
    LieInRange,
    /// Announces so many bytes more than the file has, and sends them.
    Longer(usize),
    /// Marks the body as gzip.
    Gzip,
    /// Sends without a length, and never stops.
    Endless,
    /// Answers with a status, and the value of `Retry-After`.
    Status(u16, Option<&'static str>),
    /// Redirects to itself.
    RedirectLoop,
    /// Sends other bytes of the same length.
    OtherBytes,
    /// Sends so many bytes, then nothing, with the connection open.
    Stall(usize),
    /// Sends a byte now and then.
    Trickle,
}

/// A request as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) path: String,
    pub(super) from: usize,
    pub(super) body_bytes: usize,
    pub(super) head: String,
}

#[derive(Default)]
struct State {
    files: Files,
    /// Faults of a path, in order; the last one is repeated if it is marked so.
    faults: HashMap<String, VecDeque<(Fault, bool)>>,
    log: Vec<Answered>,
    /// Connections that were kept open until the other side let go.
    let_go: usize,
}

pub(super) struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            files,
            ..State::default()
        }));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { port, state, task }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    pub(super) fn put(&self, files: Files) {
        self.state.lock().unwrap().files = files;
    }

    /// Answers the next request for a path wrongly.
    pub(super) fn once(&self, path: &str, fault: Fault) {
        self.fault(path, fault, false);
    }

    /// Answers every request for a path wrongly.
    pub(super) fn always(&self, path: &str, fault: Fault) {
        self.fault(path, fault, true);
    }

    pub(super) fn behave(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// How many stalled connections the other side let go.
    pub(super) fn let_go(&self) -> usize {
        self.state.lock().unwrap().let_go
    }

    fn fault(&self, path: &str, fault: Fault, again: bool) {
        self.state
            .lock()
            .unwrap()
            .faults
            .entry(path.to_owned())
            .or_default()
            .push_back((fault, again));
    }

    /// What was asked since the last time.
    pub(super) fn log(&self) -> Vec<Answered> {
        std::mem::take(&mut self.state.lock().unwrap().log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read_exact(&mut byte).await.is_err() {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let range = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("range: bytes=")
            .map(str::to_owned)
    });
    let from: usize = range.map_or(0, |range| range.trim_end_matches('-').parse().unwrap());
    let (file, fault) = {
        let mut state = state.lock().unwrap();
        let queue = state.faults.entry(path.clone()).or_default();
        let fault = match queue.front() {
            Some((fault, true)) => Some(fault.clone()),
            Some(_) => queue.pop_front().map(|(fault, _)| fault),
            None => None,
        };
        (state.files.get(&path).cloned(), fault)
    };
    let total = file.as_ref().map_or(0, Vec::len);
    let (mut status, mut headers) = (if from > 0 { 206 } else { 200 }, Vec::new());
    let mut body = file.clone().unwrap_or_default();
    let mut first = from;
    let mut sent = usize::MAX;
    let mut close = true;
    let mut length = true;
    match fault {
        None if file.is_none() => status = 404,
        None => {}
        Some(Fault::CutAt(at)) => sent = at,
        Some(Fault::IgnoreRange) => (status, first) = (200, 0),
        Some(Fault::Shift(by)) => first = from + by,
        Some(Fault::LieInRange) => body.iter_mut().for_each(|byte| *byte ^= 0x55),
        Some(Fault::Longer(by)) => body.extend(vec![b'+'; by]),
        Some(Fault::Gzip) => headers.push("Content-Encoding: gzip".to_owned()),
        Some(Fault::Endless) => {
            (status, first, length) = (200, 0, false);
            body = vec![b'e'; 64 << 20];
        }
        Some(Fault::Status(other, after)) => {
            status = other;
            headers.extend(after.map(|after| format!("Retry-After: {after}")));
        }
        Some(Fault::RedirectLoop) => {
            status = 302;
            headers.push(format!("Location: {path}"));
        }
        Some(Fault::OtherBytes) => body.reverse(),
        Some(Fault::Stall(at)) => (sent, close) = (at, false),
        Some(Fault::Trickle) => (sent, close) = (0, false),
    }
    let trickles = !close && sent == 0;
    if status == 206 {
        headers.push(format!(
            "Content-Range: bytes {first}-{}/{total}",
            total.saturating_sub(1)
        ));
        body.drain(..first.min(body.len()));
    } else if status != 200 {
        body.clear();
    }
    if length {
        headers.push(format!("Content-Length: {}", body.len()));
    }
    let answer = format!(
        "HTTP/1.1 {status} -\r\nConnection: close\r\n{}\r\n\r\n",
        headers.join("\r\n")
    );
    let body = &body[..sent.min(body.len())];
    state.lock().unwrap().log.push(Answered {
        path,
        from,
        body_bytes: body.len(),
        head,
    });
    if stream.write_all(answer.as_bytes()).await.is_err() || stream.write_all(body).await.is_err() {
        return;
    }
    if trickles {
        while stream.write_all(b"t").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        return;
    }
    if !close {
        // Until the other side gives up.
        let _ = stream.read_u8().await;
        state.lock().unwrap().let_go += 1;
    }
    let _ = stream.shutdown().await;
}
