//! The machine's part of a delivery report (RFC 3464, RFC 6533): groups of fields, the first about the mail, one for each
//! recipient after it.

use super::recipient::{BounceOutcome, Recipient, bounded_line};
use super::weight::{BounceWeight, EnhancedStatus, codes, weigh};

/// What a `message/delivery-status` part says of each recipient. `None`: it is no such part.
pub(super) fn recipients(part: &str) -> Option<Vec<Recipient>> {
    let groups = groups(part);
    let recipients: Vec<Recipient> = groups.iter().filter_map(of_recipient).collect();
    (!recipients.is_empty()).then_some(recipients)
}

/// `None`: the group is about the mail, or says nothing of what was done.
fn of_recipient(fields: &Fields) -> Option<Recipient> {
    let action = field(fields, "action")?.to_ascii_lowercase();
    let gone = match action.split([' ', '\t', '(', ';']).next() {
        Some("failed") => Some(true),
        Some("delayed") => Some(false),
        // Delivered, relayed, expanded: nothing came back.
        _ => None,
    };
    let diagnostic = field(fields, "diagnostic-code").map_or("", value);
    let named =
        field(fields, "status").and_then(|text| EnhancedStatus::parse(text.split_whitespace().next()?));
    // A server that gives 5.0.0 often has the better code in what it quotes.
    let status = match (named, codes(diagnostic).0.first()) {
        (Some(named), Some(said)) if named.is_vague() => Some(*said),
        (named, said) => named.or(said.copied()),
    };
    let outcome = match gone {
        None => BounceOutcome::Arrived,
        Some(true) => BounceOutcome::Returned(weigh(named, diagnostic)),
        Some(false) => BounceOutcome::Returned(BounceWeight::Soft),
    };
    let reason = match (diagnostic.is_empty(), gone) {
        (false, _) => bounded_line(diagnostic),
        (true, Some(true)) => "the report gives no reason".to_owned(),
        (true, _) => "the delivery is delayed".to_owned(),
    };
    let [last, first] = ["final-recipient", "original-recipient"].map(|name| field(fields, name).map(value));
    let shown = last.or(first).map_or(String::new(), |address| bounded_line(bare(address)));
    Some(Recipient {
        addresses: last.into_iter().chain(first).flat_map(spellings).collect(),
        last: last.map_or(Vec::new(), spellings),
        shown,
        outcome,
        status: status.map_or(String::new(), |status| status.to_string()),
        reason,
    })
}

/// The value after a type such as `rfc822;` or `smtp;`.
fn value(text: &str) -> &str {
    text.split_once(';').map_or(text, |(_, value)| value).trim()
}

/// The address without the brackets and comments that some put around it.
fn bare(address: &str) -> &str {
    let bracketed = address.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let address = bracketed.map_or(address, |(address, _)| address).trim();
    let commented = address.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let address = commented.map_or(address, |(_, address)| address);
    address.split_whitespace().next().unwrap_or_default()
}

/// The address in small letters as it stands, and as it is meant where it is written in xtext (RFC 3461) or in the form
/// for addresses beyond ASCII (RFC 6533).
fn spellings(address: &str) -> Vec<String> {
    let address = bare(address).to_lowercase();
    let mut all = vec![unescaped(&address, "+", 2, ""), unescaped(&address, "\\x{", 6, "}"), address];
    all.sort();
    all.dedup();
    all.retain(|address| address.contains('@'));
    all
}

/// With every escape, `begin` and up to `digits` hexadecimal digits and `end`, replaced by what it stands for; exactly so
/// many digits where nothing ends them.
fn unescaped(text: &str, begin: &str, digits: usize, end: &str) -> String {
    let mut pieces = text.split(begin);
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (code, rest) = match end {
            "" => piece.split_at_checked(digits).unwrap_or(("", piece)),
            end => piece.split_once(end).filter(|(code, _)| code.len() <= digits).unwrap_or(("", piece)),
        };
        let decoded = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control());
        match decoded {
            Some(c) => {
                plain.extend(c.to_lowercase());
                plain.push_str(rest);
            }
            None => {
                plain.push_str(begin);
                plain.push_str(piece);
            }
        }
    }
    plain
}

type Fields = Vec<(String, String)>;

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The groups of fields, names in lower case, folded lines joined.
fn groups(part: &str) -> Vec<Fields> {
    let mut groups: Vec<Fields> = vec![Vec::new()];
    for line in part.lines() {
        let Some(group) = groups.last_mut() else { continue };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_however_it_is_written() {
        for (written, expected) in [
            ("ada@example.org", "ada@example.org"),
            ("<Ada@Example.ORG>", "ada@example.org"),
            ("\\<ada@example.org>", "ada@example.org"),
            ("ada@example.org (Ada Example)", "ada@example.org"),
            ("(on file) ada@example.org", "ada@example.org"),
            ("ada+2Btraining@example.org", "ada+2btraining@example.org ada+training@example.org"),
            ("zo\\x{EB}@example.org", "zo\\x{eb}@example.org zoë@example.org"),
            ("ada+zz@example.org", "ada+zz@example.org"),
            ("ada+", ""),
            ("\\x{", ""),
            ("", ""),
            ("X400 of somebody", ""),
        ] {
            assert_eq!(spellings(written).join(" "), expected, "{written}");
        }
    }
}
