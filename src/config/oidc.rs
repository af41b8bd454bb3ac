//! `[web.oidc]`: signing in to the console at an identity provider (spec 8.3, 8.16).

use std::path::Path;

use super::Secret;
use super::mail::{is_loopback, secret_file};
use crate::toml_file::TableSection;

/// How people sign in at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// The provider, exactly as it names itself.
    pub issuer: String,
    /// As what the console is known there.
    pub client_id: String,
    /// What proves that, from `client_secret_file`.
    pub client_secret: Secret,
    /// What the link of the sign-in page says. Default "Sign in with your work account".
    pub button: String,
    /// What is asked for. Default `openid`, `profile` and `email`.
    pub scopes: Vec<String>,
    /// The claim by which an account is found at somebody's first sign-in, `match`: it holds an email address, or an employee
    /// number. Default `email`.
    pub match_claim: String,
    /// Whether what the claim holds is believed where the provider does not say that it looked. Default: no.
    pub trust_email: bool,
    /// Who gets an account at their first sign-in. Default: nobody.
    pub provision: OidcProvision,
    /// The claim that lists somebody's groups. Default `groups`.
    pub groups_claim: String,
    /// The ways of proving oneself of which the provider must name one; any will do where there are none.
    pub require_amr: Vec<String>,
    /// What groups may do.
    pub roles: Vec<OidcRole>,
}

/// Who gets an account at their first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OidcProvision {
    /// Nobody: accounts are made by hand.
    Nobody,
    /// Whoever is in post, for themselves.
    Staff,
}

/// What a group may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcRole {
    /// The group, as the claim has it.
    pub group: String,
    /// The role's name.
    pub role: String,
    /// The organisation's code; `None` for all.
    pub organisation: Option<String>,
    /// Whom there, as grants write it: nothing, `reports` or `unit:PATTERN`.
    pub scope: String,
}

/// The roles that can be granted.
const ROLES: [&str; 5] = ["operator", "hr", "manager", "board", "auditor"];
/// The parts of an issuer that let in people of any organisation.
const ANYBODY: [&str; 3] = ["common", "organizations", "consumers"];

/// `None` where there is no such table, or a fault was noted.
pub(super) fn read(web: &TableSection<'_>, folder: &Path, has_address: bool) -> Option<OidcSettings> {
    let section = web.table("oidc", "[web.oidc]")?;
    if !cfg!(feature = "sso") {
        web.fault(
            "oidc",
            "this build has no single sign-on: take a package of refresher, or build it with `--features sso`, or remove \
             [web.oidc]",
        );
        // What else is wrong there is no matter.
        return None;
    }
    if !has_address {
        web.missing("public_url", "\"https://refresher.example.org\"");
    }
    let issuer = read_issuer(&section);
    let client_id = section.text("client_id");
    section.missing("client_id", "\"...\", as the provider names the console");
    let secret = section.text("client_secret_file");
    section.missing("client_secret_file", "\"client-secret\"");
    let secret = secret.and_then(|file| {
        secret_file(&section, "client_secret_file", &folder.join(file), "the client secret")
    });
    let button = section.text("button").unwrap_or_else(|| "Sign in with your work account".to_owned());
    let texts = |key| section.texts(key).map(|texts| texts.into_iter().map(|text| text.value).collect());
    let scopes: Vec<String> =
        texts("scopes").unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).to_vec());
    if !scopes.iter().any(|scope| scope == "openid") {
        section.fault(
            "scopes",
            "`scopes` needs \"openid\": without it the provider says of nobody who they are",
        );
    }
    let (match_claim, trust_email) = read_match(&section);
    let choices = [("nobody", OidcProvision::Nobody), ("staff", OidcProvision::Staff)];
    let provision = section.choice("provision", &choices).unwrap_or(OidcProvision::Nobody);
    let groups_claim = section.text("groups_claim").unwrap_or_else(|| "groups".to_owned());
    let require_amr = section.one_or_more_texts("require_amr").unwrap_or_default();
    if section.is_empty_list("require_amr") {
        section.fault(
            "require_amr",
            "`require_amr` is an empty list: name a way, such as \"mfa\", or remove it",
        );
    }
    let roles = read_roles(&section);
    section.finish();
    Some(OidcSettings {
        issuer: issuer?,
        client_id: client_id?,
        client_secret: Secret(secret?),
        button,
        scopes,
        match_claim,
        trust_email,
        provision,
        groups_claim,
        require_amr,
        roles,
    })
}

/// The claim by which accounts are found, and whether it is believed whatever the provider says of it.
fn read_match(section: &TableSection<'_>) -> (String, bool) {
    let match_claim = section.text("match").unwrap_or_else(|| "email".to_owned());
    let trust_email = section.boolean("trust_email").unwrap_or(false);
    if match_claim != "email" && !trust_email && !section.has("trust_email") {
        section.fault(
            "match",
            format!(
                "`match` is \"{match_claim}\", of which no provider says that it was verified: write trust_email = true where \
                 nobody can change it there themselves, or match by \"email\""
            ),
        );
    }
    (match_claim, trust_email)
}

fn read_issuer(section: &TableSection<'_>) -> Option<String> {
    section.missing("issuer", "\"https://login.microsoftonline.com/TENANT/v2.0\"");
    let wanted = "the address of the provider as it names itself, beginning with https://, or with http:// on this machine";
    let issuer = section.parsed("issuer", wanted, |text| is_issuer(text).then(|| text.to_owned()))?;
    if let Some(anybody) = ANYBODY.iter().find(|part| issuer.split('/').any(|step| step == **part)) {
        section.fault(
            "issuer",
            format!(
                "`issuer` has \"{anybody}\", which lets in people of any organisation: write the number of your own tenant \
                 in its place"
            ),
        );
        return None;
    }
    Some(issuer)
}

/// Whether this is an address of the web without a query: by https, but on this machine.
fn is_issuer(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"?#@\\\"<>".contains(c);
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    !name.is_empty()
        && text.chars().all(is_plain)
        && (scheme == "https" || (scheme == "http" && is_loopback(name)))
}

fn read_roles(section: &TableSection<'_>) -> Vec<OidcRole> {
    let roles = section.tables("role", "a role of [web.oidc]");
    roles
        .into_iter()
        .filter_map(|own| {
            let group = own.text("group");
            own.missing("group", "\"...\", as the claim has it");
            own.missing("role", "\"manager\"");
            let choices = ROLES.map(|role| (role, role));
            let role = own.choice("role", &choices);
            let organisation = own.text("organisation");
            own.missing("organisation", "\"RXX\", or \"*\" for all");
            let wanted = "\"reports\" or \"unit:PATTERN\"";
            let scope = own.parsed("scope", wanted, |text| {
                let unit = text.strip_prefix("unit:").is_some_and(|unit| !unit.trim().is_empty());
                (text == "reports" || unit).then(|| text.to_owned())
            });
            if own.has("scope") && role.is_some_and(|role| role != "manager") {
                own.fault("scope", "only a manager is for some of the people: remove `scope`");
            }
            own.finish();
            Some(OidcRole {
                group: group?,
                role: role?.to_owned(),
                organisation: organisation.map(|code| (code != "*").then_some(code))?,
                scope: scope.unwrap_or_default(),
            })
        })
        .collect()
}
