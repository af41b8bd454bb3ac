//! What settings may say, where each may come from, and what is told of those that may not.

use super::*;
use crate::db::{IfOlder, Statements};
use crate::policy::Percent;

const LEAST: &str = "[organisation]\ncode = \"RXX\"\n";

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::parse(text, "refresher.toml", Path::new("home"), environment, &Overrides::default())
}

#[test]
fn the_default_settings_load_cleanly_and_mail_nobody() {
    let config = load(&default_settings(), &[]).unwrap();
    assert_eq!(config.warnings, [] as [&str; 0]);
    assert_eq!(config.smtp.transport, MailTransport::File(PathBuf::from("home/mail")));
    let least = load(LEAST, &[]).unwrap();
    assert_eq!(config.database, least.database);
    assert_eq!(config.policy, least.policy);
    assert_eq!(expressions(&config), expressions(&least));
    assert_eq!((config.web, config.retention, config.import), (least.web, least.retention, least.import));
    assert_eq!(config.smtp, least.smtp);
}

fn expressions(config: &Config) -> [String; 4] {
    let schedule = &config.schedule;
    [&schedule.reminders, &schedule.manager_digest, &schedule.board_summary, &schedule.backup]
        .map(ToString::to_string)
}

#[test]
fn only_the_organisations_code_is_needed_and_the_rest_has_defaults() {
    let config = load(LEAST, &[]).unwrap();
    assert_eq!(config.database, url_beside(Path::new("home"), DEFAULT_URL));
    assert_eq!(config.time_zone, Tz::Europe__London);
    assert_eq!((config.policy, config.inbox), (PathBuf::from("home/policy.toml"), None));
    assert_eq!((config.organisation.name.as_str(), config.organisation.kind), ("RXX", None));
    assert_eq!((config.smtp.per_minute, config.smtp.connections, config.smtp.per_day), (30, 3, 10_000));
    assert_eq!(config.schedule.board_summary.to_string(), "0 0 9 * * *");
    assert_eq!(config.web.listen.unwrap().to_string(), "127.0.0.1:8080");
    assert_eq!(config.retention.years, 6);
    assert_eq!(config.import.max_leavers, Percent(10_000_000));
    assert_eq!(config.warnings.len(), 1, "files instead of mail are warned about");
}

#[test]
fn how_the_engine_is_used_may_be_said_and_has_a_default_for_each_engine() {
    let engine = |text: &str| load(&format!("{text}\n{LEAST}"), &[]).unwrap().engine;
    let usual = engine("");
    assert_eq!(usual, EngineSettings { if_older: IfOlder::of_this_build(), statements: Statements::Kept });
    assert_eq!(engine("[engine]\nmigrate = true").if_older, IfOlder::Upgrade);
    assert_eq!(engine("[engine]\nmigrate = false").if_older, IfOlder::Fail);
    assert_eq!(engine("[engine]\nprepared = false").statements, Statements::Anew);
    assert_eq!(engine("[engine]\nprepared = true").statements, Statements::Kept);
    let given = load(LEAST, &[("REFRESHER_ENGINE_MIGRATE", "false")]).unwrap();
    assert_eq!(given.engine.if_older, IfOlder::Fail);
    for wrong in ["migrate = \"yes\"", "prepared = 1", "standby = true"] {
        assert!(load(&format!("[engine]\n{wrong}\n{LEAST}"), &[]).is_err(), "{wrong}");
    }
}

#[cfg_attr(feature = "postgres", ignore = "a database is at no path there")]
#[test]
fn paths_are_relative_to_the_folder_of_the_file() {
    let table = [
        ("sqlite:refresher.db", "sqlite:home/refresher.db"),
        ("sqlite:data/refresher.db", "sqlite:home/data/refresher.db"),
        ("sqlite://refresher.db", "sqlite:home/refresher.db"),
        ("sqlite:/var/lib/refresher.db", "sqlite:/var/lib/refresher.db"),
        ("sqlite:///var/lib/refresher.db", "sqlite:/var/lib/refresher.db"),
        ("refresher.db", "sqlite:home/refresher.db"),
        ("postgres://localhost/refresher", "postgres://localhost/refresher"),
    ];
    for (written, expected) in table {
        let config = load(&format!("database = \"{written}\"\ninbox = \"in\"\n{LEAST}"), &[]).unwrap();
        assert_eq!((config.database.as_str(), config.inbox), (expected, Some(PathBuf::from("home/in"))));
    }
}

