//! An identity provider on this machine: what a real one says, and what a hostile one would.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};

/// What proves to it that the console is the console.
pub const SECRET: &str = "between the two of us";
/// What it calls the console.
pub const CLIENT: &str = "refresher-console";

/// How it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    Own,
    /// `alg` is `none`, and nothing is signed.
    Nothing,
    /// HS256, with what everybody knows as the key.
    PublicKeyAsSecret,
    /// HS256, with the client's secret.
    ClientSecret,
    /// With another key that goes by the same name.
    SwappedKey,
    /// With its key by a name that it does not publish.
    UnknownName,
    /// With its key, and then something in the token is changed.
    ChangedAfterwards,
}

/// What it says.
#[derive(Debug, Clone)]
pub struct Said {
    /// The claims of the next tokens, over those it always has; one that is null is left out.
    pub claims: Value,
    pub signing: Signing,
    /// What userinfo answers.
    pub userinfo: Value,
    /// With which status.
    pub userinfo_status: u16,
    /// What its answers say whose they are; `None` where they do not say.
    pub answers_as: Option<String>,
    /// Over what it says of itself.
    pub description: Value,
    /// The status of every call.
    pub status: u16,
    /// Why nobody is sent back with a code; empty where they are.
    pub error: &'static str,
}

#[derive(Debug, Default)]
struct Kept {
    said: Option<Said>,
    now: DateTime<Utc>,
    codes: HashMap<String, HashMap<String, String>>,
    asked: Vec<String>,
}

/// One that listens on a free port.
pub struct IdentityProvider {
    pub address: SocketAddr,
    key: Arc<EcdsaKeyPair>,
    other: Arc<EcdsaKeyPair>,
    kept: Arc<Mutex<Kept>>,
}

fn new_key() -> Arc<EcdsaKeyPair> {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    Arc::new(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap())
}

