//! An object store: Amazon's, or any that speaks like it. Who may write there is told by the environment, as for Amazon's own
//! tools: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`.

use super::PushError;
use super::destination::Destination;
use super::order::Upload;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path as Key;
use object_store::{
    Attribute, Attributes, ClientOptions, GetOptions, MultipartUpload, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Files that are sent at once.
const AT_ONCE: usize = 8;
/// Longer files go in pieces of this length, so that a clip of an hour needs no more memory than this a file: S3 takes at most
/// 10,000 pieces, which makes 80 GB.
const PIECE_BYTES: usize = 8 << 20;
/// How long a request may take: a piece over a slow line of a town hall.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) struct Bucket {
    store: AmazonS3,
    prefix: String,
    runtime: Runtime,
}

impl Bucket {
    pub(super) fn open(bucket: &str, prefix: &str, endpoint: Option<&str>) -> Result<Self, PushError> {
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_http_connector(Connector);
        if let Some(endpoint) = endpoint {
            // A plain address is for a store on this machine or in the house.
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| PushError::Store(error.to_string()))?;
        Ok(Self {
            store: builder.build().map_err(refused)?,
            prefix: prefix.to_owned(),
            runtime,
        })
    }

    fn key(&self, path: &str) -> Result<Key, PushError> {
        let whole = if self.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        };
        Key::parse(whole).map_err(|error| PushError::Store(error.to_string()))
    }

    async fn put(&self, publication: &Path, file: &Upload) -> Result<(), PushError> {
        let path = publication.join(&file.path);
        let failed = |error| PushError::Local {
            path: path.clone(),
            error,
        };
        let key = self.key(&file.path)?;
        let attributes = attributes(file);
        let mut local = File::open(&path).map_err(failed)?;
        let mut piece = read_piece(&mut local).map_err(failed)?;
        if piece.len() < PIECE_BYTES {
            let options = PutOptions {
                attributes,
                ..PutOptions::default()
            };
            let put = self.store.put_opts(&key, PutPayload::from(piece), options);
            return put.await.map(drop).map_err(refused);
        }
        let options = PutMultipartOptions {
            attributes,
            ..PutMultipartOptions::default()
        };
        let mut upload = self
            .store
            .put_multipart_opts(&key, options)
            .await
            .map_err(refused)?;
        while !piece.is_empty() {
            if let Err(error) = upload.put_part(PutPayload::from(piece)).await {
                // Pieces that belong to nothing cost money for ever.
                let _ = upload.abort().await;
                return Err(refused(error));
            }
            piece = read_piece(&mut local).map_err(failed)?;
        }
        upload.complete().await.map(drop).map_err(refused)
    }
}

fn read_piece(file: &mut File) -> std::io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

fn attributes(file: &Upload) -> Attributes {
    Attributes::from_iter([
        (Attribute::CacheControl, file.cache_control()),
        (Attribute::ContentType, file.content_type()),
    ])
}

/// What the store said, without the chain of causes that only its programmers can read.
fn refused(error: object_store::Error) -> PushError {
    PushError::Store(error.to_string())
}

impl Destination for Bucket {
    fn list(&self) -> Result<BTreeMap<String, u64>, PushError> {
        let prefix = (!self.prefix.is_empty()).then(|| self.key("")).transpose()?;
        let cut = if self.prefix.is_empty() {
            0
        } else {
            self.prefix.len() + 1
        };
        self.runtime.block_on(async {
            let listed = self.store.list(prefix.as_ref());
            let name = |object: object_store::ObjectMeta| {
                let path = object.location.as_ref().get(cut..).unwrap_or_default();
                (path.to_owned(), object.size)
            };
            listed.map_ok(name).try_collect().await.map_err(refused)
        })
    }

    fn send(&self, publication: &Path, files: &[&Upload]) -> Result<(), PushError> {
        self.runtime.block_on(async {
            let sent: Vec<_> = files.iter().map(|file| self.put(publication, file)).collect();
            stream::iter(sent)
                .buffer_unordered(AT_ONCE)
                .try_collect::<()>()
                .await
        })
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PushError> {
        let key = self.key(path)?;
        self.runtime.block_on(async {
            match self.store.get_opts(&key, GetOptions::default()).await {
                Ok(found) => Ok(Some(found.bytes().await.map_err(refused)?.to_vec())),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(refused(error)),
            }
        })
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PushError> {
        let key = self.key(path)?;
        let payload = PutPayload::from(bytes.to_vec());
        let put = self.store.put_opts(&key, payload, PutOptions::default());
        self.runtime.block_on(put).map(drop).map_err(refused)
    }

    fn remove(&self, paths: &[String]) -> Result<(), PushError> {
        let keys: Vec<Key> = paths
            .iter()
            .map(|path| self.key(path))
            .collect::<Result<_, _>>()?;
        let keys = stream::iter(keys.into_iter().map(Ok)).boxed();
        let removed = self.store.delete_stream(keys).try_collect::<Vec<_>>();
        match self.runtime.block_on(removed) {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

/// HTTP as the phones' own: rustls with ring and Mozilla's roots, so that there is one TLS in this program.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| object_store::Error::Generic {
            store: "S3",
            source,
        };
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.into()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(|error| failed(error.into()))?;
        Ok(HttpClient::new(client))
    }
}