#[test]
fn the_environment_wins_over_the_file_and_flags_over_both() {
    let text = "database = \"sqlite:file.db\"\n[organisation]\ncode = \"RXX\"\n[smtp]\nhost = \"smtp.example.org\"\n\
                from = \"file@example.org\"\n";
    let environment = [
        ("REFRESHER_DATABASE", "sqlite:variable.db"),
        ("REFRESHER_SMTP_FROM", "Training <variable@example.org>"),
        ("REFRESHER_SMTP_PER_MINUTE", "7"),
        ("REFRESHER_SMTP_USERNAME", "refresher"),
        ("REFRESHER_SMTP_PASSWORD", "hush"),
        ("REFRESHER_SMTP_HOST", "  "),
        ("REFRESHER_IMPORT_MAX_LEAVERS", "12.5"),
        ("REFRESHER_ORGANISATION_NAME", "Example"),
        ("REFRESHER_CONFIG", "elsewhere.toml"),
        ("PATH", "/bin"),
    ];
    let config = load(text, &environment).unwrap();
    assert_eq!(config.warnings, [] as [&str; 0]);
    assert_eq!(config.database, url_beside(Path::new("home"), "sqlite:variable.db"));
    assert_eq!(config.smtp.from.name.as_deref(), Some("Training"));
    assert_eq!(config.smtp.from.address.as_str(), "variable@example.org");
    assert_eq!((config.smtp.per_minute, config.import.max_leavers), (7, Percent(12_500_000)));
    assert_eq!(config.organisation.name, "Example");
    assert!(!format!("{config:?}").contains("hush"), "a secret is never shown");
    let MailTransport::Smtp(server) = config.smtp.transport else { panic!("a host means a server") };
    assert_eq!(
        (server.host.as_str(), server.port, server.security),
        ("smtp.example.org", 465, MailSecurity::Tls)
    );
    assert_eq!(server.sign_in.unwrap().1.reveal(), "hush");

    let overrides = Overrides { database: Some("sqlite:flag.db".to_owned()) };
    let config = Config::parse(text, "refresher.toml", Path::new("home"), [], &overrides).unwrap();
    assert_eq!(config.database, "sqlite:flag.db");
}

#[test]
fn an_unknown_variable_is_warned_about_and_an_unsound_one_refused_by_its_name() {
    let config = load(LEAST, &[("REFRESHER_SMTP_HOTS", "x"), ("REFRESHER_PORT", "tcp://x")]).unwrap();
    let told = config.warnings.join("\n");
    assert!(told.contains("REFRESHER_SMTP_HOTS: ") && told.contains("did you mean `host`?"), "{told}");
    assert!(told.contains("REFRESHER_PORT: "), "{told}");
    let error = load(LEAST, &[("REFRESHER_RETENTION_YEARS", "six")]).unwrap_err().to_string();
    assert_eq!(error, "REFRESHER_RETENTION_YEARS: `years` must be a whole number, and is a text");
}

#[test]
fn an_unsecured_connection_is_allowed_to_this_machine_only() {
    let table = [
        ("127.0.0.1", true),
        ("127.9.9.9", true),
        ("::1", true),
        ("[::1]", true),
        ("LocalHost", true),
        ("localhost.example.org", false),
        ("128.0.0.1", false),
        ("127.0.0.1.example.org", false),
        ("0.0.0.0", false),
        ("smtp.example.org", false),
    ];
    for (host, allowed) in table {
        let text =
            format!("{LEAST}[smtp]\nhost = \"{host}\"\nsecurity = \"none\"\nfrom = \"a@example.org\"\n");
        assert_eq!(load(&text, &[]).is_ok(), allowed, "{host}");
    }
}

