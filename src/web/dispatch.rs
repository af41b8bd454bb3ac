//! From a request to its answer: what was asked is read, who asks is looked up, the page is asked, one line is written.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Response};

use super::answer::{CookieChange, Fault, Reply};
use super::pages;
use super::rates::RequestSource;
use super::request::{
    Admitted, FormFields, FormToken, HostVerdict, PageRequest, RequestCookies, is_from_here, is_own_host,
    own_address,
};
use super::response::finished;
use super::routes::{Answered, Route, RouteAnswer};
use super::state::ConsoleState;
use super::upload::{self, BroughtForm};
use crate::access::AccessRight;
use crate::access::random_token;
use crate::http::{Client, client_behind};
use crate::jobs::accounts::session::{CookieWorth, SignedIn, who_is};

/// The most of a form.
const FORM_BYTES: usize = 64 * 1024;
/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(30);

/// A request whose body is read.
struct ReadRequest {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    /// In place of a body, where a file came with the form.
    brought: Option<BroughtForm>,
    client: IpAddr,
    reference: String,
}

/// What a request came to, with what the log says of it.
struct Outcome {
    reply: Reply,
    account: Option<i32>,
}

/// Answers what was asked at an address, or at none of ours.
pub(super) async fn answer(
    state: Arc<ConsoleState>,
    route: Option<&'static Route>,
    request: Request,
) -> Response<Body> {
    let began = Instant::now();
    let reference: String = random_token().unwrap_or_default().chars().take(10).collect();
    let (parts, body) = request.into_parts();
    let is_packed = accepts_gzip(&parts.headers);
    let is_probe = matches!(route.and_then(|route| route.get.as_ref()), Some(RouteAnswer::Probe(_)));
    let client = parts.extensions.get::<Client>().map_or(IpAddr::from([0, 0, 0, 0]), |client| client.0);
    let method = parts.method.clone();
    let asked = ReadRequest {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        client: client_behind(&state.app.config.web.trusted_proxies, client, &parts.headers),
        headers: parts.headers,
        body: Bytes::new(),
        brought: None,
        reference: reference.clone(),
    };
    let outcome = match received(&state, route, asked, body).await {
        Ok(asked) => {
            let state = Arc::clone(&state);
            let working = tokio::task::spawn_blocking(move || work(&state, route, &asked));
            match tokio::time::timeout(LONGEST, working).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(panic)) => {
                    Outcome { reply: Fault::Ours(anyhow::Error::new(panic)).reply(&reference), account: None }
                }
                Err(_) => Outcome { reply: Fault::Busy.reply(&reference), account: None },
            }
        }
        Err(fault) => Outcome { reply: fault.reply(&reference), account: None },
    };
    if !is_probe {
        tracing::info!(
            method = method.as_str(),
            route = route.map_or("none", |route| route.path),
            status = outcome.reply.status,
            ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            account = outcome.account,
            "answered"
        );
    }
    finished(outcome.reply, state.is_secure(), is_packed, allowed(route))
}

/// The request with what was sent: a form, or one that a file comes with, which is written down as it comes where whoever
/// sends it may bring it.
async fn received(
    state: &Arc<ConsoleState>,
    route: Option<&'static Route>,
    asked: ReadRequest,
    body: Body,
) -> Result<ReadRequest, Fault> {
    let Some((right, content_type)) = bringing(route, &asked) else {
        let body = tokio::time::timeout(LONGEST, to_bytes(body, FORM_BYTES)).await;
        let Ok(Ok(body)) = body else { return Err(Fault::TooLarge) };
        return Ok(ReadRequest { body, ..asked });
    };
    let looking = Arc::clone(state);
    let looked = tokio::task::spawn_blocking(move || {
        let who = bringer(&looking, right, &asked);
        (asked, who)
    });
    let (asked, who) = looked.await.map_err(|panic| Fault::Ours(panic.into()))?;
    let may_bring = |fields: &FormFields| match &who {
        Ok(Some(who)) => FormToken::of(&state.key, &who.token).is_in(fields.one(FormFields::TOKEN)),
        _ => false,
    };
    let brought = upload::receive(state, may_bring, &content_type, body).await?;
    Ok(ReadRequest { brought: Some(brought), ..asked })
}

