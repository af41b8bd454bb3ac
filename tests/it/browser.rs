//! The console in a real browser: what people do there, by mouse and by keyboard, on a phone and in the dark; and what
//! axe-core finds on every page.

use refresher::access::{AccessGrant, AccessRole, GrantScope};

use crate::answers::trusts;
use crate::support::console::{Console, PASSWORD, User, code};
use crate::support::trust::instant;
use crate::support::webdriver::{ENTER, WebBrowser, has_browser};

fn console() -> Console {
    Console::of(trusts(), instant("2026-11-24T09:00:00Z"))
}

fn go(browser: &WebBrowser, console: &Console, path: &str) {
    browser.go(&format!("http://{}{path}", console.address));
}

/// Signs in by the pages, and connects an app where one is asked for.
fn sign_in(browser: &WebBrowser, console: &Console, user: &User<'_>) {
    go(browser, console, "/sign-in");
    browser.fill("#email", &user.email);
    browser.fill("#password", PASSWORD);
    browser.click("form[data-do=\"sign-in\"] button");
    browser.sees("Sign out");
    if browser.address().contains("/sign-in/device") {
        let script = "return document.querySelector('.key').innerText";
        let secret = browser.script(script, &serde_json::json!([])).as_str().unwrap().replace(' ', "");
        browser.fill("#code", &code(&secret, console.now));
        browser.click("form[data-do=\"device\"] button");
        browser.sees("The authenticator app is connected");
    }
}

#[test]
fn an_officer_of_hr_does_a_morning_s_work_without_a_terminal() {
    if !has_browser() {
        return;
    }
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    // How things stand, and from a count to those it counts.
    browser.follow("Dashboard");
    browser.sees("up to date");
    browser.click("a[data-figure=\"staff.counted\"]");
    browser.sees("Everybody in post");
    // A nurse, and why.
    browser.fill("input[name=\"q\"]", "birch");
    browser.click("form.filters button");
    browser.sees("Birch");
    browser.click("table[data-list] tbody tr a[href^=\"/people/\"]");
    browser.sees("Why they need them");
    // Exempt for a while.
    browser.follow("Exempt them, or end an exemption");
    browser.choose("course", "all");
    browser.fill("#until", "31 March 2027");
    browser.click("form[data-do=\"exempt\"] button");
    browser.sees("There is a problem");
    assert_eq!(browser.focus().lines().next(), Some("There is a problem"), "the faults have the focus");
    browser.fill("#reason", "Career break");
    browser.click("form[data-do=\"exempt\"] button");
    browser.sees("They are exempt from all courses until 31 March 2027");
    // The board's month.
    browser.follow("Board");
    browser.follow("October 2026, which is not issued yet");
    browser.click("form[data-do=\"issue\"] button");
    browser.sees("October 2026 is issued and queued for");
    // Signed out, nothing is left behind the button.
    browser.click("form[data-do=\"sign-out\"] button");
    browser.sees("Sign in");
    browser.back();
    browser.sees("Sign in");
    assert!(!browser.text().contains("October 2026 is issued"), "{}", browser.text());
}

#[test]
fn everything_up_to_a_filtered_list_is_done_by_keyboard_alone() {
    if !has_browser() {
        return;
    }
    let console = console();
    let manager = console.user("board@example.org", AccessRole::Board);
    let browser = WebBrowser::start();
    go(&browser, &console, "/sign-in?to=%2F");
    browser.tab_to("email");
    browser.press(&manager.email);
    browser.tab_to("password");
    browser.press(PASSWORD);
    browser.press(ENTER);
    browser.sees("Sign out");
    // Past the navigation at once.
    browser.press(crate::support::webdriver::TAB);
    assert_eq!(browser.focus(), "Skip to main content");
    browser.press(ENTER);
    browser.tab_to("More choices");
    browser.press(ENTER);
    browser.tab_to("as_at");
    browser.press("1 November 2026");
    browser.press(ENTER);
    browser.sees("1 November 2026");
    assert!(browser.address().contains("as_at="), "{}", browser.address());
}

/// What of a chart can't be told from what is behind it where colours are forced.
fn lost_in_forced_colours(browser: &WebBrowser) -> Option<String> {
    let script = "const chart = document.querySelector('svg.chart'); if (!chart) return null; \
        const colour = (css) => { const one = chart.querySelector(css); return one && getComputedStyle(one).fill; }; \
        const [back, words, bar] = ['[fill=\"#FFFFFF\"]', 'text', '[fill=\"#005EB8\"]'].map(colour); \
        return words === back || bar === back ? [back, words, bar].join(' ') : null";
    browser.script(script, &serde_json::json!([])).as_str().map(str::to_owned)
}

