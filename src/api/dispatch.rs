//! From a request to its answer: whose token it is, how often it asked, what was asked, one line to the log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response};

use super::asked::ApiRequest;
use super::limits::FailureTold;
use super::operations::upload;
use super::problem::{ApiAnswered, Problem, ProblemKind};
use super::reply::ApiReply;
use super::routes::{ApiAccess, ApiAnswer, ApiRoute, routes_at};
use super::state::ApiState;
use crate::access::{KeptToken, TokenScope, TokenVerdict, random_token};
use crate::http::{Client, client_behind};
use crate::import::FileKind;
use crate::jobs::{TokenWorth, token_worth};
use crate::measures::{Occurrence, TimedWork};

/// How long a request may take that brings nothing.
const LONGEST: Duration = Duration::from_secs(60);

/// Answers what was asked at an address, or at none of ours.
pub(super) async fn answer(
    state: Arc<ApiState>,
    path: Option<&'static str>,
    request: Request,
) -> Response<Body> {
    let began = Instant::now();
    let reference: String = random_token().unwrap_or_default().chars().take(10).collect();
    let method = request.method().clone();
    let mut name = None;
    let methods = path.map_or(Vec::new(), |path| routes_at(path).flat_map(|route| route.methods).collect());
    let route = path.and_then(|path| routes_at(path).find(|route| route.methods.contains(&method.as_str())));
    let answered = match (path, route) {
        (_, Some(route)) => ask(&state, route, request, (&mut name, &reference)).await,
        (Some(_), None) => {
            let methods: Vec<&str> = methods.iter().map(|method| **method).collect();
            Err(Problem::new(ProblemKind::WrongMethod, format!("ask with {}", methods.join(" or "))))
        }
        (None, None) => {
            Err(Problem::new(ProblemKind::NotFound, "look the addresses up in the documentation"))
        }
    };
    let reply = answered.unwrap_or_else(|problem| {
        let reply = problem.told_to_log(&reference).reply(&reference);
        let methods: Vec<&str> = methods.iter().map(|method| **method).collect();
        if reply.status == 405 { reply.with("allow", methods.join(", ")) } else { reply }
    });
    if route.is_none_or(|route| route.access != ApiAccess::Anybody) {
        let (route, measures) = (path.unwrap_or("none"), state.app.db.measures());
        measures.count(Occurrence::Request, &[route, &reply.status.to_string()]);
        measures.took(TimedWork::Request, &[route], began.elapsed());
        tracing::info!(
            method = method.as_str(),
            route = path.unwrap_or("none"),
            status = reply.status,
            ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            token = name,
            "answered a program"
        );
    }
    reply.response()
}

async fn ask(
    state: &Arc<ApiState>,
    route: &'static ApiRoute,
    request: Request,
    (name, reference): (&mut Option<String>, &str),
) -> ApiAnswered {
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Client>().map_or(IpAddr::from([0, 0, 0, 0]), |client| client.0);
    let client = client_behind(&state.app.config.web.trusted_proxies, peer, &parts.headers);
    let places = route.path.split('/').zip(parts.uri.path().split('/'));
    let query = parts.uri.query().unwrap_or_default();
    let mut asked = ApiRequest {
        state: Arc::clone(state),
        now: state.app.now(),
        places: places.filter(|(part, _)| part.starts_with('{')).map(|(_, place)| place.to_owned()).collect(),
        // A character of number zero, which not every database keeps, is read as one that can't be read.
        query: form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.replace('\0', "\u{fffd}")))
            .collect(),
        headers: parts.headers,
        client,
        token: None,
    };
    let at_work = match route.access {
        ApiAccess::Anybody => None,
        ApiAccess::Watching if is_from_here(&asked, peer) => None,
        ApiAccess::AnyFile | ApiAccess::FileOfPlace | ApiAccess::Watching | ApiAccess::Figures => {
            let token = signed_in(state, &asked).await?;
            *name = Some(token.name.clone());
            let at_work = state.limits.begin(token.id, asked.now).map_err(|seconds| {
                let often = "600 requests a minute, and 10 at once, are what a token has: ask more slowly";
                Problem::new(ProblemKind::TooMany, often).after(seconds)
            })?;
            refuse_unless_for(route.access, asked.place(), &token)?;
            asked.token = Some(token);
            Some(at_work)
        }
    };
    // At work until it is answered; a file until it is taken in.
    match route.answer {
        ApiAnswer::AtOnce(answer) => answer(&asked),
        ApiAnswer::Working(answer) => working(move || answer(&asked)).await,
        ApiAnswer::TakingFile => match at_work {
            Some(at_work) => upload::take(asked, at_work, body, reference).await,
            None => Err(Problem::of_token(TokenVerdict::Unknown)),
        },
    }
}

