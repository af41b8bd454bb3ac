//! Every address of the console, and for whom it is, as data.

use super::answer::{Fault, Reply};
use super::pages::{
    account, accounts, assurance, audit, board, figures, health, home, imports, looks, outbox, parked,
    people, policy, policy_draft, sign_in, worklist,
};
use super::request::{Admitted, PageRequest};
use crate::access::AccessRight;
use crate::jobs::accounts::session::SignedIn;

/// What a page comes to.
pub(super) type Answered = Result<Reply, Fault>;

/// Who answers, and for whom.
pub(super) enum RouteAnswer {
    /// Whoever watches over the console; nothing of it is logged.
    Probe(fn(&PageRequest<'_>) -> Answered),
    /// Anybody.
    Anybody(fn(&PageRequest<'_>) -> Answered),
    /// Whoever gave their password, whether they gave a code or not.
    HalfSignedIn(fn(&PageRequest<'_>, &SignedIn) -> Answered),
    /// Whoever is signed in: what is about themselves.
    SignedIn(fn(&PageRequest<'_>, &SignedIn) -> Answered),
    /// Whoever is signed in and gave their password a short time ago.
    Recent(fn(&PageRequest<'_>, &SignedIn) -> Answered),
    /// Whoever has a right: the row of the table that the page is for.
    Holder(AccessRight, fn(&PageRequest<'_>, &Admitted<'_>) -> Answered),
    /// Whoever has a right, to a form that a file may come with: it is written down only where they may and the form is
    /// theirs.
    Bringer(AccessRight, fn(&PageRequest<'_>, &Admitted<'_>) -> Answered),
    /// Whoever has one of these rights: rows of which each is for part of the page. They are admitted by the first they have.
    HolderOfAny(&'static [AccessRight], fn(&PageRequest<'_>, &Admitted<'_>) -> Answered),
    /// The same, where they gave their password a short time ago.
    RecentHolderOfAny(&'static [AccessRight], fn(&PageRequest<'_>, &Admitted<'_>) -> Answered),
}

/// An address, and who answers what is asked there.
pub(super) struct Route {
    /// The path; a part in braces stands for anything.
    pub(super) path: &'static str,
    /// Who answers GET and HEAD.
    pub(super) get: Option<RouteAnswer>,
    /// Who answers a form.
    pub(super) post: Option<RouteAnswer>,
    /// The forms in which all of it can be had as a file: each at the same path with its ending.
    pub(super) files: &'static [&'static str],
}

use RouteAnswer::{
    Anybody, Bringer, HalfSignedIn, Holder, HolderOfAny, Probe, Recent, RecentHolderOfAny, SignedIn as Own,
};

/// The rows of the audit log, the widest first.
const AUDIT: &[AccessRight] = &[AccessRight::AuditAll, AccessRight::AuditRegister, AccessRight::AuditRunning];

/// Who sees who looked at whom, the widest first.
const LOOKS: &[AccessRight] = &[AccessRight::AuditAll, AccessRight::AuditRegister];

/// Who changes accounts, the widest first.
const ACCOUNTS: &[AccessRight] = &[AccessRight::AccountsChange, AccessRight::AccountsOfReaders];

const fn get(path: &'static str, answer: RouteAnswer) -> Route {
    Route { path, get: Some(answer), post: None, files: &[] }
}

const fn post(path: &'static str, answer: RouteAnswer) -> Route {
    Route { path, get: None, post: Some(answer), files: &[] }
}

const fn both(path: &'static str, get: RouteAnswer, post: RouteAnswer) -> Route {
    Route { path, get: Some(get), post: Some(post), files: &[] }
}

/// A list, and all of it as a file in any form.
const fn list(path: &'static str, answer: RouteAnswer) -> Route {
    Route { path, get: Some(answer), post: None, files: &["csv", "xlsx", "json"] }
}

/// The table.
pub(super) static ROUTES: &[Route] = &[
    get("/health/live", Probe(health::live)),
    get("/health/ready", Probe(health::ready)),
    get("/assets/{file}", Anybody(home::asset)),
    Route {
        path: "/health",
        get: Some(Holder(AccessRight::HealthSee, health::get)),
        post: None,
        files: &["json"],
    },
    post("/health/check", Holder(AccessRight::HealthCheck, health::check)),
    list("/", Own(home::home)),
    list("/units", Holder(AccessRight::Figures, figures::units::get)),
    list("/courses", Holder(AccessRight::Figures, figures::courses::get)),
    get("/courses/{code}", Holder(AccessRight::Figures, figures::courses::one)),
    list("/forecast", Holder(AccessRight::Figures, figures::forecast::get)),
    list("/budget", Holder(AccessRight::Figures, figures::budget::get)),
    list("/review", Holder(AccessRight::Review, figures::review::get)),
    Route {
        path: "/worklist",
        get: Some(Holder(AccessRight::ImportsChange, worklist::get)),
        post: None,
        files: &["csv"],
    },
    get("/worklist/{kind}/{about}", Holder(AccessRight::ImportsChange, worklist::item::get)),
    post("/worklist/{kind}/{about}/take", Holder(AccessRight::ImportsChange, worklist::item::take)),
    post("/worklist/{kind}/{about}/give-back", Holder(AccessRight::ImportsChange, worklist::item::give_back)),
    post("/worklist/{kind}/{about}/comment", Holder(AccessRight::ImportsChange, worklist::item::comment)),
    post("/worklist/{kind}/{about}/close", Holder(AccessRight::ImportsChange, worklist::item::close)),
    post("/worklist/{kind}/{about}/reopen", Holder(AccessRight::ImportsChange, worklist::item::reopen)),
    list("/imports", Holder(AccessRight::ImportsSee, imports::get)),
    both(
        "/imports/new",
        Holder(AccessRight::ImportsChange, imports::bring::get),
        Bringer(AccessRight::ImportsChange, imports::bring::post),
    ),
    get("/imports/drafts/{id}", Holder(AccessRight::ImportsChange, imports::draft::get)),
    both(
        "/imports/drafts/{id}/columns",
        Holder(AccessRight::ImportsChange, imports::columns::get),
        Holder(AccessRight::ImportsChange, imports::columns::post),
    ),
    post("/imports/drafts/{id}/apply", Holder(AccessRight::ImportsChange, imports::decide::apply)),
    post("/imports/drafts/{id}/again", Holder(AccessRight::ImportsChange, imports::decide::again)),
    post("/imports/drafts/{id}/discard", Holder(AccessRight::ImportsChange, imports::decide::discard)),
    both(
        "/imports/{id}/undo",
        Holder(AccessRight::ImportsChange, imports::undo::get),
        Holder(AccessRight::ImportsChange, imports::undo::post),
    ),
    both(
        "/imports/{id}/rejected",
        Holder(AccessRight::ImportsChange, imports::rejected::get),
        Holder(AccessRight::ImportsChange, imports::rejected::post),
    ),
    get("/imports/{id}/rejected.csv", Holder(AccessRight::ImportsChange, imports::rejected::csv)),
    post("/imports/{id}/dismiss", Holder(AccessRight::ImportsChange, imports::rejected::dismiss)),
    list("/accounts", Holder(AccessRight::AccountsSee, accounts::get)),
    get("/accounts/new", HolderOfAny(ACCOUNTS, accounts::invite::get)),
    post("/accounts/invite", RecentHolderOfAny(ACCOUNTS, accounts::invite::post)),
    get("/accounts/{id}", Holder(AccessRight::AccountsSee, accounts::one::get)),
    post("/accounts/{id}/grant", RecentHolderOfAny(ACCOUNTS, accounts::change::grant)),
    post("/accounts/{id}/revoke", RecentHolderOfAny(ACCOUNTS, accounts::change::revoke)),
    post("/accounts/{id}/reset", RecentHolderOfAny(ACCOUNTS, accounts::change::reset)),
    post("/accounts/{id}/take-identity", RecentHolderOfAny(ACCOUNTS, accounts::change::take_identity)),
    post("/accounts/{id}/enable", RecentHolderOfAny(ACCOUNTS, accounts::change::enable)),
    post("/accounts/{id}/disable", RecentHolderOfAny(ACCOUNTS, accounts::change::disable)),
    post("/accounts/{id}/end-sign-ins", RecentHolderOfAny(ACCOUNTS, accounts::change::end_sign_ins)),
    list("/audit", HolderOfAny(AUDIT, audit::get)),
    list("/audit/looks", HolderOfAny(LOOKS, looks::get)),
    get("/imports/{id}", Holder(AccessRight::ImportsSee, imports::one)),
    list("/people", Holder(AccessRight::People, people::get)),
    both(
        "/people/exempt",
        Holder(AccessRight::ExemptionsChange, people::exempt_all::get),
        Holder(AccessRight::ExemptionsChange, people::exempt_all::post),
    ),
    post("/people/save-filter", Holder(AccessRight::People, people::save_filter::post)),
    get("/people/find", Holder(AccessRight::People, people::find::get)),
    get("/people/{id}", Holder(AccessRight::People, people::person)),
    get("/people/{id}/data", Holder(AccessRight::PersonExport, people::data::get)),
    get("/people/{id}/data.json", Holder(AccessRight::PersonExport, people::data::export)),
    post("/people/{id}/purge", RecentHolderOfAny(&[AccessRight::PersonPurge], people::data::purge)),
    get("/people/{id}/exemptions", Holder(AccessRight::ExemptionsChange, people::exempt::get)),
    post("/people/{id}/exempt", Holder(AccessRight::ExemptionsChange, people::exempt::add)),
    post("/people/{id}/end-exemption", Holder(AccessRight::ExemptionsChange, people::exempt::end)),
    list("/assurance", Holder(AccessRight::AssuranceRead, assurance::get)),
    both(
        "/assurance/answer",
        Holder(AccessRight::AssuranceRead, assurance::one),
        Holder(AccessRight::AssuranceAnswer, assurance::answer),
    ),
    Route {
        path: "/policy",
        get: Some(Holder(AccessRight::PolicyRead, policy::get)),
        post: None,
        files: &["toml", "json"],
    },
    both(
        "/policy/draft",
        Holder(AccessRight::PolicyPreview, policy_draft::get),
        Holder(AccessRight::PolicyPreview, policy_draft::preview),
    ),
    post("/policy/draft/save", Holder(AccessRight::PolicyPreview, policy_draft::save)),
    post("/policy/draft/discard", Holder(AccessRight::PolicyPreview, policy_draft::discard)),
    post(
        "/policy/draft/put-in-force",
        RecentHolderOfAny(&[AccessRight::PolicyPutInForce], policy_draft::put_in_force),
    ),
    get("/board", Holder(AccessRight::BoardRead, board::get)),
    get("/board/{month}", Holder(AccessRight::BoardRead, board::one)),
    post("/board/{month}/issue", Holder(AccessRight::BoardChange, board::issue)),
    post("/board/{month}/send-again", Holder(AccessRight::BoardChange, board::send_again)),
    get("/board/{month}/paper", Holder(AccessRight::BoardRead, board::paper)),
    list("/exemptions", Holder(AccessRight::ExemptionsSee, people::exemptions)),
    both("/sign-in", Anybody(sign_in::password::get), Anybody(sign_in::password::post)),
    both("/sign-in/code", HalfSignedIn(sign_in::code::get), HalfSignedIn(sign_in::code::post)),
    both("/sign-in/device", HalfSignedIn(sign_in::device::get), HalfSignedIn(sign_in::device::post)),
    both("/sign-in/again", Own(sign_in::again::get), Own(sign_in::again::post)),
    #[cfg(feature = "sso")]
    get("/sign-in/sso", Anybody(sign_in::sso::begin)),
    #[cfg(feature = "sso")]
    get("/sign-in/sso/again", Own(sign_in::sso::again)),
    #[cfg(feature = "sso")]
    get("/sign-in/sso/connect", Own(sign_in::sso::connect)),
    #[cfg(feature = "sso")]
    get("/sign-in/sso/done", Anybody(sign_in::sso::done)),
    #[cfg(feature = "sso")]
    get("/sign-out/sso", Anybody(sign_in::sso::way_out)),
    #[cfg(feature = "sso")]
    get("/l/{token}/sso", Anybody(sign_in::sso::invited)),
    post("/sign-out", HalfSignedIn(sign_in::password::sign_out)),
    both("/reset", Anybody(sign_in::reset::get), Anybody(sign_in::reset::post)),
    both("/l/{token}", Anybody(sign_in::link::get), Anybody(sign_in::link::post)),
    get("/parked/{id}", Own(parked::get)),
    get("/outbox", Holder(AccessRight::OutboxStates, outbox::get)),
    get("/outbox.csv", Holder(AccessRight::OutboxStates, outbox::csv)),
    get("/outbox.xlsx", Holder(AccessRight::OutboxStates, outbox::xlsx)),
    get("/outbox.json", Holder(AccessRight::OutboxStates, outbox::json)),
    post("/outbox/release", Holder(AccessRight::OutboxChange, outbox::change::release)),
    get("/outbox/{id}", Holder(AccessRight::OutboxStates, outbox::message::get)),
    get("/outbox/{id}/mail", Holder(AccessRight::OutboxWords, outbox::message::mail)),
    post("/outbox/{id}/cancel", Holder(AccessRight::OutboxChange, outbox::change::cancel)),
    post("/outbox/{id}/retry", Holder(AccessRight::OutboxRetry, outbox::change::retry)),
    get("/account", Own(account::get)),
    #[cfg(feature = "sso")]
    get(sign_in::sso::CONNECTING, Recent(sign_in::sso::work_account)),
    post("/account/password", Own(account::change_password)),
    both("/account/device", Recent(account::device), Recent(account::connect)),
    post("/account/device/remove", Recent(account::remove)),
    post("/account/codes", Recent(account::new_codes)),
    post("/account/sign-ins", Own(account::end_others)),
    post("/account/filters", Own(account::remove_filter)),
];

/// What there is only where people sign in with a password here: the page, and whether only its form is.
const OF_PASSWORDS: [(&str, bool); 10] = [
    ("/sign-in", true),
    ("/sign-in/again", true),
    ("/l/{token}", true),
    ("/reset", false),
    ("/sign-in/code", false),
    ("/sign-in/device", false),
    ("/account/password", false),
    ("/account/device", false),
    ("/account/device/remove", false),
    ("/account/codes", false),
];

impl Route {
    /// Whether what is asked is only there where people sign in with a password here.
    pub(super) fn is_of_passwords(&self, is_get: bool) -> bool {
        OF_PASSWORDS.iter().any(|(path, is_form)| *path == self.path && !(*is_form && is_get))
    }

    /// Its addresses: its own, and those of its files.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> + '_ {
        let files = self.files.iter().map(|form| format!("{}.{form}", self.path));
        std::iter::once(self.path.to_owned()).chain(files)
    }
}

/// The addresses that can be asked for.
pub(super) fn pages() -> Vec<String> {
    ROUTES.iter().filter(|route| route.get.is_some()).flat_map(Route::paths).collect()
}