/// The caption of a table that can't be read without scrolling sideways.
fn clipped_caption(browser: &WebBrowser) -> Option<String> {
    let script = "const one = [...document.querySelectorAll('caption')]\
        .find((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1); \
        return one ? one.innerText : null";
    browser.script(script, &serde_json::json!([])).as_str().map(str::to_owned)
}

#[test]
fn a_manager_finds_who_is_behind_in_their_unit_and_sees_nobody_else() {
    if !has_browser() {
        return;
    }
    let console = console();
    let surgery = AccessGrant {
        role: AccessRole::Manager,
        organisation: Some("RXX".to_owned()),
        scope: GrantScope::Unit("Surgery".to_owned()),
    };
    console.invite_with("manager@example.org", surgery);
    let manager = console.opens("manager@example.org");
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &manager);
    browser.follow("Dashboard");
    browser.sees("What lapses soon");
    browser.follow("People");
    browser.sees("Cedar");
    assert!(!browser.text().contains("Elder") && !browser.text().contains("Hazel"), "{}", browser.text());
    // Saved for next week.
    browser.click("form.filters input[value=\"not_up_to_date\"]");
    browser.click("form.filters button");
    browser.fill("#filter_name", "Behind");
    browser.click("form[data-do=\"save-filter\"] button");
    browser.sees("“Behind” is saved");
    browser.follow("Behind");
    browser.sees("Standing: not up to date");
    browser.click("table[data-list] tbody tr a[href^=\"/people/\"]");
    browser.sees("Why they need them");
    assert!(!browser.text().contains("Exempt them"), "{}", browser.text());
    go(&browser, &console, "/imports");
    browser.sees("Page not found");
}

#[test]
fn a_board_member_reads_the_month_and_what_is_assured_and_no_name() {
    if !has_browser() {
        return;
    }
    let console = console();
    let board = console.user("board@example.org", AccessRole::Board);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &board);
    browser.follow("Dashboard");
    browser.sees("How things stand");
    browser.follow("Board");
    browser.follow("The month that is not over, as it stands today");
    browser.sees("not issued: these figures may still change");
    browser.follow("Assurance");
    browser.sees("Statements of assurance");
    browser.follow("Policy");
    browser.sees("The policy file holds");
    for who in ["Alder", "Birch", "Cedar"] {
        assert!(!browser.text().contains(who), "{}", browser.text());
    }
    go(&browser, &console, "/people");
    browser.sees("Page not found");
}

#[test]
fn the_script_offers_an_address_warns_before_a_sign_in_ends_and_breaks_no_rule_of_the_page() {
    if !has_browser() {
        return;
    }
    let mut console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    go(&browser, &console, "/people");
    browser.sees("Copy the address of this list");
    assert!(!browser.text().contains("You will be signed out"), "{}", browser.text());
    // Four minutes before the longest that a sign-in lasts.
    let cookie = browser.script("return document.body.dataset.longest", &serde_json::json!([]));
    assert_eq!(cookie.as_str().unwrap().parse::<i64>().unwrap(), 12 * 3600);
    for _ in 0..24 {
        console.later(chrono::TimeDelta::minutes(29));
        go(&browser, &console, "/account");
    }
    console.later(chrono::TimeDelta::minutes(20));
    go(&browser, &console, "/account");
    browser.sees("You will be signed out in 5 minutes");
}

#[test]
fn what_is_printed_is_the_page_without_what_is_clicked_and_as_narrow_as_four_times_larger() {
    if !has_browser() {
        return;
    }
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    for path in ["/", "/people", "/people/1", "/courses", "/board", "/policy"] {
        go(&browser, &console, path);
        browser.prints(true);
        let seen = "return ['.top', '.pages', '.filters', 'button', '.exports'].flatMap((css) => \
            [...document.querySelectorAll(css)]).filter((one) => one.getClientRects().length).length";
        assert_eq!(browser.script(seen, &serde_json::json!([])).as_i64(), Some(0), "{path}");
        browser.prints(false);
        // 1280 pixels, four times larger.
        browser.is_a_phone(320);
        assert_eq!(browser.is_too_wide_by().max(0), 0, "{path}");
        browser.is_on_a_desk();
    }
}

