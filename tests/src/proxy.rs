//! A proxy in front of a real web server that does to its answers what networks and hostile servers do. One request a
//! connection, a thread each.

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// One thing that is done to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes after so many bytes of the body.
    CutAt(usize),
    /// The range is not passed on, so that the server answers 200 with the whole file.
    NoRange,
    /// The range is shifted by so many bytes, so that the server answers an honest 206 for another part.
    Shift(usize),
    /// The announced length is that much greater.
    Longer(usize),
    /// The body is announced as gzip.
    Gzip,
    /// The body has no length and no end.
    Endless,
    /// A byte now and then.
    Trickle,
    /// So many bytes, then nothing, with the connection open.
    Stall(usize),
    /// A status instead, and the value of `Retry-After`.
    Status(u16, Option<&'static str>),
    /// A redirect to itself.
    RedirectLoop,
    /// The bytes of the file at another path.
    OtherFile(String),
}

/// A request as it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The path that was asked for.
    pub path: String,
    /// The first byte that was asked for.
    pub from: usize,
    /// How many bytes of a body were sent.
    pub body_bytes: usize,
}

type OnRequest = Box<dyn FnMut(&str) + Send>;

#[derive(Default)]
struct State {
    faults: HashMap<String, VecDeque<(Fault, bool)>>,
    log: Vec<Answered>,
    on_request: Option<OnRequest>,
}

/// A running proxy; its thread ends with the process.
pub struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Proxy {
    /// A proxy in front of a port of loopback.
    pub fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
        let port = listener.local_addr().expect("a port").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // What goes wrong with one connection is that client's to notice.
                thread::spawn(move || relay(stream, upstream, &shared));
            }
        });
        Self { port, state }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Does it to the next answer for a path.
    pub fn once(&self, path: &str, fault: Fault) {
        self.fault(path, fault, false);
    }

    /// Does it to every answer for a path.
    pub fn always(&self, path: &str, fault: Fault) {
        self.fault(path, fault, true);
    }

    /// Does nothing any more.
    pub fn behave(&self) {
        lock(&self.state).faults.clear();
    }

    /// Calls with the path of each request, before it is answered.
    pub fn on_request(&self, call: impl FnMut(&str) + Send + 'static) {
        lock(&self.state).on_request = Some(Box::new(call));
    }

    /// What was answered since the last time.
    pub fn log(&self) -> Vec<Answered> {
        std::mem::take(&mut lock(&self.state).log)
    }

    fn fault(&self, path: &str, fault: Fault, again: bool) {
        let mut state = lock(&self.state);
        state
            .faults
            .entry(path.to_owned())
            .or_default()
            .push_back((fault, again));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn relay(mut client: TcpStream, upstream: u16, state: &Mutex<State>) -> Option<()> {
    let head = head(&mut client)?;
    let path = head.split(' ').nth(1)?.to_owned();
    let asked = head.lines().find_map(|line| {
        let line = line.to_ascii_lowercase();
        line.strip_prefix("range: bytes=")?
            .trim_end_matches('-')
            .parse::<usize>()
            .ok()
    });
    let mut on_request = lock(state).on_request.take();
    if let Some(call) = &mut on_request {
        call(&path);
        lock(state).on_request = on_request;
    }
    let fault = {
        let mut state = lock(state);
        let queue = state.faults.entry(path.clone()).or_default();
        match queue.front() {
            Some((fault, true)) => Some(fault.clone()),
            Some(_) => queue.pop_front().map(|(fault, _)| fault),
            None => None,
        }
    };
    let from = asked.unwrap_or(0);
    let place = {
        let mut state = lock(state);
        state.log.push(Answered {
            path: path.clone(),
            from,
            body_bytes: 0,
        });
        state.log.len() - 1
    };
    match &fault {
        Some(Fault::Status(status, after)) => {
            let after = after.map_or_else(String::new, |after| format!("Retry-After: {after}\r\n"));
            let text =
                format!("HTTP/1.1 {status} No\r\n{after}Content-Length: 0\r\nConnection: close\r\n\r\n");
            return client.write_all(text.as_bytes()).ok();
        }
        Some(Fault::RedirectLoop) => {
            let text = format!(
                "HTTP/1.1 302 Found\r\nLocation: {path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            return client.write_all(text.as_bytes()).ok();
        }
        Some(Fault::Endless) => {
            client
                .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                .ok()?;
            loop {
                client.write_all(&[b'e'; 16_384]).ok()?;
            }
        }
        _ => {}
    }
    let range = match fault {
        Some(Fault::NoRange) => None,
        Some(Fault::Shift(by)) => asked.map(|from| from + by),
        _ => asked,
    };
    let path = match &fault {
        Some(Fault::OtherFile(other)) => other.as_str(),
        _ => path.as_str(),
    };
    let mut server = TcpStream::connect(("127.0.0.1", upstream)).ok()?;
    let range = range.map_or_else(String::new, |from| format!("Range: bytes={from}-\r\n"));
    let request = format!("GET {path} HTTP/1.1\r\nHost: loopback\r\n{range}Connection: close\r\n\r\n");
    server.write_all(request.as_bytes()).ok()?;
    let mut answer = self::head(&mut server)?;
    if let Some(Fault::Longer(by)) = fault {
        answer = answer
            .lines()
            .map(|line| match line.strip_prefix("Content-Length: ") {
                Some(length) => {
                    let length: usize = length.trim().parse().unwrap_or_default();
                    format!("Content-Length: {}\r\n", length + by)
                }
                None => format!("{line}\r\n"),
            })
            .collect();
    }
    if fault == Some(Fault::Gzip) {
        answer = answer.replacen("\r\n", "\r\nContent-Encoding: gzip\r\n", 1);
    }
    client.write_all(answer.as_bytes()).ok()?;
    let (most, pause) = match fault {
        Some(Fault::CutAt(at) | Fault::Stall(at)) => (at, None),
        Some(Fault::Trickle) => (usize::MAX, Some(Duration::from_millis(100))),
        _ => (usize::MAX, None),
    };
    let sent = pass(&mut server, &mut client, most, pause, |sent| {
        if let Some(answered) = lock(state).log.get_mut(place) {
            answered.body_bytes = sent;
        }
    });
    if matches!(fault, Some(Fault::Stall(_))) {
        // Until the client lets go.
        let _ = client.read(&mut [0; 1]);
    }
    sent?;
    client.shutdown(Shutdown::Write).ok()
}

/// The head of a request or an answer, with its empty line.
fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    String::from_utf8(head).ok()
}

/// Passes on at most so many bytes, one by one with a pause if there is one.
fn pass(
    from: &mut TcpStream,
    to: &mut TcpStream,
    most: usize,
    pause: Option<Duration>,
    mut count: impl FnMut(usize),
) -> Option<()> {
    let mut buffer = vec![0; if pause.is_some() { 1 } else { 32_768 }];
    let mut sent = 0;
    while sent < most {
        let wanted = buffer.len().min(most - sent);
        let read = from.read(buffer.get_mut(..wanted)?).ok()?;
        if read == 0 {
            break;
        }
        sent += read;
        count(sent);
        to.write_all(buffer.get(..read)?).ok()?;
        if let Some(pause) = pause {
            thread::sleep(pause);
        }
    }
    Some(())
}
