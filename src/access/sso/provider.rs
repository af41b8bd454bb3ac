//! A provider: what it says of itself, where to send a browser, and what its answer is worth.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType,
    CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndSessionUrl,
    HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadata, RedirectUrl, Scope,
};
use serde::{Deserialize, Serialize};

use super::claims::ProvedIdentity;
use super::fault::{LineFault, ProviderFault};
use super::request::{BroughtAnswer, RequestPurpose, SignInRequest};
use super::tokens::{self, TokenClient};

/// So long what a provider says of itself is not asked for again.
const KEPT: TimeDelta = TimeDelta::minutes(5);
/// So long one that can't be reached is not tried again: whoever waits for it waits once.
const TRIED: TimeDelta = TimeDelta::seconds(10);

/// What goes to a provider.
pub(crate) type ProviderRequest = HttpRequest;
/// What it answers.
pub(crate) type ProviderResponse = HttpResponse;
/// Asks a provider something, within a time and of a size.
pub(crate) type ProviderLine = fn(ProviderRequest) -> Result<ProviderResponse, LineFault>;

/// As what the console is known to a provider.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ClientSettings {
    /// The provider, exactly as it names itself.
    pub(crate) issuer: String,
    /// The console's name there.
    pub(crate) client_id: String,
    /// What proves it.
    pub(crate) client_secret: String,
    /// What is asked for.
    pub(crate) scopes: Vec<String>,
}

/// A provider, with what it said of itself last.
pub(crate) struct IdentityProvider {
    settings: ClientSettings,
    line: ProviderLine,
    said: Mutex<Option<SaidOfItself>>,
}

struct SaidOfItself {
    at: DateTime<Utc>,
    said: Result<Arc<SelfDescription>, ProviderFault>,
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityProvider({})", self.settings.issuer)
    }
}

/// What a provider says of itself beyond the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct FurtherMetadata {
    /// Where browsers go to be signed out there.
    end_session_endpoint: Option<EndSessionUrl>,
    /// Whether its answers say whose they are (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for FurtherMetadata {}

type SelfDescription = ProviderMetadata<
    FurtherMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

impl IdentityProvider {
    /// The provider that the console is known to so. It is asked nothing yet: it may be down.
    pub(crate) fn new(settings: ClientSettings, line: ProviderLine) -> Self {
        Self { settings, line, said: Mutex::default() }
    }

    /// Where to send a browser that comes back to an address of ours and goes `to` a page then, and what it keeps meanwhile.
    pub(crate) fn begin(
        &self,
        purpose: RequestPurpose,
        (to, comes_back_to): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<(SignInRequest, String), ProviderFault> {
        let request = SignInRequest::new(purpose, (to, comes_back_to), now)?;
        let client = self.client(self.described(now)?.as_ref(), &request)?;
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(request.verifier.clone()));
        let (state, nonce) = (CsrfToken::new(request.state.clone()), Nonce::new(request.nonce.clone()));
        let mut asking = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .set_pkce_challenge(challenge)
            // `openid` is asked for by itself.
            .add_scopes(
                self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new),
            );
        if request.is_again() {
            asking = asking.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let (address, _, _) = asking.url();
        self.allow(address.as_str())?;
        Ok((request, address.into()))
    }

    /// Who somebody is by what their browser brought back, with these claims where the provider has them.
    pub(crate) fn finish(
        &self,
        request: &SignInRequest,
        brought: &BroughtAnswer<'_>,
        wanted: &[&str],
        now: DateTime<Utc>,
    ) -> Result<ProvedIdentity, ProviderFault> {
        request.is_answered_by(brought)?;
        let described = self.described(now)?;
        let says_whose = described.additional_metadata().authorization_response_iss_parameter_supported;
        if (says_whose || !brought.issuer.is_empty()) && brought.issuer != self.settings.issuer {
            return Err(ProviderFault::refused("it does not say that it is this provider's"));
        }
        if !brought.error.is_empty() {
            let code: String =
                brought.error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
            return Err(ProviderFault::Refused(format!("the provider says {code}")));
        }
        if brought.code.is_empty() {
            return Err(ProviderFault::refused("it holds no code"));
        }
        let client = self.client(&described, request)?;
        let ask = |request: HttpRequest| self.ask(request);
        tokens::redeem(&client, (request, brought.code), wanted, &ask, now)
    }

