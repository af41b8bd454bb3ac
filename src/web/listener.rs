//! The listener: connections within limits, each with its time, and an end that lets what is in hand finish (spec 8.15).

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::dispatch;
use super::request::Client;
use super::routes::{ROUTES, pages};
use super::state::ConsoleState;
use super::tls::Certificate;
use crate::app::App;

/// Connections at once.
const CONNECTIONS: usize = 256;
/// The most of a request's headers.
const HEADER_BYTES: usize = 16 * 1024;
/// How long they may take.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long what is in hand may take once the console is to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(8);
/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait where no connection can be taken, lest it be tried in a circle.
const REST: Duration = Duration::from_millis(100);

/// A console that listens, for whoever starts one within a program.
#[derive(Debug)]
pub struct Console {
    state: Arc<ConsoleState>,
    listener: std::net::TcpListener,
}

impl Console {
    /// A console of `app` at this address; port 0 takes any that is free.
    ///
    /// # Errors
    /// Where it can't listen there, or has no key.
    pub fn listen(app: Arc<App>, at: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { state: Arc::new(ConsoleState::new(app, pages())?), listener: bind(at)? })
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` ends, and lets what is in hand finish.
    ///
    /// # Errors
    /// Where the listener can't be used.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let (trigger, shutdown) = watch::channel(false);
        let serving = serve(self.state, self.listener, shutdown);
        tokio::pin!(serving);
        tokio::select! {
            served = &mut serving => return served,
            () = stop => {}
        }
        trigger.send_replace(true);
        serving.await
    }
}

/// Listens at this address.
pub(super) fn bind(at: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(at).with_context(|| {
        format!("the console can't listen on {at}: give it another address, `listen` in [web], or \"off\"")
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers until the handle turns true.
pub(super) async fn serve(
    state: Arc<ConsoleState>,
    listener: std::net::TcpListener,
    mut shutdown: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut certificate = match &state.app.config.web.tls {
        Some(files) => Some(Certificate::of(files)?),
        None => None,
    };
    tracing::info!(address = %listener.local_addr()?, tls = certificate.is_some(), "the console listens");
    let router = router(&state);
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
                    tracing::warn!(%error, "a connection to the console can't be taken");
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
        tracing::warn!("the console stops before everything was answered");
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

/// The table of addresses, as the framework takes it.
fn router(state: &Arc<ConsoleState>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        for path in route.paths() {
            let state = Arc::clone(state);
            router = router.route(
                &path,
                any(move |request: Request| {
                    let state = Arc::clone(&state);
                    async move { Ok::<_, Infallible>(dispatch::answer(state, Some(route), request).await) }
                }),
            );
        }
    }
    let state = Arc::clone(state);
    router.fallback(move |request: Request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(dispatch::answer(state, None, request).await) }
    })
}