/// The right by which a file may be brought, and how it was sent, where it is.
fn bringing(route: Option<&'static Route>, asked: &ReadRequest) -> Option<(AccessRight, HeaderValue)> {
    let Some(RouteAnswer::Bringer(right, _)) = route?.post.as_ref() else { return None };
    let content_type = asked.headers.get(CONTENT_TYPE)?;
    let is_it = asked.method == Method::POST && content_type.as_bytes().starts_with(b"multipart/form-data");
    is_it.then(|| (*right, content_type.clone()))
}

/// Whoever may bring a file by this request, as far as is known before its form is read.
fn bringer(
    state: &ConsoleState,
    right: AccessRight,
    asked: &ReadRequest,
) -> anyhow::Result<Option<Box<SignedIn>>> {
    let public_url = state.app.config.web.public_url.as_deref();
    let HostVerdict::Own(host) = is_own_host(&asked.headers, public_url) else { return Ok(None) };
    let cookies = RequestCookies(&asked.headers);
    let Some(token) = cookies.session().filter(|_| is_from_here(&asked.headers, public_url, &host)) else {
        return Ok(None);
    };
    Ok(match who_is(&state.app, token, state.app.now())? {
        CookieWorth::Somebody(who) if who.is_whole() && Admitted::by(&who, right).is_some() => Some(who),
        _ => None,
    })
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("gzip") && parts.next() != Some("q=0")
    })
}

fn allowed(route: Option<&'static Route>) -> &'static str {
    match route {
        Some(Route { get: Some(_), post: Some(_), .. }) => "GET, HEAD, POST",
        Some(Route { get: None, post: Some(_), .. }) => "POST",
        _ => "GET, HEAD",
    }
}

/// Everything that needs the database, on a thread of its own.
fn work(state: &ConsoleState, route: Option<&'static Route>, request: &ReadRequest) -> Outcome {
    let mut account = None;
    let answered = answered(state, route, request, &mut account);
    let reply = answered.unwrap_or_else(|fault| fault.reply(&request.reference));
    Outcome { reply, account }
}

fn answered(
    state: &ConsoleState,
    route: Option<&'static Route>,
    request: &ReadRequest,
    account: &mut Option<i32>,
) -> Answered {
    let is_get = request.method == Method::GET || request.method == Method::HEAD;
    let mut asked = asked(state, route, request);
    if let Some(Route { get: Some(RouteAnswer::Probe(answer)), .. }) = route
        && is_get
    {
        return answer(&asked);
    }
    let public_url = state.app.config.web.public_url.as_deref();
    let HostVerdict::Own(host) = is_own_host(&request.headers, public_url) else {
        return Err(Fault::AnotherHost);
    };
    asked.address = own_address(public_url, &host);
    let worth = match asked.cookies.session() {
        Some(token) => who_is(&state.app, token, asked.now)?,
        None => CookieWorth::Nobody,
    };
    let source = match &worth {
        CookieWorth::Somebody(who) => RequestSource::SignIn(who.sign_in.id),
        _ => RequestSource::Address(request.client),
    };
    if state.rates.is_too_many(source, asked.now) {
        return Err(Fault::TooMany);
    }
    let is_there = |route: &&Route| state.app.config.web.has_passwords || !route.is_of_passwords(is_get);
    let route = route.filter(is_there).ok_or(Fault::NotFound)?;
    if let CookieWorth::Somebody(who) = &worth {
        *account = Some(who.account.id);
    }
    let answer = match (&request.method, &route.get, &route.post) {
        (&Method::GET | &Method::HEAD, Some(answer), _) | (&Method::POST, _, Some(answer)) => answer,
        _ => return Err(Fault::WrongMethod),
    };
    if !is_get {
        asked.form = form(request)?;
        asked.file = request.brought.as_ref().and_then(|brought| brought.file.as_ref());
        if !is_from_here(&request.headers, public_url, &host) {
            return Err(Fault::NotOurs(asked.form));
        }
    }
    ask(&asked, answer, &worth, is_get)
}

fn asked<'a>(
    state: &'a ConsoleState,
    route: Option<&'static Route>,
    request: &'a ReadRequest,
) -> PageRequest<'a> {
    let pattern = route.map_or("", |route| route.path);
    let places = pattern.split('/').zip(request.path.split('/'));
    PageRequest {
        state,
        now: state.app.now(),
        reference: &request.reference,
        path: &request.path,
        places: places.filter(|(part, _)| part.starts_with('{')).map(|(_, place)| place).collect(),
        query: FormFields::parse(request.query.as_bytes()),
        form: FormFields::default(),
        file: None,
        // Nothing is asked of it before the host is looked at.
        address: String::new(),
        client: request.client,
        cookies: RequestCookies(&request.headers),
    }
}