/// What axe-core finds on the page that is shown, in light, dark and forced colours; and what is wider than a phone of it.
fn faults_of_page(browser: &WebBrowser, page: &str) -> Vec<String> {
    let mut found = Vec::new();
    browser.is_on_a_desk();
    for (scheme, forced, rules, words) in [
        ("light", false, &[][..], ""),
        ("dark", false, &["color-contrast"][..], " in the dark"),
        ("light", true, &[][..], " in forced colours"),
    ] {
        browser.prefers(scheme, forced);
        found.extend(browser.axe(rules).into_iter().map(|what| format!("{page}{words}: {what}")));
    }
    if let Some(lost) = lost_in_forced_colours(browser) {
        found.push(format!("{page} in forced colours: {lost}"));
    }
    browser.prefers("dark", false);
    browser.is_a_phone(320);
    let wider = browser.is_too_wide_by();
    if wider > 0 {
        found.push(format!("{page}: {wider} pixels wider than a phone"));
    }
    if let Some(clipped) = clipped_caption(browser) {
        found.push(format!("{page}: a caption is wider than a phone: {clipped}"));
    }
    browser.is_on_a_desk();
    browser.prefers("light", false);
    found
}

/// The pages that each role has, at least one of every layout.
const PAGES: [(AccessRole, &[&str]); 5] = [
    (
        AccessRole::Hr,
        &[
            "/",
            "/?by=unit",
            "/people",
            "/people?q=nobody-is-called-so",
            "/people?due_before=never",
            "/people?state=not_done",
            "/people/exempt?state=not_done",
            "/people/1/data",
            "/people/1",
            "/people/1/exemptions",
            "/worklist",
            "/worklist?kind=held_mail",
            "/units",
            "/courses",
            "/courses/CHILDREN",
            "/forecast",
            "/budget",
            "/exemptions",
            "/imports",
            "/imports/1",
            "/imports/1/undo",
            "/imports/new",
            "/outbox",
            "/board",
            "/board/2026-10",
            "/audit/looks",
            "/assurance",
            "/policy",
            "/policy/draft",
            "/accounts",
            "/accounts/new",
            "/account",
            "/account/device",
            "/nothing-here",
        ],
    ),
    (AccessRole::Operator, &["/outbox", "/accounts/1", "/audit", "/health"]),
    (AccessRole::Manager, &["/", "/people"]),
    (AccessRole::Board, &["/", "/units", "/board"]),
    (AccessRole::Auditor, &["/audit", "/imports"]),
];