#[test]
fn faulty_settings_are_refused_with_every_line_and_what_to_do() {
    let smtp = |lines: &str| format!("{LEAST}[smtp]\ntransport = \"smtp\"\n{lines}");
    let server = |lines: &str| smtp(&format!("host = \"h.test\"\nfrom = \"a@example.org\"\n{lines}"));
    let table = [
        String::new(),
        "organisation = \"RXX\"".to_owned(),
        "[organisation]\nname = \"Example\"\nkind = \"hospital\"\nsafeguarding_email = \"nobody\"".to_owned(),
        format!("databse = \"x\"\ntime_zone = \"Europe/Londn\"\n{LEAST}colour = \"red\"\n[colours]\n"),
        smtp(""),
        smtp("host = \"\"\nfrom = \"Example <a@b>\"\nport = 0\nsecurity = \"ssl\""),
        server("username = \"x\""),
        server("password = \"x\""),
        server("username = \"x\"\npassword = \"x\"\npassword_file = \"no-such-file\""),
        server("username = \"x\"\npassword_file = \"no-such-file\"\nca_file = \"no-such-ca\""),
        server("hello = \"refresher\""),
        server("per_minute = 0\nconnections = 0\nper_day = 0"),
        server("dkim_domain = \"example org\"\ndkim_key_file = \"no-such-key\""),
        server("dkim_domain = \"example.org\"\ndkim_selector = \"s\"\ndkim_key_file = \"no-such-key\""),
        format!(
            "{LEAST}[schedule]\nreminders = \"0 8 * * *\"\nmanager_digest = \"0 0 8 * * * 2026\"\nbackup = \"0 0 2 31 2 *\"\nsend = \"* * * * * *\""
        ),
        format!(
            "{LEAST}[[board]]\nrecipients = [\"a@example.org\",\n \"b\"]\n[[board]]\n[[board]]\nrecipients = []"
        ),
        format!("{LEAST}[web]\nlisten = \"8080\"\npublic_url = \"refresher.example.org\""),
        format!("{LEAST}[retention]\nyears = 0\n[import]\nmax_leavers = 101\nmax_rows = 0"),
    ];
    let told: Vec<String> =
        table.iter().map(|text| format!("{text}\n=>\n{}\n", load(text, &[]).unwrap_err())).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_name_to_greet_with_is_a_whole_host_name_or_an_address_in_brackets() {
    for (name, sound) in [
        ("refresher.example.org", true),
        ("a.b", true),
        ("[192.0.2.1]", true),
        ("[IPv6:2001:db8::1]", true),
        ("[ipv6:::1]", true),
        ("refresher", false),
        ("localhost", false),
        ("192.0.2.1", false),
        ("[192.0.2]", false),
        ("[2001:db8::1]", false),
        ("[refresher.example.org]", false),
        ("re_fresher.example.org", false),
        ("-a.example.org", false),
        ("a..example.org", false),
        (".example.org", false),
        ("a.example.org.", false),
        ("a.example.org x", false),
        ("a.example.org\r\nMAIL FROM:<x@y.test>", false),
        ("tr\u{fc}st.example.org", false),
        ("", false),
    ] {
        assert_eq!(greeting_name(name).is_some(), sound, "{name:?}");
    }
    let text = format!("{LEAST}[smtp]\nhost = \"h.test\"\nfrom = \"a@example.org\"\n");
    let config = load(&text, &[("REFRESHER_SMTP_HELLO", "r.example.org")]).unwrap();
    let MailTransport::Smtp(server) = config.smtp.transport else { panic!("a host means a server") };
    assert_eq!(server.hello.as_deref(), Some("r.example.org"));
}

#[test]
fn a_file_that_is_not_there_says_what_to_run_and_a_password_is_read_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refresher.toml");
    let missing = Config::load(&path, [], &Overrides::default()).unwrap_err();
    assert!(missing.to_string().contains("refresher init"), "{missing}");

    let smtp =
        "[smtp]\nhost = \"h.test\"\nfrom = \"a@example.org\"\nusername = \"u\"\npassword_file = \"secret\"\n";
    std::fs::write(&path, format!("{LEAST}{smtp}")).unwrap();
    std::fs::write(folder.path().join("secret"), "pass word\n").unwrap();
    let config = Config::load(&path, [], &Overrides::default()).unwrap();
    let MailTransport::Smtp(server) = config.smtp.transport else { panic!("a host means a server") };
    assert_eq!(server.sign_in.unwrap().1.reveal(), "pass word");
}