/// Does something on a thread of its own, within bounds.
async fn working(work: impl FnOnce() -> ApiAnswered + Send + 'static) -> Result<ApiReply, Problem> {
    match tokio::time::timeout(LONGEST, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(panic)) => Err(anyhow::Error::new(panic).into()),
        Err(_) => {
            Err(Problem::new(ProblemKind::Unavailable, "this takes too long now: ask again later").after(30))
        }
    }
}

/// The token that was given, where it holds.
async fn signed_in(state: &Arc<ApiState>, asked: &ApiRequest) -> Result<Box<KeptToken>, Problem> {
    let (client, now) = (asked.client, asked.now);
    if let Some(seconds) = state.limits.shut_out(client, now) {
        let detail = "too many sign-ins from this address failed: put the token right, and ask again later";
        return Err(Problem::new(ProblemKind::TooMany, detail).after(seconds));
    }
    let given = bearer(&asked.headers).map(str::to_owned);
    let worth = match given {
        None => TokenWorth::Nothing(TokenVerdict::Unknown),
        Some(text) => {
            let app = Arc::clone(&state.app);
            let looked = tokio::task::spawn_blocking(move || token_worth(&app, &text, client)).await;
            looked.map_err(anyhow::Error::new)??
        }
    };
    match worth {
        TokenWorth::Holds(token) => Ok(token),
        TokenWorth::Nothing(verdict) => {
            if state.limits.failed(client, now) == FailureTold::Yes {
                tracing::warn!(%client, ?verdict, "a program was refused: its token is worth nothing");
            }
            Err(Problem::of_token(verdict))
        }
    }
}

/// Whether a program of this machine asks, and no proxy of it for another.
fn is_from_here(asked: &ApiRequest, peer: IpAddr) -> bool {
    let is_handed_on = ["x-forwarded-for", "forwarded"].iter().any(|name| asked.headers.contains_key(*name));
    peer.is_loopback() && asked.client == peer && !is_handed_on
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?; // What is no text is no token.
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refuse_unless_for(access: ApiAccess, place: &str, token: &KeptToken) -> Result<(), Problem> {
    let lacks = |scope: &str| {
        Err(Problem::new(
            ProblemKind::NotForThis,
            format!("a token of scope {scope} is needed: have one made"),
        ))
    };
    match access {
        ApiAccess::Watching if !token.is_for(TokenScope::METRICS_READ) => lacks("metrics:read"),
        ApiAccess::Figures
            if !token.is_for(TokenScope::FACTS_READ) && !token.is_for(TokenScope::FACTS_IDENTIFIED) =>
        {
            lacks("facts:read")
        }
        ApiAccess::AnyFile if token.scopes.iter().all(|scope| scope.import_kind().is_none()) => {
            lacks("import:KIND")
        }
        // What is no kind at all is told as such.
        ApiAccess::FileOfPlace
            if !token.lets_in(place) && FileKind::ALL.iter().any(|kind| kind.as_str() == place) =>
        {
            lacks(&format!("import:{place}"))
        }
        ApiAccess::Anybody
        | ApiAccess::AnyFile
        | ApiAccess::FileOfPlace
        | ApiAccess::Watching
        | ApiAccess::Figures => Ok(()),
    }
}