#[test]
fn axe_finds_nothing_on_any_page_in_light_and_dark_and_none_is_wider_than_a_phone() {
    if !has_browser() {
        return;
    }
    let console = console();
    let mut found = Vec::new();
    for (role, pages) in PAGES {
        let email = format!("{role}@example.org");
        let everyone = GrantScope::Everyone;
        if role == AccessRole::Hr {
            // Somebody who could be changed.
            let grant = AccessGrant {
                role: AccessRole::Board,
                organisation: Some("RXX".to_owned()),
                scope: everyone,
            };
            console.invite_with("reader@example.org", grant);
        }
        let user = console.user(&email, role);
        let browser = WebBrowser::start();
        if role == AccessRole::Hr {
            for path in ["/sign-in", "/reset"] {
                go(&browser, &console, path);
                found.extend(browser.axe(&[]).into_iter().map(|what| format!("nobody {path}: {what}")));
            }
        }
        sign_in(&browser, &console, &user);
        for path in pages {
            browser.is_on_a_desk();
            browser.prefers("light", false);
            go(&browser, &console, path);
            found.extend(faults_of_page(&browser, &format!("{role} {path}")));
            if let Ok(folder) = std::env::var("TEST_PICTURES") {
                let name = format!("{role}{}", path.replace(['/', '?', '='], "-"));
                browser.picture(&std::path::Path::new(&folder).join(format!("{name}-wide.png")));
                browser.prefers("dark", false);
                browser.is_a_phone(320);
                browser.picture(&std::path::Path::new(&folder).join(format!("{name}-narrow-dark.png")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Forms sent as they stand, empty: where, what they do, and whether something is wrong with them then.
const FORMS: [(AccessRole, &str, &str, bool); 8] = [
    (AccessRole::Hr, "/imports/new", "bring", true),
    (AccessRole::Hr, "/accounts/new", "invite", true),
    (AccessRole::Hr, "/people/1/exemptions", "exempt", true),
    (AccessRole::Hr, "/people/1/data", "purge", true),
    (AccessRole::Hr, "/account", "password", true),
    (AccessRole::Hr, "/account", "codes", false),
    (AccessRole::Hr, "/policy/draft", "preview", false),
    (AccessRole::Operator, "/health", "check", false),
];

#[test]
fn axe_finds_nothing_where_a_form_is_faulty_or_did_something() {
    if !has_browser() {
        return;
    }
    let console = console();
    let mut found = Vec::new();
    let browser = WebBrowser::start();
    go(&browser, &console, "/sign-in");
    browser.click("form[data-do=\"sign-in\"] button");
    browser.sees("There is a problem");
    found.extend(faults_of_page(&browser, "nobody /sign-in, faulty"));
    go(&browser, &console, "/reset");
    browser.click("form[data-do=\"reset\"] button");
    browser.sees("There is a problem");
    found.extend(faults_of_page(&browser, "nobody /reset, faulty"));
    for role in [AccessRole::Hr, AccessRole::Operator] {
        let user = console.user(&format!("{role}@example.org"), role);
        let browser = WebBrowser::start();
        sign_in(&browser, &console, &user);
        for (_, path, verb, is_faulty) in FORMS.iter().filter(|(of, ..)| *of == role) {
            go(&browser, &console, path);
            browser.click(&format!("form[data-do=\"{verb}\"] button"));
            let sees = if *is_faulty {
                "document.querySelector('.summary')"
            } else {
                "document.querySelector('main')"
            };
            let is_there = format!("return {sees} !== null");
            let is_there = browser.script(&is_there, &serde_json::json!([])).as_bool();
            assert_eq!(is_there, Some(true), "{path} {verb}: {}", browser.text());
            found.extend(faults_of_page(&browser, &format!("{role} {path}, after {verb}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn axe_finds_nothing_where_how_a_file_is_read_is_faulty_or_said_and_each_fault_leads_to_its_field() {
    if !has_browser() {
        return;
    }
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    go(&browser, &console, "/imports/new");
    browser.fill("#start_date", "32 March 2026");
    browser.fill("#encoding", "klingon");
    browser.choose("cells", "expires");
    browser.click("form[data-do=\"bring\"] button");
    browser.sees("There is a problem");
    let mut found = faults_of_page(&browser, "/imports/new, faulty");
    for (field, words) in [
        ("start_date", "Enter a day with its year, such as 27 March 2026, or leave it empty"),
        ("encoding", "klingon"),
        ("file", "Choose the file"),
    ] {
        browser.click(&format!(".summary a[href=\"#{field}\"]"));
        assert_eq!(browser.focus(), field, "its fault leads to it");
        let described = format!(
            "const one = document.getElementById('{field}'); return one.getAttribute('aria-invalid') === 'true' && \
             one.getAttribute('aria-describedby').split(' ').every((id) => document.getElementById(id)) && \
             document.getElementById('{field}-fault').innerText"
        );
        let said = browser.script(&described, &serde_json::json!([]));
        assert!(said.as_str().is_some_and(|said| said.contains(words)), "{field}: {said}");
    }
    // What was typed stands there still.
    let typed = "return ['start_date', 'encoding', 'cells'].map((id) => document.getElementById(id).value)";
    let typed = browser.script(typed, &serde_json::json!([]));
    assert_eq!(typed, serde_json::json!(["32 March 2026", "klingon", "expires"]));
    browser.choose("kind", "staff");
    browser.fill("#start_date", "27 March 2026");
    browser.fill("#encoding", "cp850");
    browser.choose("cells", "");
    let list = console.trust.folder.path().join("joiner.csv");
    // As a program of old writes it: \u{e9} is another byte there.
    std::fs::write(&list, b"employee_number,first_name,last_name\n9901,Ren\x82e,Lindqvist\n").unwrap();
    browser.fill("#file", list.to_str().unwrap());
    browser.click("#partial");
    browser.click("form[data-do=\"bring\"] button");
    browser.sees("Lindqvist");
    found.extend(faults_of_page(&browser, "/imports/drafts, read as was said"));
    browser.click("form[data-do=\"apply\"] button");
    browser.sees("The file is imported");
    go(&browser, &console, "/people?q=9901");
    browser.sees("Ren\u{e9}e Lindqvist");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn axe_finds_nothing_where_what_waits_is_taken_said_of_and_closed() {
    if !has_browser() {
        return;
    }
    let console = crate::web::worklist::console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    let mut found = Vec::new();
    let mut looks = |browser: &WebBrowser, page: &str| {
        found.extend(faults_of_page(browser, page));
        if let Ok(folder) = std::env::var("TEST_PICTURES") {
            let to = |end: &str| {
                std::path::Path::new(&folder).join(format!("{}-{end}", page.replace([' ', ','], "-")))
            };
            browser.picture(&to("wide.png"));
            browser.is_a_phone(390);
            browser.picture(&to("narrow.png"));
            browser.is_on_a_desk();
        }
    };
    browser.follow("Worklist");
    browser.sees("Okafor");
    looks(&browser, "worklist, full");
    browser.follow("Take, comment or close");
    browser.sees("Nobody yet");
    looks(&browser, "item, as it was found");
    browser.click("form[data-do=\"comment\"] button");
    browser.sees("Say something of it");
    looks(&browser, "item, faulty comment");
    browser.fill("#words", "Asked both of them.\nTom has a new address from Monday on.");
    browser.click("form[data-do=\"comment\"] button");
    browser.sees("Your comment is kept");
    browser.click("form[data-do=\"take\"] button");
    browser.sees("It is yours");
    looks(&browser, "item, taken");
    browser.click("form[data-do=\"close\"] button");
    browser.sees("Say why it is to wait no longer");
    looks(&browser, "item, faulty reason");
    browser.fill("#reason", "The ward reads it together");
    browser.press(ENTER);
    browser.sees("It is closed");
    looks(&browser, "item, closed");
    go(&browser, &console, "/worklist?state=closed");
    browser.sees("The ward reads it together");
    looks(&browser, "worklist, closed");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_pages_are_behind_a_menu_on_a_phone_and_all_there_on_a_desk() {
    if !has_browser() {
        return;
    }
    let console = console();
    let hr = console.user("hr@example.org", AccessRole::Hr);
    let browser = WebBrowser::start();
    sign_in(&browser, &console, &hr);
    let shown = |browser: &WebBrowser| {
        let script =
            "return [...document.querySelectorAll('.pages a')].filter((one) => one.checkVisibility()).length";
        browser.script(script, &serde_json::json!([])).as_i64().unwrap()
    };
    let height = |browser: &WebBrowser| {
        let script = "return document.querySelector('main').getBoundingClientRect().top + window.scrollY";
        browser.script(script, &serde_json::json!([])).as_f64().unwrap()
    };
    go(&browser, &console, "/people/1");
    let all = shown(&browser);
    assert!(all > 10, "{all}");
    browser.is_a_phone(390);
    go(&browser, &console, "/people/1");
    assert_eq!(shown(&browser), 0);
    assert!(height(&browser) < 200.0, "{} pixels before the page begins", height(&browser));
    browser.sees("Menu: People");
    // By keyboard.
    browser.tab_to("Menu: People");
    browser.press(ENTER);
    assert_eq!(shown(&browser), all);
    assert_eq!(faults_of_page(&browser, "/people/1, its menu unfolded"), [] as [&str; 0]);
    browser.is_a_phone(390);
    browser.follow("Courses");
    browser.sees("Courses against their targets");
    assert_eq!(shown(&browser), 0);
}

#[cfg(feature = "sso")]
#[test]
fn axe_finds_nothing_on_the_pages_of_single_sign_on_and_a_click_signs_in() {
    use crate::web::sso::of_others::{Provider, provider_folder};
    let (true, Some(folder)) = (has_browser(), provider_folder()) else { return };
    let provider = Provider::start(&folder);
    let console = Console::at_provider(&provider.settings("ES256"), chrono::Utc::now());
    console.invite("ann@example.org", AccessRole::Board);
    let operator = console.user("op@example.org", AccessRole::Operator);
    let mut found = Vec::new();
    let browser = WebBrowser::start();
    let mut looks = |browser: &WebBrowser, page: &str| found.extend(faults_of_page(browser, page));
    go(&browser, &console, "/sign-in");
    looks(&browser, "/sign-in with a provider");
    browser.follow("Sign in with your work account");
    browser.sees("Sign out");
    go(&browser, &console, "/account");
    browser.sees("ann-of-others at");
    looks(&browser, "/account that is bound");
    browser.click("form[data-do=\"sign-out\"] button");
    browser.sees("sign out of that too");
    looks(&browser, "/sign-in after signing out");
    go(&browser, &console, "/sign-in/sso/done");
    browser.sees("You are not signed in");
    looks(&browser, "an answer to nothing");
    sign_in(&browser, &console, &operator);
    go(&browser, &console, "/account");
    browser.follow("Sign in with your work account as well");
    browser.sees("Your password goes on working");
    looks(&browser, "/account/work-account");
    // The provider knows this browser as Ann, whose account is another.
    browser.follow("Sign in with your work account");
    browser.sees("You are not signed in");
    go(&browser, &console, "/accounts/1");
    browser.sees("Disconnect their work account");
    looks(&browser, "/accounts/1 that is bound");
    drop(console);
    let without = provider.settings("ES256") + "[web.local]\nenabled = false\n";
    let console = Console::at_provider(&without, chrono::Utc::now());
    console.invite("ann@example.org", AccessRole::Board);
    for path in ["/sign-in", &console.link_to("ann@example.org")] {
        go(&browser, &console, path);
        looks(&browser, &format!("without passwords, {}", &path[..3]));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