#[test]
fn a_signature_for_another_domain_than_the_senders_is_warned_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refresher.toml");
    std::fs::write(folder.path().join("dkim.pem"), "a key\n").unwrap();
    for (domain, warnings) in
        [("mail.example.org", 0), ("Example.org", 0), ("example.test", 1), ("ample.org", 1)]
    {
        let smtp = format!(
            "[smtp]\nhost = \"h.test\"\nfrom = \"a@mail.example.org\"\ndkim_domain = \"{domain}\"\n\
             dkim_selector = \"s1\"\ndkim_key_file = \"dkim.pem\"\n"
        );
        std::fs::write(&path, format!("{LEAST}{smtp}")).unwrap();
        let config = Config::load(&path, [], &Overrides::default()).unwrap();
        assert_eq!(config.warnings.len(), warnings, "{domain}: {:?}", config.warnings);
        let dkim = config.smtp.dkim.unwrap();
        assert_eq!((dkim.domain.as_str(), dkim.key.reveal()), (domain, "a key"));
        assert!(!format!("{dkim:?}").contains("a key"));
    }
}

#[test]
fn a_daemon_does_what_its_roles_say_and_all_where_none_are_named() {
    use NodeRole::{Api, Delivery, Folders, Schedule, Web};
    for (roles, expected) in [
        ("", vec![Web, Api, Delivery, Schedule, Folders]),
        ("roles = [\"folders\", \"delivery\", \"folders\"]", vec![Delivery, Folders]),
        ("roles = [\"web\", \"api\"]", vec![Web, Api]),
    ] {
        let config =
            load(&format!("{LEAST}[node]\nname = \"a\"\ninstance = \"ours\"\n{roles}\n"), &[]).unwrap();
        assert_eq!(config.node.roles, expected, "{roles}");
        assert_eq!((config.node.name.as_deref(), config.node.instance.as_deref()), (Some("a"), Some("ours")));
    }
    let environment = [("REFRESHER_NODE_NAME", "b"), ("REFRESHER_NODE_INSTANCE", "theirs")];
    let config = load(LEAST, &environment).unwrap();
    assert_eq!((config.node.name.as_deref(), config.node.instance.as_deref()), (Some("b"), Some("theirs")));
    for (roles, expected) in [
        (
            "[\"delivery\", \"mail\"]",
            "refresher.toml:4: \"mail\" in `roles` is no role: the roles are web, api, delivery, schedule, folders",
        ),
        ("[]", "refresher.toml:4: `roles` is an empty list"),
        ("\"delivery\"", "refresher.toml:4: `roles` must be a list of texts"),
    ] {
        let refused = load(&format!("{LEAST}[node]\nroles = {roles}\n"), &[]).unwrap_err().to_string();
        assert!(refused.contains(expected), "{roles}: {refused}");
    }
}

const SENDERS: &str = "[organisation]\ncode = \"RXX\"\n[smtp]\nhost = \"smtp.example.org\"\nport = 2525\nusername = \"us\"\n\
                       password = \"hush\"\nfrom = \"us@example.org\"\nper_minute = 20\nhello = \"us.example.org\"\n";

#[test]
fn a_sender_has_of_smtp_what_it_does_not_say_but_nothing_that_is_for_another_server() {
    let config = load(
        &format!(
            "{SENDERS}[[sender]]\norganisations = [\"RYY\", \"RWW\"]\nper_day = 500\nconnections = 1\n[[sender]]\n\
             organisations = [\"RZZ\"]\nhost = \"smtp.example.test\"\nfrom = \"them@example.test\"\nper_minute = 5\n"
        ),
        &[],
    )
    .unwrap();
    let codes = |place: usize| -> Vec<&str> {
        config.senders[place].organisations.iter().map(|one| one.code.as_str()).collect()
    };
    assert_eq!((codes(0), codes(1)), (vec!["RYY", "RWW"], vec!["RZZ"]));
    let [first, second] = [0, 1].map(|place| &config.senders[place].mail);
    let expected = MailSettings { per_day: 500, connections: 1, ..config.smtp.clone() };
    assert_eq!(*first, expected, "the same server, sign-in and sender");
    let MailTransport::Smtp(server) = &second.transport else { panic!("{second:?}") };
    assert_eq!((server.host.as_str(), server.port, &server.sign_in), ("smtp.example.test", 465, &None));
    assert_eq!(server.hello.as_deref(), Some("us.example.org"));
    assert_eq!(second.from.address.as_str(), "them@example.test");
    assert_eq!((second.per_minute, second.per_day, second.connections), (5, 10_000, 3));
    // While mail is only looked at, nobody's goes out.
    let looked_at = format!(
        "{}[[sender]]\norganisations = [\"RZZ\"]\nhost = \"smtp.example.test\"\n",
        SENDERS.replace("[smtp]\n", "[smtp]\ntransport = \"file\"\n")
    );
    let config = load(&looked_at, &[]).unwrap();
    assert!(matches!(config.senders[0].mail.transport, MailTransport::File(_)));
}

