//! What every answer of the console must be (spec 8.5, 8.6).

use std::collections::BTreeSet;

use super::console::{Page, attribute};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'";
const FRAMED: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/// Elements that have no end.
const VOID: [&str; 8] = ["meta", "link", "input", "br", "img", "hr", "path", "rect"];

/// Looks at it.
#[track_caller]
pub fn check(page: &Page<'_>) {
    let header = |name: &str| page.headers.get(name).map_or("", String::as_str);
    let policy = header("content-security-policy");
    assert!(policy == POLICY || policy == FRAMED, "{}: {policy}", page.path);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(name), value, "{}: {name}", page.path);
    }
    assert!(header("permissions-policy").contains("geolocation=()"));
    let is_asset = page.path.starts_with("/assets/") && page.status == 200;
    let kept = if is_asset { "public, max-age=31536000, immutable" } else { "no-store" };
    assert_eq!(header("cache-control"), kept, "{}", page.path);
    const STATUSES: [u16; 14] = [200, 303, 304, 400, 403, 404, 405, 409, 413, 415, 421, 422, 429, 503];
    assert!(STATUSES.contains(&page.status), "{}: {} {}", page.path, page.status, page.body);
    let is_file = header("content-disposition").starts_with("attachment");
    if header("content-type").starts_with("text/html") && policy == POLICY && !is_file {
        check_html(page);
    }
}

fn check_html(page: &Page<'_>) {
    let body = &page.body;
    let path = &page.path;
    let tags = well_formed(path, body);
    let of = |name: &str| tags.iter().filter(|tag| name_of(tag) == name).collect::<Vec<_>>();
    assert_eq!(of("h1").len(), 1, "{path}: one h1: {body}");
    assert_eq!(of("main").len(), 1, "{path}");
    let between = |start: &str, end: &str| {
        let (_, rest) = body.split_once(start).unwrap();
        rest.split(end).next().unwrap().to_owned()
    };
    let (title, heading) = (between("<title>", "</title>"), between("<h1>", "</h1>"));
    let is_faulty = body.contains("class=\"summary\"");
    let start = if is_faulty { format!("Error: {heading}") } else { heading };
    assert!(title.starts_with(&start) && title.ends_with(" – refresher"), "{path}: {title}");
    assert!(attribute(of("main")[0], "data-page").is_some(), "{path}");
    let mut ids = BTreeSet::new();
    for tag in &tags {
        if let Some(id) = attribute(tag, "id") {
            assert!(ids.insert(id.clone()), "{path}: the id {id} stands twice");
        }
    }
    for tag in &tags {
        let name = name_of(tag);
        // What stands between quotes is said, and names no attribute.
        let named: String = tag.split('"').step_by(2).collect();
        assert!(!named.contains(" style=") && !named.contains(" on"), "{path}: <{tag}>");
        assert!(name != "style" && !(name == "script" && attribute(tag, "src").is_none()), "{path}: <{tag}>");
        for described in attribute(tag, "aria-describedby").iter().flat_map(|ids| ids.split(' ')) {
            assert!(ids.contains(described), "{path}: {described} is not there");
        }
        if let Some(described) = attribute(tag, "aria-labelledby") {
            assert!(ids.contains(&described), "{path}: {described} is not there");
        }
        if let Some(target) =
            attribute(tag, "href").and_then(|href| href.strip_prefix('#').map(str::to_owned))
        {
            assert!(ids.contains(&target), "{path}: #{target} leads nowhere");
        }
        let is_typed = matches!(name, "input" | "select" | "textarea")
            && !matches!(attribute(tag, "type").as_deref(), Some("hidden"))
            && !tag.ends_with(" hidden");
        if is_typed {
            let id = attribute(tag, "id").unwrap_or_else(|| panic!("{path}: a field without an id: <{tag}>"));
            assert!(body.contains(&format!("for=\"{id}\"")), "{path}: {id} has no label");
        }
        if name == "form" {
            let is_get = attribute(tag, "method").as_deref() == Some("get");
            assert!(is_get || attribute(tag, "data-do").is_some(), "{path}: <{tag}>");
        }
        if name == "table" {
            assert!(attribute(tag, "data-total").is_some() && body.contains("<caption"), "{path}: <{tag}>");
        }
    }
    assert!(body.len() <= 100_000, "{path}: {} bytes", body.len());
}

fn name_of(tag: &str) -> &str {
    tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap()
}

/// The tags that begin something, each of which ends where it should.
fn well_formed<'b>(path: &str, body: &'b str) -> Vec<&'b str> {
    assert!(body.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{path}: {body}");
    let (mut open, mut tags) = (Vec::new(), Vec::new());
    for rest in body.split('<').skip(2) {
        let (tag, after) = rest.split_once('>').unwrap_or_else(|| panic!("{path}: <{rest}"));
        assert!(!after.contains('>'), "{path}: a bare > after <{tag}>");
        if let Some(ended) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(ended), "{path}: </{ended}>");
        } else {
            let name = name_of(tag);
            if !VOID.contains(&name) && !tag.ends_with('/') {
                open.push(name);
            }
            tags.push(tag);
        }
    }
    assert!(open.is_empty(), "{path}: {open:?} have no end");
    tags
}
