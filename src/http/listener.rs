//! The listener: connections within limits, each with its time, and an end that lets what is in hand finish (spec 8.15).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::client::Client;
use super::tls::Certificate;
use crate::config::WebTls;

/// Connections at once.
const CONNECTIONS: usize = 256;
/// The most of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// How long they may take.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long what is in hand may take once the listener is to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(8);
/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait where no connection can be taken, lest it be tried in a circle.
const REST: Duration = Duration::from_millis(100);

/// Whose listener it is, for the log and for whoever puts it right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListenerOf {
    /// What listens: `the console`.
    pub(crate) what: &'static str,
    /// The section of the settings that says where.
    pub(crate) section: &'static str,
}

/// Listens at this address.
pub(crate) fn bind(of: ListenerOf, at: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(at).with_context(|| {
        let ListenerOf { what, section } = of;
        format!("{what} can't listen on {at}: give it another address, `listen` in {section}, or \"off\"")
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves by what `serving` makes of a handle until `stop` ends, then turns the handle and lets what is in hand finish.
///
/// # Errors
/// Where it can't be served.
pub(crate) async fn until<S: Future<Output = anyhow::Result<()>>>(
    stop: impl Future<Output = ()>,
    serving: impl FnOnce(watch::Receiver<bool>) -> S,
) -> anyhow::Result<()> {
    let (trigger, shutdown) = watch::channel(false);
    let serving = serving(shutdown);
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => return served,
        () = stop => {}
    }
    trigger.send_replace(true);
    serving.await
}

/// Answers by the router until the handle turns true.
pub(crate) async fn serve(
    of: ListenerOf,
    router: Router,
    tls: Option<&WebTls>,
    listener: std::net::TcpListener,
    mut shutdown: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut certificate = tls.map(Certificate::of).transpose()?;
    let what = of.what;
    tracing::info!(address = %listener.local_addr()?, tls = certificate.is_some(), "{what} listens");
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&free).acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            () = told_to_stop(&mut shutdown) => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection to {what} can't be taken");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            },
        };
        let acceptor = certificate.as_mut().and_then(Certificate::acceptor);
        let (router, stop) = (router.clone(), shutdown.clone());
        connections.spawn(async move {
            let _place = place;
            match acceptor {
                None => talk(stream, peer.ip(), router, stop).await,
                Some(acceptor) => {
                    let shaken = tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = shaken {
                        talk(stream, peer.ip(), router, stop).await;
                    }
                }
            }
        });
    }
    drop(listener);
    let ended =
        tokio::time::timeout(FINISH_WITHIN, async { while connections.join_next().await.is_some() {} });
    if ended.await.is_err() {
        tracing::warn!("{what} stops before everything was answered");
    }
    Ok(())
}

/// Answers what comes over one connection.
async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: IpAddr,
    router: Router,
    mut shutdown: watch::Receiver<bool>,
) {
    let router = router.layer(axum::Extension(Client(peer)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    tokio::select! {
        // What a client broke off is its own.
        _ = &mut connection => return,
        () = told_to_stop(&mut shutdown) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// Ends once the handle turns true, or there is nobody left to turn it.
async fn told_to_stop(shutdown: &mut watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|stop| *stop).await;
}