#[test]
fn a_sender_names_organisations_and_none_that_another_names() {
    let lines = SENDERS.lines().count();
    for (senders, line, expected) in [
        ("[[sender]]\nper_minute = 5\n", 1, "a sender needs `organisations`"),
        ("[[sender]]\norganisations = []\n", 2, "`organisations` is an empty list"),
        (
            "[[sender]]\norganisations = [\"RYY\", \"RYY\"]\n",
            2,
            "`organisations` names RYY, which was named before",
        ),
        (
            "[[sender]]\norganisations = [\"RYY\"]\n[[sender]]\norganisations = [\"RZZ\", \"RYY\"]\n",
            4,
            "`organisations` names RYY, which was named before",
        ),
        ("[[sender]]\norganisations = [\"RYY\"]\nper_hour = 5\n", 3, "a sender has no key `per_hour`"),
        ("[[sender]]\norganisations = [\"RYY\"]\nper_minute = 0\n", 3, "`per_minute` is 0"),
    ] {
        let refused = load(&format!("{SENDERS}{senders}"), &[]).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("refresher.toml:{}: {expected}", lines + line)), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    let both = SENDERS.replace("port = 2525", "port = 0") + "[[sender]]\norganisations = [\"RYY\"]\n";
    let refused = load(&both, &[]).unwrap_err().to_string();
    assert_eq!(refused.lines().count(), 1, "what a sender has of [smtp] is wrong once: {refused}");
}

/// Settings of an identity provider, with its secret beside them, in a folder of their own.
#[cfg(feature = "sso")]
fn load_oidc(more: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "hush\n").unwrap();
    std::fs::write(folder.path().join("empty"), "\n").unwrap();
    Config::parse(&format!("{LEAST}{more}"), "refresher.toml", folder.path(), [], &Overrides::default())
}

#[cfg(feature = "sso")]
const OIDC: &str = "[web.oidc]\nissuer = \"https://id.example.org/realm\"\nclient_id = \"us\"\nclient_secret_file = \"secret\"\n";

#[cfg(feature = "sso")]
#[test]
fn an_identity_provider_has_defaults_for_all_but_who_it_is_and_who_we_are() {
    let config = load_oidc(OIDC).unwrap();
    assert!(config.web.has_passwords);
    let without = load_oidc(&format!("{OIDC}[web.local]\nenabled = false\n")).unwrap();
    assert!(!without.web.has_passwords);
    let oidc = config.web.oidc.unwrap();
    assert_eq!((oidc.issuer.as_str(), oidc.client_id.as_str()), ("https://id.example.org/realm", "us"));
    assert_eq!((oidc.client_secret.reveal(), format!("{oidc:?}").contains("hush")), ("hush", false));
    assert_eq!(oidc.scopes, ["openid", "profile", "email"]);
    assert_eq!((oidc.match_claim.as_str(), oidc.groups_claim.as_str()), ("email", "groups"));
    assert_eq!((oidc.trust_email, oidc.provision), (false, OidcProvision::Nobody));
    assert!(oidc.require_amr.is_empty() && oidc.roles.is_empty());
    let roles = "[[web.oidc.role]]\ngroup = \"a\"\nrole = \"manager\"\norganisation = \"RXX\"\nscope = \"unit:Surgery/*\"\n\
                 [[web.oidc.role]]\ngroup = \"a\"\nrole = \"auditor\"\norganisation = \"*\"\n";
    let given = "match = \"upn\"\ntrust_email = true\nprovision = \"staff\"\nrequire_amr = [\"mfa\"]\nscopes = [\"openid\"]\n";
    let oidc = load_oidc(&format!("{OIDC}{given}{roles}")).unwrap().web.oidc.unwrap();
    assert_eq!((oidc.match_claim.as_str(), oidc.provision), ("upn", OidcProvision::Staff));
    for given in ["[\"mfa\"]", "\"mfa\"", "\" mfa \""] {
        let oidc = load_oidc(&format!("{OIDC}require_amr = {given}\n")).unwrap().web.oidc.unwrap();
        assert_eq!(oidc.require_amr, ["mfa"], "{given}");
    }
    let [led, all] = oidc.roles.as_slice() else { panic!("{:?}", oidc.roles) };
    assert_eq!((led.organisation.as_deref(), led.scope.as_str()), (Some("RXX"), "unit:Surgery/*"));
    assert_eq!((all.role.as_str(), all.organisation.as_deref(), all.scope.as_str()), ("auditor", None, ""));
    for role in ["operator", "hr", "manager", "board", "auditor"] {
        assert!(crate::access::AccessRole::parse(role).is_some(), "{role}");
    }
}