impl IdentityProvider {
    /// One that knows Ann, and says what it should.
    pub fn start(now: DateTime<Utc>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept { now, ..Kept::default() }));
        let provider = Self { address, key: new_key(), other: new_key(), kept };
        provider.says(|_| {});
        let (key, other, kept) =
            (Arc::clone(&provider.key), Arc::clone(&provider.other), Arc::clone(&provider.kept));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = Self {
                    address,
                    key: Arc::clone(&key),
                    other: Arc::clone(&other),
                    kept: Arc::clone(&kept),
                };
                std::thread::spawn(move || serving.serve(stream.unwrap()));
            }
        });
        provider
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The settings of a console where people sign in here.
    pub fn settings(&self) -> String {
        format!(
            "[web.oidc]\nissuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret_file = \"client-secret\"\n\
             button = \"Sign in with Example\"\n",
            self.issuer()
        )
    }

    /// From now on it says what it should, but for this.
    pub fn says(&self, change: impl FnOnce(&mut Said)) {
        let mut said = Said {
            claims: json!({}),
            signing: Signing::Own,
            userinfo: json!({ "sub": "ann-1" }),
            userinfo_status: 200,
            answers_as: Some(self.issuer()),
            description: json!({}),
            status: 200,
            error: "",
        };
        change(&mut said);
        self.kept.lock().unwrap().said = Some(said);
    }

    /// The same, of somebody: these claims.
    pub fn says_of(&self, claims: Value) {
        self.says(|said| said.claims = claims);
    }

    /// It is so late there.
    pub fn is_at(&self, now: DateTime<Utc>) {
        self.kept.lock().unwrap().now = now;
    }

    /// How often it was asked for this path.
    pub fn was_asked(&self, path: &str) -> usize {
        self.kept.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// Signs somebody in who was sent here: where their browser is sent back to, at the console.
    pub fn signs_in(&self, sent_to: &str) -> String {
        let (place, query) = sent_to.split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.issuer()));
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let mut kept = self.kept.lock().unwrap();
        let code = format!("code{}", kept.codes.len());
        let mut back = form_urlencoded::Serializer::new(String::new());
        match kept.said.as_ref().unwrap().error {
            "" => back.append_pair("code", &code),
            error => back.append_pair("error", error).append_pair("error_description", "Ann was not let in"),
        };
        back.append_pair("state", &asked["state"]);
        if let Some(issuer) = &kept.said.as_ref().unwrap().answers_as {
            back.append_pair("iss", issuer);
        }
        let (_, path) = asked["redirect_uri"].split_once("//").unwrap();
        let path = &path[path.find('/').unwrap()..];
        let back = format!("{path}?{}", back.finish());
        kept.codes.insert(code, asked);
        back
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut asked = Vec::new();
        let (head, length) = loop {
            let mut some = [0; 4096];
            let read = stream.read(&mut some).unwrap_or(0);
            asked.extend(&some[..read]);
            let text = String::from_utf8_lossy(&asked).into_owned();
            if let Some(at) = text.find("\r\n\r\n") {
                let length = text
                    .to_lowercase()
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
                break (text[..at].to_owned(), at + 4 + length.unwrap_or(0));
            }
            if read == 0 {
                return;
            }
        };
        while asked.len() < length {
            let mut some = [0; 4096];
            let read = stream.read(&mut some).unwrap();
            asked.extend(&some[..read]);
        }
        let body = String::from_utf8(asked[head.len() + 4..].to_vec()).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let header = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| {
                line.to_lowercase().starts_with(name).then(|| line[name.len()..].trim().to_owned())
            })
        };
        let (status, answer) = self.answer(&path, &header("authorization:").unwrap_or_default(), &body);
        let answer = answer.to_string();
        let length = answer.len();
        let _ = write!(
            stream,
            "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{answer}"
        );
    }

    fn answer(&self, path: &str, authorization: &str, body: &str) -> (u16, Value) {
        let mut kept = self.kept.lock().unwrap();
        kept.asked.push(path.to_owned());
        let said = kept.said.clone().unwrap();
        let issuer = self.issuer();
        if said.status != 200 {
            return (said.status, json!({ "error": "server_error" }));
        }
        match path {
            "/.well-known/openid-configuration" => {
                let description = json!({
                    "issuer": issuer,
                    "authorization_endpoint": format!("{issuer}/authorize"),
                    "token_endpoint": format!("{issuer}/token"),
                    "userinfo_endpoint": format!("{issuer}/userinfo"),
                    "end_session_endpoint": format!("{issuer}/out"),
                    "jwks_uri": format!("{issuer}/keys"),
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
                    "authorization_response_iss_parameter_supported": said.answers_as.is_some(),
                });
                (200, over(description, &said.description))
            }
            "/keys" => (200, json!({ "keys": [public(&self.key)] })),
            "/token" => {
                let basic = STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+")));
                assert_eq!(authorization, format!("Basic {basic}"));
                let form: HashMap<String, String> =
                    form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                let Some(asked) = kept.codes.get(&form["code"]) else {
                    return (400, json!({ "error": "invalid_grant" }));
                };
                let digest = ring::digest::digest(&ring::digest::SHA256, form["code_verifier"].as_bytes());
                assert_eq!(URL_SAFE_NO_PAD.encode(digest), asked["code_challenge"]);
                assert_eq!(form["redirect_uri"], asked["redirect_uri"]);
                let token = self.token(&said, asked, kept.now);
                (200, json!({ "access_token": "access", "token_type": "Bearer", "id_token": token }))
            }
            "/userinfo" => {
                assert_eq!(authorization, "Bearer access");
                (said.userinfo_status, said.userinfo)
            }
            _ => (404, json!({})),
        }
    }

    fn token(&self, said: &Said, asked: &HashMap<String, String>, now: DateTime<Utc>) -> String {
        let claims = over(
            json!({
                "iss": self.issuer(),
                "sub": "ann-1",
                "aud": CLIENT,
                "iat": now.timestamp(),
                "exp": now.timestamp() + 300,
                "auth_time": now.timestamp(),
                "nonce": asked["nonce"],
                "email": "ann@example.org",
                "email_verified": true,
            }),
            &said.claims,
        );
        let (algorithm, name) = match said.signing {
            Signing::Nothing => ("none", "k1"),
            Signing::PublicKeyAsSecret | Signing::ClientSecret => ("HS256", "k1"),
            Signing::UnknownName => ("ES256", "k9"),
            _ => ("ES256", "k1"),
        };
        let header = json!({ "alg": algorithm, "kid": name, "typ": "JWT" });
        let [header, payload] = [&header, &claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let plain = format!("{header}.{payload}");
        let signed_by =
            |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), plain.as_bytes()).unwrap().as_ref().to_vec();
        let sealed_by = |secret: &[u8]| {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
            ring::hmac::sign(&key, plain.as_bytes()).as_ref().to_vec()
        };
        let signature = match said.signing {
            Signing::Nothing => Vec::new(),
            Signing::PublicKeyAsSecret => sealed_by(self.key.public_key().as_ref()),
            Signing::ClientSecret => sealed_by(SECRET.as_bytes()),
            Signing::SwappedKey => signed_by(&self.other),
            Signing::Own | Signing::UnknownName | Signing::ChangedAfterwards => signed_by(&self.key),
        };
        let signature = URL_SAFE_NO_PAD.encode(signature);
        match said.signing {
            Signing::ChangedAfterwards => {
                let changed = URL_SAFE_NO_PAD.encode(over(claims, &json!({ "sub": "bob-1" })).to_string());
                format!("{header}.{changed}.{signature}")
            }
            _ => format!("{plain}.{signature}"),
        }
    }
}

fn public(key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "k1",
        "x": part(&point[1..33]), "y": part(&point[33..65]),
    })
}

/// `base` with what `change` says: one that is null is left out.
fn over(base: Value, change: &Value) -> Value {
    let mut base: Map<String, Value> = base.as_object().unwrap().clone();
    for (key, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(base.remove(key)),
            value => drop(base.insert(key.clone(), value.clone())),
        }
    }
    Value::Object(base)
}
