//! What a provider says of somebody, read. Pure.

use serde_json::{Map, Value};

use super::fault::ProviderFault;
use crate::access::AccountIdentity;

/// Somebody whom a provider vouches for.
#[derive(Clone, PartialEq)]
pub(crate) struct ProvedIdentity {
    /// The provider.
    pub(crate) issuer: String,
    /// The number by which it knows them for good.
    pub(crate) subject: String,
    /// What else it says of them.
    pub(super) claims: Map<String, Value>,
    /// Why it was not told what the token lacks; `None` where it was, or the token lacks nothing.
    pub(crate) untold: Option<ProviderFault>,
}

/// What a provider says of somebody's groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GroupsTold {
    /// They are in these, and no other.
    Listed(Vec<String>),
    /// It does not say.
    Untold,
}

impl AccountIdentity {
    /// Who the provider says that somebody is.
    pub(crate) fn of(proved: &ProvedIdentity) -> Self {
        Self { issuer: proved.issuer.clone(), subject: proved.subject.clone() }
    }
}

impl ProvedIdentity {
    /// The words that a claim holds, without space around them; `None` where it holds none.
    pub(crate) fn words(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str().map(str::trim).filter(|words| !words.is_empty())
    }

    /// Whether the provider says that it looked whether the address is theirs.
    pub(crate) fn has_verified_email(&self) -> bool {
        match self.claims.get("email_verified") {
            Some(Value::Bool(is_verified)) => *is_verified,
            Some(Value::String(words)) => words == "true",
            _ => false,
        }
    }

    /// Whether they proved themselves in one of these ways; in any will do where none is named.
    pub(crate) fn proved_by(&self, ways: &[String]) -> bool {
        let named = list(self.claims.get("amr")).unwrap_or_default();
        ways.is_empty() || ways.iter().any(|way| named.contains(way))
    }

    /// Their groups. Of somebody who is in more than a token holds, Entra says where to ask instead.
    pub(crate) fn groups(&self, claim: &str) -> GroupsTold {
        if points_elsewhere(&self.claims, claim) {
            return GroupsTold::Untold;
        }
        list(self.claims.get(claim)).map_or(GroupsTold::Untold, GroupsTold::Listed)
    }
}

/// Which of these claims a token lacks, and does not say where else to ask for.
pub(super) fn lacking<'a>(claims: &Map<String, Value>, wanted: &[&'a str]) -> Vec<&'a str> {
    let lacks =
        |claim: &&&str| claims.get(**claim).is_none_or(Value::is_null) && !points_elsewhere(claims, claim);
    wanted.iter().filter(lacks).copied().collect()
}

fn points_elsewhere(claims: &Map<String, Value>, claim: &str) -> bool {
    let is_named =
        claims.get("_claim_names").and_then(Value::as_object).is_some_and(|names| names.contains_key(claim));
    let has_groups = claims.get("hasgroups").is_some_and(|has| *has == Value::Bool(true) || *has == "true");
    is_named || (claim == "groups" && has_groups)
}

/// The texts of a list, or of one text; `None` where it is neither.
fn list(claim: Option<&Value>) -> Option<Vec<String>> {
    match claim? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(each) => each.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn identity(claims: Value) -> ProvedIdentity {
        let claims = claims.as_object().unwrap().clone();
        let [issuer, subject] = ["https://id.example.org", "1"].map(str::to_owned);
        ProvedIdentity { issuer, subject, claims, untold: None }
    }

    #[test]
    fn groups_are_told_by_a_list_alone_and_never_by_where_else_to_ask() {
        let listed =
            |groups: &[&str]| GroupsTold::Listed(groups.iter().map(|&group| group.to_owned()).collect());
        for (claims, told) in [
            (json!({ "groups": ["a", "b"] }), listed(&["a", "b"])),
            (json!({ "groups": [] }), listed(&[])),
            (json!({ "groups": "a" }), listed(&["a"])),
            (json!({}), GroupsTold::Untold),
            (json!({ "groups": null }), GroupsTold::Untold),
            (json!({ "groups": [1] }), GroupsTold::Untold),
            (json!({ "groups": { "a": true } }), GroupsTold::Untold),
            (json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": {} }), GroupsTold::Untold),
            (json!({ "groups": ["a"], "_claim_names": { "groups": "src1" } }), GroupsTold::Untold),
            (json!({ "hasgroups": true }), GroupsTold::Untold),
            (json!({ "groups": ["a"], "hasgroups": "true" }), GroupsTold::Untold),
            (json!({ "groups": ["a"], "_claim_names": { "other": "src1" } }), listed(&["a"])),
        ] {
            assert_eq!(identity(claims.clone()).groups("groups"), told, "{claims}");
        }
        assert_eq!(identity(json!({ "roles": ["x"], "hasgroups": true })).groups("roles"), listed(&["x"]));
    }

    #[test]
    fn an_address_is_verified_where_the_provider_says_so_and_nowhere_else() {
        for (claim, is_verified) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("yes"), false),
            (json!(1), false),
            (json!(null), false),
        ] {
            assert_eq!(
                identity(json!({ "email_verified": claim })).has_verified_email(),
                is_verified,
                "{claim}"
            );
        }
        assert!(!identity(json!({})).has_verified_email());
    }

    #[test]
    fn a_way_that_must_be_named_is_named() {
        let ways = ["mfa", "N3_SMARTCARD"].map(str::to_owned);
        for (amr, proved) in [
            (json!(["pwd", "mfa"]), true),
            (json!("N3_SMARTCARD"), true),
            (json!(["pwd"]), false),
            (json!([]), false),
            (json!(null), false),
        ] {
            let somebody = identity(json!({ "amr": amr }));
            assert_eq!(somebody.proved_by(&ways), proved, "{amr}");
            assert!(somebody.proved_by(&[]), "{amr}");
        }
    }

    #[test]
    fn userinfo_is_asked_for_what_a_token_lacks_and_does_not_point_elsewhere_for() {
        let claims = json!({ "email": "a@example.org", "name": null, "_claim_names": { "groups": "src1" } });
        let claims = claims.as_object().unwrap();
        assert_eq!(lacking(claims, &["email", "name", "groups", "number"]), ["name", "number"]);
    }
}
