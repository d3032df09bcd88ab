//! A plain static server for a publication on this machine, as any web server or CDN would hand it out: ranges, entity tags,
//! cache headers. It lists no folder, follows no path out of its folder, and shows nothing whose name begins with a dot.
//!
//! Not meant to face the Internet: it has no limits on connections and speaks no TLS.

mod answer;
mod message;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Threads that answer: enough for a browser beside a phone.
const THREADS: usize = 2;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder is none.
    NoFolder(PathBuf),
    /// The address is taken or may not be used.
    Address {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        error: io::Error,
    },
    /// The threads of the server cannot be started.
    Runtime(io::Error),
}

/// A server that answers until it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Where it listens, with the port that was chosen if port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address for a companion or a browser.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Answers until the process ends. Blocks.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr; there is nothing left to wait for.
            drop(thread.join());
        }
    }

    /// Stops; open connections are cut.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails only if the server has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Serves a folder on an address; port 0 takes any that is free. Returns as soon as it listens.
///
/// # Errors
/// [`ServeError`] if there is no such folder, or the address cannot be used.
pub fn serve(folder: &Path, address: SocketAddr) -> Result<Server, ServeError> {
    let root = folder.canonicalize().ok().filter(|path| path.is_dir());
    let root = root.ok_or_else(|| ServeError::NoFolder(folder.to_owned()))?;
    let taken = |error| ServeError::Address { address, error };
    let listener = TcpListener::bind(address).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("serve".into())
        .spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = listen(listener, Arc::from(root)) => {}
                    // A sender that was dropped without a word: the server belongs to nobody any more.
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        })
        .map_err(ServeError::Runtime)?;
    Ok(Server {
        address,
        stop: Some(stop),
        thread: Some(thread),
    })
}

async fn listen(listener: TcpListener, root: Arc<Path>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, or a peer that left: others may still come.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let root = Arc::clone(&root);
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer::answer(Arc::clone(&root), request));
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
            // A connection that breaks concerns its peer alone.
            drop(connection.await);
        });
    }
}

#[cfg(test)]
mod tests;
