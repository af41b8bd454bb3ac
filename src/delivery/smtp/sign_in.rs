//! Signing in, by PLAIN or, where a server offers that alone, by LOGIN (RFC 4954).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Credentials, Fault, Smtp, Stage, Trouble, Wire};

impl Smtp {
    pub(super) async fn sign_in(
        &self,
        wire: &mut Wire,
        offered: &Answer,
        credentials: &Credentials,
    ) -> Result<(), Trouble> {
        let ways = ways(offered);
        let Credentials { username, password } = credentials;
        if ways.iter().any(|way| way == "PLAIN") {
            let both = STANDARD.encode(format!("\0{username}\0{password}"));
            self.ask(wire, Stage::SignIn, &format!("AUTH PLAIN {both}\r\n"), 2).await?;
        } else if ways.iter().any(|way| way == "LOGIN") {
            self.ask(wire, Stage::SignIn, "AUTH LOGIN\r\n", 3).await?;
            self.ask(wire, Stage::SignIn, &format!("{}\r\n", STANDARD.encode(username)), 3).await?;
            self.ask(wire, Stage::SignIn, &format!("{}\r\n", STANDARD.encode(password)), 2).await?;
        } else {
            let missing = "it offers no sign-in by PLAIN or LOGIN".to_owned();
            return Err(Trouble::new(Stage::SignIn, Fault::Unusable(missing)));
        }
        Ok(())
    }
}

/// The ways to sign in that are offered. Some servers write `AUTH=` too, for clients of long ago.
fn ways(offered: &Answer) -> Vec<String> {
    let lines = offered.lines.iter().skip(1).map(|line| line.to_ascii_uppercase().replace('=', " "));
    let mut ways = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        if words.next() == Some("AUTH") {
            ways.extend(words.map(str::to_owned));
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_sign_in_are_read_as_servers_write_them() {
        for (line, expected) in [
            ("AUTH PLAIN LOGIN", &["PLAIN", "LOGIN"][..]),
            ("auth login", &["LOGIN"]),
            ("AUTH=LOGIN PLAIN", &["LOGIN", "PLAIN"]),
            ("AUTHENTICATE PLAIN", &[]),
            ("8BITMIME", &[]),
        ] {
            let lines = vec!["AUTH PLAIN is my name".to_owned(), line.to_owned()];
            assert_eq!(ways(&Answer { code: 250, lines }), expected, "{line}");
        }
    }
}
