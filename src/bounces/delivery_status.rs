//! The machine's part of a delivery report (RFC 3464): groups of fields, the first about the mail, one for each
//! recipient after it.

use super::report::{Returned, one_line};
use super::weight::{Status, Weight, codes, weigh};

/// What a `message/delivery-status` part says of each recipient whose mail did not arrive. `None`: it is no such part.
pub(super) fn returned(part: &str) -> Option<Vec<Returned>> {
    let groups = groups(part);
    let recipients: Vec<&Fields> = groups.iter().filter(|fields| field(fields, "action").is_some()).collect();
    if recipients.is_empty() {
        return None;
    }
    Some(recipients.into_iter().filter_map(of_recipient).collect())
}

fn of_recipient(fields: &Fields) -> Option<Returned> {
    let action = field(fields, "action")?.to_ascii_lowercase();
    let gone = match action.split_whitespace().next() {
        Some("failed") => true,
        Some("delayed") => false,
        // Delivered, relayed, expanded: nothing came back.
        _ => return None,
    };
    let diagnostic = field(fields, "diagnostic-code").map_or("", value);
    let said = codes(diagnostic);
    let named = field(fields, "status").and_then(|text| Status::parse(text.split_whitespace().next()?));
    // A server that gives 5.0.0 often has the better code in what it quotes.
    let status = match (named, said.0) {
        (Some(named), Some(said)) if named.is_vague() => Some(said),
        (named, said) => named.or(said),
    };
    let weight = if gone { weigh(status, said.1, diagnostic) } else { Weight::Soft };
    let address = field(fields, "original-recipient").or_else(|| field(fields, "final-recipient")).map(value);
    let reason = match (diagnostic.is_empty(), gone) {
        (false, _) => one_line(diagnostic),
        (true, true) => "the report gives no reason".to_owned(),
        (true, false) => "the delivery is delayed".to_owned(),
    };
    Some(Returned {
        address: address.map(|address| one_line(address.trim_matches(['<', '>']))),
        weight,
        status: status.map_or(String::new(), |status| status.to_string()),
        reason,
    })
}

/// The value after a type such as `rfc822;` or `smtp;`.
fn value(text: &str) -> &str {
    text.split_once(';').map_or(text, |(_, value)| value).trim()
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
