use ring::signature::{ED25519, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

/// The mail of RFC 8463, appendix A.3, with the Ed25519 signature given there.
const RFC_8463: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
    d=football.example.com; i=@football.example.com;\r\n \
    q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
    subject : date : message-id : from : subject : date;\r\n \
    bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
    b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n \
    Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n\
    From: Joe SixPack <joe@football.example.com>\r\n\
    To: Suzie Q <suzie@shopping.example.net>\r\n\
    Subject: Is dinner ready?\r\n\
    Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
    Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n\
    Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
const BRISBANE: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// Made for this test, and used nowhere else.
const ED25519_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIK2nlq0q+Gj1D8uBjG4s+gltNcpCmGn59GzMx7j+tc2n\n-----END PRIVATE KEY-----\n";
const RSA_KEY: &str = include_str!("rsa.test.pem");

fn signer(key: &str) -> Result<Signer, DkimError> {
    let (domain, selector) = ("trust.example.org".to_owned(), "refresher".to_owned());
    Signer::new(DkimSettings { domain, selector, key: key.to_owned() })
}

/// The value of a tag, without the space that folding put into it.
fn tag(signature: &str, name: &str) -> String {
    let tags = signature.split(';').filter_map(|tag| tag.split_once('='));
    let value = tags.into_iter().find(|(known, _)| known.trim() == name).unwrap().1;
    value.split_whitespace().collect()
}

/// Whether the first header of `mail` is a signature that `verifies` over the rest.
fn verifies(mail: &str, verify: impl Fn(&str, &[u8]) -> bool) -> bool {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let mut fields = fields(head);
    let signature = fields.remove(0);
    assert_eq!(signature.name, "dkim-signature");
    let hash = STANDARD.encode(digest(&SHA256, relaxed_body(body).as_bytes()));
    let names = tag(&signature.value, "h");
    let names: Vec<&str> = names.split(':').collect();
    let (unsigned, _) = signature.value.rsplit_once("b=").unwrap();
    let text = signed_text(&fields, &names, &format!("DKIM-Signature:{unsigned}b="));
    let signed = STANDARD.decode(tag(&signature.value, "b")).unwrap();
    hash == tag(&signature.value, "bh") && verify(&text, &signed)
}

fn with_ed25519(public: &[u8]) -> impl Fn(&str, &[u8]) -> bool + use<> {
    let key = UnparsedPublicKey::new(&ED25519, public.to_vec());
    move |text, signed| key.verify(digest(&SHA256, text.as_bytes()).as_ref(), signed).is_ok()
}

#[test]
fn the_published_example_verifies_and_no_longer_once_it_is_changed() {
    let verify = with_ed25519(&STANDARD.decode(BRISBANE).unwrap());
    assert!(verifies(RFC_8463, &verify));
    assert!(verifies(&RFC_8463.replace("game.  Are", "game. Are"), &verify), "runs of space count as one");
    for (from, to) in [("We lost", "We won"), ("Is dinner", "Was dinner"), ("SixPack", "Six")] {
        assert!(!verifies(&RFC_8463.replace(from, to), &verify), "{to}");
    }
}

const MAIL: &str = "From: Exampleshire <training@trust.example.org>\r\nTo: ada@example.org\r\n\
    Subject: =?utf-8?b?w4k=?=\r\n =?utf-8?b?w4k=?=\r\nMessage-ID: <1@trust.example.org>\r\nX-Other: not signed\r\n\r\n\
    Dear Ada,  \r\n\r\n.dot\r\n\t tab \r\n\r\n\r\n";

#[test]
fn a_mail_is_signed_so_that_it_verifies_and_the_same_each_time() {
    let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let ed25519 = signer(ED25519_KEY).unwrap();
    let rsa = signer(RSA_KEY).unwrap();
    for signer in [ed25519, rsa] {
        let header = signer.header(MAIL, at).unwrap();
        assert_eq!(header, signer.header(MAIL, at).unwrap());
        let signed = format!("{header}{MAIL}");
        let verify = |text: &str, signed: &[u8]| match &signer.key {
            SigningKey::Ed25519(key) => with_ed25519(key.public_key().as_ref())(text, signed),
            SigningKey::Rsa(key) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())
                    .verify(text.as_bytes(), signed)
                    .is_ok()
            }
        };
        assert!(verifies(&signed, verify), "{signed}");
        let spoilt = [
            ("Dear Ada", "Dear Bob"),
            ("1@trust", "2@trust"),
            ("\r\nTo: ", "\r\nFrom: other@example.org\r\nTo: "),
        ];
        for (from, to) in spoilt {
            assert!(!verifies(&signed.replace(from, to), verify), "{to}");
        }
        assert!(header.lines().all(|line| line.len() <= 78), "{header}");
        assert!(header.contains("h=from:\r\n from:\r\n to:\r\n subject:\r\n message-id;"), "{header}");
    }
}

#[test]
fn a_body_in_relaxed_form_has_no_empty_lines_at_its_end() {
    for (body, relaxed) in [
        ("", ""),
        ("\r\n", ""),
        ("\r\n\r\n \r\n", ""),
        ("a", "a\r\n"),
        (" a \t b \r\n\r\n\r\n", " a b\r\n"),
        ("a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
    ] {
        assert_eq!(relaxed_body(body), relaxed, "{body:?}");
    }
}

#[test]
fn a_key_that_can_not_be_used_is_told_and_never_shown() {
    let short = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1h\n-----END PRIVATE KEY-----\n";
    let certificate = ED25519_KEY.replace("PRIVATE KEY", "CERTIFICATE");
    for key in ["", "no PEM at all", short, &certificate] {
        let told = signer(key).unwrap_err().to_string();
        assert!(told.contains("smtp.dkim_key_file") && told.contains("openssl"), "{told}");
        assert!(!told.contains("MC4C"), "{told}");
    }
    assert!(!format!("{:?}", signer(ED25519_KEY).unwrap()).contains("MC4C"));
}
