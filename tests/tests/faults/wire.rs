//! Over which protocol files come.

use crate::Phone;
use alloclap_core::sync::HttpFetcher;
use alloclap_tests::guide;
use alloclap_tests::nginx::Nginx;
use std::sync::Arc;

#[test]
fn a_server_that_offers_http_2_is_asked_over_it() {
    let Some(server) = Nginx::start(&guide().publication) else {
        return;
    };
    let Some((url, certificate)) = server.tls() else {
        return;
    };
    let phone = Phone::new();
    let fetcher = HttpFetcher::trusting(phone.options.stall, &[certificate]).expect("a certificate");
    phone.sync_over(Arc::new(fetcher), &url).expect("it answers");
    phone.assert_whole(Some(1), "over TLS");
    let log = server.log();
    assert!(
        log.len() > 3 && log.iter().all(|(protocol, _)| protocol == "HTTP/2.0"),
        "asked over {log:?}"
    );
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_believed() {
    let Some(server) = Nginx::start(&guide().publication) else {
        return;
    };
    let Some((url, _)) = server.tls() else {
        return;
    };
    let mut phone = Phone::new();
    phone.options.retry.max_failures = 1;
    let error = phone
        .sync(&url)
        .expect_err("anyone could have made that certificate");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(phone.version(), None);
}
