//! A code made into what a provider says of somebody: the token looked at, and what it lacks asked for.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AuthorizationCode, ClaimsVerificationError, Client, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, Nonce,
    OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, StandardErrorResponse, StandardTokenResponse,
    SubjectIdentifier, TokenResponse, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::claims::{ProvedIdentity, lacking};
use super::fault::{LineFault, ProviderFault};
use super::request::SignInRequest;

/// How far clocks may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// How a token may be signed.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// What a token says beyond the rest.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct FurtherClaims(HashMap<String, Value>);

impl AdditionalClaims for FurtherClaims {}

type ToldTokens = StandardTokenResponse<
    IdTokenFields<
        FurtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// The console as a client of a provider.
pub(super) type TokenClient = Client<
    FurtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    ToldTokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who somebody is by this code, which is used by it.
pub(super) fn redeem(
    client: &TokenClient,
    (request, code): (&SignInRequest, &str),
    wanted: &[&str],
    ask: &impl Fn(HttpRequest) -> Result<HttpResponse, LineFault>,
    now: DateTime<Utc>,
) -> Result<ProvedIdentity, ProviderFault> {
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|_| ProviderFault::Unsound("it gives no tokens".to_owned()))?
        .set_pkce_verifier(PkceCodeVerifier::new(request.verifier.clone()))
        .request(ask)
        .map_err(not_redeemed)?;
    let token = tokens.id_token().ok_or(ProviderFault::refused("there is no token of who it is"))?;
    let began_at = request.is_again().then_some(request.began_at);
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNED_BY)
        // Others are told below by who it was made for.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |at| is_past(at, now))
        .set_auth_time_verifier_fn(move |at| is_fresh(at, began_at));
    let claims =
        token.claims(&verifier, &Nonce::new(request.nonce.clone())).map_err(|error| unsound(&error))?;
    let made_for = claims.authorized_party().map(|party| party.as_str());
    let own = client.client_id().as_str();
    if made_for.is_some_and(|party| party != own) || (made_for.is_none() && claims.audiences().len() > 1) {
        return Err(ProviderFault::refused("the token was made for somebody else"));
    }
    let subject = claims.subject().to_string();
    let mut told = as_map(claims)?;
    if told.get("nbf").and_then(Value::as_i64).is_some_and(|from| from > (now + SKEW).timestamp()) {
        return Err(ProviderFault::refused("the token does not hold yet"));
    }
    let lacks = lacking(&told, wanted);
    let mut untold = None;
    if !lacks.is_empty() && client.user_info_url().is_some() {
        match userinfo(client, tokens.access_token().clone(), &subject, ask) {
            Ok(more) => {
                told.extend(more.into_iter().filter(|(claim, _)| lacks.contains(&claim.as_str())));
            }
            // Whoever is known already, or whose token holds enough, needs none of it.
            Err(fault @ ProviderFault::Unreachable(_)) => untold = Some(fault),
            Err(fault) => return Err(fault),
        }
    }
    let issuer = claims.issuer().to_string();
    Ok(ProvedIdentity { issuer, subject, claims: told, untold })
}

fn is_past(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    if at > now + SKEW { Err("it was made in the future".to_owned()) } else { Ok(()) }
}

/// Whether somebody proved who they are after they were asked to, where they were.
fn is_fresh(proved_at: Option<DateTime<Utc>>, asked_at: Option<DateTime<Utc>>) -> Result<(), String> {
    match (asked_at, proved_at) {
        (None, _) => Ok(()),
        (Some(asked_at), Some(at)) if at >= asked_at - SKEW => Ok(()),
        (Some(_), _) => Err("nobody proved anew who they are".to_owned()),
    }
}

/// What the provider says of somebody beyond their token.
fn userinfo(
    client: &TokenClient,
    access: AccessToken,
    subject: &str,
    ask: &impl Fn(HttpRequest) -> Result<HttpResponse, LineFault>,
) -> Result<Map<String, Value>, ProviderFault> {
    let told: UserInfoClaims<FurtherClaims, CoreGenderClaim> = client
        .user_info(access, Some(SubjectIdentifier::new(subject.to_owned())))
        .map_err(|_| ProviderFault::Unsound("it tells nothing of anybody".to_owned()))?
        .request(ask)
        .map_err(|error| match error {
            UserInfoError::Request(fault) => ProviderFault::Unreachable(fault.to_string()),
            UserInfoError::ClaimsVerification(error) => unsound(&error),
            UserInfoError::Response(status, ..) => ProviderFault::Unreachable(format!(
                "what it tells of somebody came with status {}",
                status.as_u16()
            )),
            _ => ProviderFault::refused("what it tells of somebody can't be read"),
        })?;
    as_map(&told)
}

fn as_map(claims: &impl Serialize) -> Result<Map<String, Value>, ProviderFault> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(ProviderFault::refused("what it says of somebody can't be read")),
    }
}

/// Why no token was had: without what the provider says about whom.
fn not_redeemed(
    error: RequestTokenError<LineFault, StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderFault {
    match error {
        RequestTokenError::Request(fault) => ProviderFault::Unreachable(fault.to_string()),
        RequestTokenError::ServerResponse(said) => {
            ProviderFault::Refused(format!("the provider says {}", said.error().as_ref()))
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            ProviderFault::refused("the provider's tokens can't be read")
        }
    }
}

/// What is wrong with a token: never whose it is.
fn unsound(error: &ClaimsVerificationError) -> ProviderFault {
    let why = match error {
        ClaimsVerificationError::Expired(_) => "the token is of another time",
        ClaimsVerificationError::InvalidAudience(_) => "the token is for somebody else",
        ClaimsVerificationError::InvalidAuthTime(_) => {
            "nobody proved anew who they are, or the provider does not say when"
        }
        ClaimsVerificationError::InvalidIssuer(_) => "the token is of another provider",
        ClaimsVerificationError::InvalidNonce(_) => "the token answers another request",
        ClaimsVerificationError::InvalidSubject(_) => "what else is told is of somebody else",
        ClaimsVerificationError::SignatureVerification(_) => {
            "the token is not signed as it must be by a key of the provider"
        }
        _ => "the token is none that can be used",
    };
    ProviderFault::refused(why)
}