    /// Where browsers go to be signed out there; `None` where there is no such place.
    pub(crate) fn way_out(&self, now: DateTime<Utc>) -> Result<Option<String>, ProviderFault> {
        let described = self.described(now)?;
        let Some(place) = described.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        self.allow(place.url().as_str())?;
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(Some(LogoutRequest::from(place).set_client_id(id).http_get_url().into()))
    }

    /// Whether it can be asked, and says of itself what it should.
    pub(crate) fn look(&self, now: DateTime<Utc>) -> Result<(), ProviderFault> {
        let described = self.described(now)?;
        self.allow(described.authorization_endpoint().as_str())?;
        if described.jwks().keys().is_empty() {
            return Err(ProviderFault::Unsound("it has no keys".to_owned()));
        }
        described.token_endpoint().map(|_| ()).ok_or(ProviderFault::Unsound("it gives no tokens".to_owned()))
    }

    /// What it says of itself, with its keys: as it said it a short time ago, or asked for. One asks at a time.
    fn described(&self, now: DateTime<Utc>) -> Result<Arc<SelfDescription>, ProviderFault> {
        // What a panic left behind is right enough.
        let mut kept = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(SaidOfItself { at, said }) = &*kept {
            let age = now - *at;
            let holds = if said.is_ok() { KEPT } else { TRIED };
            if age >= TimeDelta::zero() && age < holds {
                return said.clone();
            }
        }
        let said = self.discovered().map(Arc::new);
        *kept = Some(SaidOfItself { at: now, said: said.clone() });
        said
    }

    fn discovered(&self) -> Result<SelfDescription, ProviderFault> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone())
            .map_err(|_| ProviderFault::Unsound("its address is none".to_owned()))?;
        let ask = |request: HttpRequest| self.ask(request);
        SelfDescription::discover(&issuer, &ask).map_err(|error| match error {
            DiscoveryError::Request(fault) => ProviderFault::Unreachable(fault.to_string()),
            DiscoveryError::Response(status, ..) => {
                ProviderFault::Unreachable(format!("it answered with status {}", status.as_u16()))
            }
            DiscoveryError::Validation(why) => ProviderFault::Unsound(why),
            _ => ProviderFault::Unsound("its description can't be read".to_owned()),
        })
    }

    fn client(
        &self,
        described: &SelfDescription,
        request: &SignInRequest,
    ) -> Result<TokenClient, ProviderFault> {
        let back = RedirectUrl::new(request.comes_back_to.clone())
            .map_err(|_| ProviderFault::Unsound("the console's own address is none".to_owned()))?;
        let ways = described.token_endpoint_auth_methods_supported();
        let in_body = ways.is_some_and(|ways| !ways.contains(&CoreClientAuthMethod::ClientSecretBasic));
        Ok(TokenClient::from_provider_metadata(
            described.clone(),
            ClientId::new(self.settings.client_id.clone()),
            Some(ClientSecret::new(self.settings.client_secret.clone())),
        )
        .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
        .set_redirect_uri(back))
    }

    fn ask(&self, request: ProviderRequest) -> Result<ProviderResponse, LineFault> {
        self.allow(&request.uri().to_string()).map_err(|fault| LineFault(fault.to_string()))?;
        (self.line)(request)
    }

    /// Nothing goes in the clear between machines, wherever a provider says that it wants to be asked.
    fn allow(&self, address: &str) -> Result<(), ProviderFault> {
        let is_here = self.settings.issuer.starts_with("http://") && is_this_machine(address);
        match address.starts_with("https://") || is_here {
            true => Ok(()),
            false => Err(ProviderFault::Unsound("it names an address without https".to_owned())),
        }
    }
}

fn is_this_machine(address: &str) -> bool {
    let host = address.strip_prefix("http://").and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| {
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|here| host == *here || host.strip_prefix(here).is_some_and(|rest| rest.starts_with(':')))
    }) && !address.contains('@')
}