/// Asks the page, where whoever asks may; where they are not signed in they are sent to do that, and what they typed is
/// kept for them.
fn ask(asked: &PageRequest<'_>, route: &RouteAnswer, worth: &CookieWorth, is_get: bool) -> Answered {
    if let RouteAnswer::Anybody(answer) | RouteAnswer::Probe(answer) = route {
        return answer(asked);
    }
    let who: &SignedIn = match worth {
        CookieWorth::Somebody(who) => who,
        // Of what signs somebody in or out nothing is left that could be sent again.
        CookieWorth::Ended(account) if !is_get && !asked.path.starts_with("/sign-") => {
            return Ok(pages::parked::park(asked, *account, "/sign-in")?.with_cookie(CookieChange::Goes));
        }
        CookieWorth::Ended(_) | CookieWorth::Nobody => return Ok(pages::sign_in::first(asked, is_get)),
    };
    let is_ours = || FormToken::of(&asked.state.key, &who.token).is_in(asked.form.one(FormFields::TOKEN));
    if !is_get && !is_ours() {
        return Err(Fault::NotOurs(asked.form.clone()));
    }
    if !who.is_whole() && !matches!(route, RouteAnswer::HalfSignedIn(_)) {
        return Ok(pages::sign_in::next_step(who));
    }
    match route {
        RouteAnswer::HalfSignedIn(answer) | RouteAnswer::SignedIn(answer) => answer(asked, who),
        RouteAnswer::Recent(answer) if who.is_recent(asked.now) => answer(asked, who),
        RouteAnswer::Recent(_) if is_get => Ok(pages::sign_in::again::first(asked.path)),
        RouteAnswer::Recent(_) => pages::parked::park(asked, who.account.id, "/sign-in/again"),
        RouteAnswer::Holder(right, answer) | RouteAnswer::Bringer(right, answer) => {
            answer(asked, &Admitted::by(who, *right).ok_or(Fault::NotFound)?)
        }
        RouteAnswer::HolderOfAny(rights, answer) | RouteAnswer::RecentHolderOfAny(rights, answer) => {
            let admitted =
                rights.iter().find_map(|right| Admitted::by(who, *right)).ok_or(Fault::NotFound)?;
            if matches!(route, RouteAnswer::RecentHolderOfAny(..)) && !who.is_recent(asked.now) {
                return pages::parked::park(asked, who.account.id, "/sign-in/again");
            }
            answer(asked, &admitted)
        }
        RouteAnswer::Anybody(_) | RouteAnswer::Probe(_) => Err(Fault::NotFound),
    }
}

fn form(request: &ReadRequest) -> Result<FormFields, Fault> {
    if let Some(brought) = &request.brought {
        return Ok(brought.fields.clone());
    }
    let kind = request.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind != "application/x-www-form-urlencoded" && !request.body.is_empty() {
        return Err(Fault::NoForm);
    }
    Ok(FormFields::parse(&request.body))
}