#[cfg(feature = "sso")]
#[test]
fn what_is_wrong_with_an_identity_provider_is_told_at_the_start() {
    let role = |rest: &str| format!("{OIDC}[[web.oidc.role]]\ngroup = \"a\"\n{rest}");
    for (settings, line, expected) in [
        (
            OIDC.replace("https", "http"),
            4,
            "`issuer` is \"http://id.example.org/realm\" and must be the address",
        ),
        (OIDC.replace("/realm", "/realm?x=1"), 4, "`issuer` is"),
        (OIDC.replace("https://id", "https://u@id"), 4, "`issuer` is"),
        (OIDC.replace("realm", "common/v2.0"), 4, "`issuer` has \"common\""),
        (OIDC.replace("realm", "organizations/v2.0"), 4, "`issuer` has \"organizations\""),
        (OIDC.replace("realm", "consumers"), 4, "`issuer` has \"consumers\""),
        (OIDC.replace("issuer = \"https://id.example.org/realm\"\n", ""), 3, "[web.oidc] needs `issuer`"),
        (OIDC.replace("client_id = \"us\"\n", ""), 3, "[web.oidc] needs `client_id`"),
        (OIDC.replace("client_secret_file = \"secret\"\n", ""), 3, "[web.oidc] needs `client_secret_file`"),
        (OIDC.replace("\"secret\"", "\"nowhere\""), 6, ""),
        (OIDC.replace("\"secret\"", "\"empty\""), 6, ""),
        (format!("{OIDC}scopes = [\"email\"]\n"), 7, "`scopes` needs \"openid\""),
        (format!("{OIDC}match = \"upn\"\n"), 7, "`match` is \"upn\", of which no provider says"),
        (format!("{OIDC}provision = \"all\"\n"), 7, "`provision` is \"all\""),
        (format!("{OIDC}require_amr = []\n"), 7, "`require_amr` is an empty list"),
        (format!("{OIDC}require_amr = 2\n"), 7, "`require_amr` must be a list"),
        (format!("{OIDC}require_amr = \"\"\n"), 7, "`require_amr` is empty"),
        (format!("{OIDC}group_claim = \"x\"\n"), 7, "[web.oidc] has no key `group_claim`"),
        (role("role = \"staff\"\norganisation = \"RXX\"\n"), 9, "`role` is \"staff\""),
        (role("role = \"hr\"\n"), 7, "a role of [web.oidc] needs `organisation`"),
        (role("organisation = \"RXX\"\n"), 7, "a role of [web.oidc] needs `role`"),
        (role("role = \"hr\"\norganisation = \"RXX\"\nscope = \"reports\"\n"), 11, "only a manager"),
        (role("role = \"manager\"\norganisation = \"RXX\"\nscope = \"unit:\"\n"), 11, "`scope` is \"unit:\""),
        (
            role("role = \"hr\"\norganisation = \"RXX\"\nname = \"x\"\n"),
            11,
            "a role of [web.oidc] has no key",
        ),
        ("[web.local]\nenabled = false\n".to_owned(), 4, "`enabled` is false, and there is no [web.oidc]"),
        (OIDC.replace("[web.oidc]", "[web]\nlisten = \"off\"\n[web.oidc]"), 3, "[web] needs `public_url`"),
    ] {
        let refused = load_oidc(&settings).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("refresher.toml:{line}: {expected}")), "{settings}: {refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    assert!(load_oidc(&OIDC.replace("https://id.example.org", "http://127.0.0.1:7")).is_ok());
}

#[cfg(not(feature = "sso"))]
#[test]
fn a_build_without_single_sign_on_says_so_where_the_settings_ask_for_it() {
    let refused = load(&format!("{LEAST}[web.oidc]\n"), &[]).unwrap_err().to_string();
    assert!(refused.starts_with("refresher.toml:3: this build has no single sign-on:"), "{refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
}
