//! `/imports/new` and what follows: a file is brought, looked at, applied, discarded, taken back.

use std::fs;

use chrono::TimeDelta;
use refresher::access::{AccessGrant, AccessRole, GrantScope};
use refresher::audit::Actor;
use refresher::import::FileKind;
use refresher::jobs;

use crate::support::console::{Browser, Console, PASSWORD, Page, User, code};

/// A staff list of so many people.
fn staff_list(people: usize) -> String {
    let rows = (1..=people).map(|n| format!("{n:05},Ash,Example{n},ash{n}@example.org,2020-01-01\n"));
    format!("employee_number,first_name,last_name,email,start_date\n{}", rows.collect::<String>())
}

/// Fills in the form of a page by which a file is brought, and sends it as a browser does.
fn bring<'a>(
    page: &Page<'a>,
    browser: &'a Browser<'a>,
    typed: &[(&str, &str)],
    file: (&str, &str),
) -> Page<'a> {
    let (action, unseen) = page.form("bring");
    let unseen = unseen.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = unseen.chain(typed.iter().copied()).collect();
    send(browser, &action, &fields, file, None)
}

/// Sends a form with a file, whatever is in it.
fn send<'a>(
    browser: &'a Browser<'a>,
    path: &str,
    fields: &[(&str, &str)],
    (name, content): (&str, &str),
    origin: Option<&str>,
) -> Page<'a> {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--XX--\r\n"
    );
    let own = format!("http://{}", browser.console.address);
    let headers = [("Origin", origin.unwrap_or(&own)), ("Content-Type", "multipart/form-data; boundary=XX")];
    browser.ask("POST", path, &headers, Some(&body))
}

/// The page of what a file would change, once it was read.
pub fn draft_of<'a>(browser: &'a Browser<'a>, typed: &[(&str, &str)], content: &str) -> Page<'a> {
    let brought = bring(&browser.get("/imports/new").has(200), browser, typed, ("list.csv", content));
    read(browser, &brought.location())
}

fn read<'a>(browser: &'a Browser<'a>, path: &str) -> Page<'a> {
    loop {
        let page = browser.get(path);
        if !page.body.contains("data-underway") {
            return page;
        }
    }
}

/// What lies in the folder of uploads.
fn uploads(console: &Console) -> Vec<String> {
    let folder = console.app().config.web.uploads.clone();
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn hr(console: &Console) -> User<'_> {
    console.user("hr@example.org", AccessRole::Hr)
}

#[test]
fn a_staff_list_is_brought_looked_at_and_applied_by_who_brought_it() {
    let console = Console::start();
    let hr = hr(&console);
    let browser = hr.signs_in();
    browser.get("/imports").has(200).says("Bring a file");
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(3)).has(200);
    let page = page.says("What list.csv would change at RXX").says("Joiners: 3").says("Example2");
    assert_eq!(uploads(&console).len(), 1);
    browser.get("/people").has(200).never_says("Example2");
    let done = page.submit("apply", &[]);
    let path = done.location();
    let import = browser.get(&path).has(200).says("The file is imported").says("list.csv").says("account ");
    assert!(import.path.starts_with("/imports/"));
    browser.get("/people").has(200).says("Example2");
    assert_eq!(uploads(&console), [] as [&str; 0]);
    // Sent twice it acts once and answers alike; so does the page that was kept open.
    page.submit("apply", &[]).sees(&path);
    browser.get(&page.path).sees(&path);
}

/// A trust of so many people, with an HR officer.
fn trust_of(people: usize, more: &str) -> Console {
    let console = Console::with_settings(more);
    console.trust.import(console.now.date_naive(), FileKind::Staff, &staff_list(people));
    console
}

#[test]
fn a_brake_is_overruled_by_the_number_it_is_about_and_by_whoever_signed_in_lately() {
    let mut console = trust_of(20, "");
    let cookie = hr(&console).signs_in().cookie.take();
    // Long enough that the password is asked for again; the console is another process by now.
    console.later(TimeDelta::minutes(11));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(14)).has(200);
    let page = page.says("The brake on leavers acts: 6 people in post would be leavers").says("Leavers: 6");
    for typed in ["", "5", "60", "six"] {
        let again = page.submit("apply", &[("leavers", typed)]).has(422);
        again.says("type the number that is shown above");
    }
    let parked = page.submit("apply", &[("leavers", "6")]).location();
    assert!(parked.starts_with("/sign-in/again?to=%2Fparked%2F"), "{parked}");
    browser.get("/imports").has(200).never_says("list.csv");
    let secret_asked = browser.get(&parked).has(200);
    assert!(secret_asked.body.contains("name=\"code\""), "{}", secret_asked.body);
}

#[test]
fn a_brake_that_is_overruled_lets_the_import_through_and_says_so() {
    let console = trust_of(20, "");
    let browser = hr(&console).signs_in();
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(14));
    let import = browser.get(&page.submit("apply", &[("leavers", "6")]).location()).has(200);
    import.says("Forced").says("Leavers 6");
}

#[test]
fn what_changed_since_it_was_shown_is_shown_anew_and_nothing_is_done() {
    let console = trust_of(20, "");
    let browser = hr(&console).signs_in();
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(22)).says("Joiners: 2");
    console.trust.import(console.now.date_naive(), FileKind::Staff, &staff_list(21));
    let again = page.submit("apply", &[]).has(409);
    let again = again.says("Something changed while you looked at it").says("Joiners: 1");
    // The difference that is shown now can be applied.
    browser.get(&again.submit("apply", &[]).location()).says("The file is imported").says("Joiners 1");
}

#[test]
fn another_file_of_its_kind_asks_first_and_a_discarded_one_leaves_nothing() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let first = draft_of(&browser, &[("kind", "staff")], &staff_list(4));
    let typed = [("kind", "staff"), ("as_of", "24 November 2026"), ("sheet", "Posts")];
    let asked = bring(&browser.get("/imports/new"), &browser, &typed, ("next.csv", &staff_list(5))).has(409);
    let asked = asked.says("Another file of this kind waits").says("list.csv");
    assert!(asked.body.contains("value=\"24 November 2026\"") && asked.body.contains("value=\"Posts\""));
    assert_eq!(uploads(&console).len(), 1);
    let replace = [("kind", "staff"), ("replace", "yes")];
    let second = bring(&asked, &browser, &replace, ("next.csv", &staff_list(5))).location();
    browser.get(&first.path).has(404);
    assert_eq!(uploads(&console).len(), 1);
    let second = read(&browser, &second).says("Joiners: 2");
    second.submit("discard", &[]).sees("/imports");
    browser.get("/imports").says("The file is discarded");
    browser.get(&second.path).has(404);
    second.submit("apply", &[]).has(404);
    assert_eq!(uploads(&console), [] as [&str; 0]);
}

#[test]
fn a_file_that_nobody_decides_about_is_gone_after_a_day() {
    let mut console = trust_of(3, "");
    let (path, cookie) = {
        let browser = hr(&console).signs_in();
        (draft_of(&browser, &[("kind", "staff")], &staff_list(4)).path, browser.cookie.take())
    };
    console.later(TimeDelta::minutes(20));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    read(&browser, &path).says("Joiners: 1");
    assert_eq!(uploads(&console).len(), 1);
    drop(browser);
    console.trust.run("purge", console.now + TimeDelta::hours(23));
    assert_eq!(uploads(&console).len(), 1);
    console.trust.run("purge", console.now + TimeDelta::hours(24));
    assert_eq!(uploads(&console), [] as [&str; 0]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_what_was_typed_and_changes_nothing() {
    let console = trust_of(3, "[web]\nupload_megabytes = 1\n");
    let browser = hr(&console).signs_in();
    let good = staff_list(4);
    let large = format!("employee_number\n{}", "x".repeat(1_100_000));
    let pdf = "%PDF-1.7\n1 0 obj\n";
    for (typed, file, status, said) in [
        (("kind", "staff"), ("", ""), 422, "Choose the file"),
        (("kind", "staff"), ("a.csv", ""), 422, "The file is empty"),
        (("kind", "staff"), ("a.csv", pdf), 415, "a PDF, not a CSV file or spreadsheet"),
        (("kind", "staff"), ("a.csv", large.as_str()), 413, "larger than the 1 MB"),
        (("kind", "rota"), ("a.csv", good.as_str()), 422, "Choose what the file holds"),
        // Only whoever may bring them for all may bring organisations.
        (("kind", "organisations"), ("a.csv", good.as_str()), 422, "Choose what the file holds"),
        (("as_of", "yesterday"), ("a.csv", good.as_str()), 422, "Enter a day with its year"),
        (("organisation", "RQQ"), ("a.csv", good.as_str()), 422, "There is no such organisation"),
    ] {
        let mut fields = vec![("kind", "staff"), ("sheet", "Posts")];
        fields.retain(|(name, _)| *name != typed.0);
        fields.push(typed);
        let page = bring(&browser.get("/imports/new"), &browser, &fields, file).has(status).says(said);
        assert!(page.body.contains("value=\"Posts\""), "{said}: {}", page.body);
        assert_eq!(uploads(&console), [] as [&str; 0], "{said}");
    }
    // What has no header that is known is told on the page of the draft, which can be discarded alone.
    let unusable = draft_of(&browser, &[("kind", "staff")], "a,b\n1,2\n").has(200);
    let unusable = unusable.says("Nothing of the file can be used").says("has no header row");
    assert!(!unusable.body.contains("data-do=\"apply\""));
    unusable.submit("discard", &[]).sees("/imports");
    browser.get("/imports").never_says("a.csv");
}

#[test]
fn a_file_that_breaks_off_or_that_can_not_be_kept_is_told_so() {
    let console = trust_of(3, "[web]\nuploads = \"policy.toml\"\n");
    let browser = hr(&console).signs_in();
    let page = bring(&browser.get("/imports/new"), &browser, &[("kind", "staff")], ("a.csv", "a,b"));
    page.has(503).says("can’t be kept on this machine");
    let console = trust_of(3, "");
    let browser = console.user("hr2@example.org", AccessRole::Hr).signs_in();
    let (_, unseen) = browser.get("/imports/new").form("bring");
    let mut body = String::new();
    for (name, value) in &unseen {
        body += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body +=
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemployee_number,la";
    let origin = format!("http://{}", console.address);
    let headers = [("Origin", origin.as_str()), ("Content-Type", "multipart/form-data; boundary=XX")];
    browser.ask("POST", "/imports/new", &headers, Some(&body)).has(400).says("did not arrive whole");
    assert_eq!(uploads(&console), [] as [&str; 0]);
}

#[test]
fn whoever_may_not_bring_files_leaves_none() {
    let console = trust_of(3, "");
    let nobody = console.browser();
    let own = |browser: &Browser<'_>| browser.get("/account").form("sign-out").1;
    let content = staff_list(4);
    for role in [AccessRole::Operator, AccessRole::Manager, AccessRole::Board, AccessRole::Auditor] {
        let browser = console.user(&format!("{role:?}@example.org").to_lowercase(), role).signs_in();
        browser.get("/imports/new").has(404);
        let fields = own(&browser);
        let token = fields.iter().find(|(name, _)| name == "form_token").unwrap();
        let fields = [("form_token", token.1.as_str()), ("form_key", "k"), ("kind", "staff")];
        send(&browser, "/imports/new", &fields, ("a.csv", &content), None).has(404);
        for path in ["/imports/drafts/1", "/imports/drafts/1.csv", "/imports/2/undo", "/imports/2/rejected"] {
            browser.get(path).has(404);
        }
        assert_eq!(uploads(&console), [] as [&str; 0], "{role:?}");
    }
    let browser = hr(&console).signs_in();
    let (_, unseen) = browser.get("/imports/new").form("bring");
    let mut fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.push(("kind", "staff"));
    send(&browser, "/imports/new", &fields, ("a.csv", &content), Some("https://evil.test")).has(403);
    let forged = [("form_token", "AAAA"), ("form_key", "k"), ("kind", "staff"), ("sheet", "Posts")];
    send(&browser, "/imports/new", &forged, ("a.csv", &content), None).has(403).says("Posts");
    let first = send(&nobody, "/imports/new", &fields, ("a.csv", &content), None).location();
    assert!(first.starts_with("/sign-in"), "{first}");
    assert_eq!(uploads(&console), [] as [&str; 0]);
    browser.get("/imports").never_says("a.csv");
}

/// Somebody in HR at RYY.
fn hr_at_the_other(console: &Console) -> Browser<'_> {
    let email = "y@example.org";
    let organisation = Some("RYY".to_owned());
    console
        .invite_with(email, AccessGrant { role: AccessRole::Hr, organisation, scope: GrantScope::Everyone });
    let browser = console.browser();
    browser.get(&console.link_to(email)).submit("choose", &[("new_password", PASSWORD)]).location();
    let typed = [("email", email), ("password", PASSWORD)];
    let page = browser.get(&browser.get("/sign-in").submit("sign-in", &typed).location());
    let secret = page.key();
    page.submit("device", &[("code", &code(&secret, console.now))]).sees("/account");
    browser
}

#[test]
fn a_row_of_an_organisation_outside_the_grant_is_that_of_an_unknown_one() {
    let console = trust_of(3, "");
    let other = "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\n";
    console.trust.import(console.now.date_naive(), FileKind::Organisations, other);
    let hr = hr(&console);
    let browser = hr.signs_in();
    let both = "employee_number,last_name,email,start_date,organisation\n\
                00001,Example1,ash1@example.org,2020-01-01,RXX\n00002,Example2,ash2@example.org,2020-01-01,RXX\n\
                00003,Example3,ash3@example.org,2020-01-01,RXX\n90001,Other,o@example.org,2020-01-01,RYY\n";
    let page = draft_of(&browser, &[("kind", "staff")], both).has(200);
    let page = page.says("Rejected rows: 1").says("RYY").says("would change at RXX");
    assert!(!page.body.contains("Other Trust"));
    // A file of nobody else's rows is not taken for a list of places.
    let foreign = "employee_number,last_name,start_date,organisation\n90001,Other,2020-01-01,RYY\n";
    let replace = [("kind", "staff"), ("replace", "yes")];
    let page = bring(&browser.get("/imports/new"), &browser, &replace, ("y.csv", foreign)).location();
    read(&browser, &page).says("whoever brings the file has no say about").never_says("joiner RYY");
    // Nobody of the other organisation sees it, nor what was imported.
    let theirs = hr_at_the_other(&console);
    theirs.get(&page).has(404);
    theirs.get("/imports/new").has(200).never_says("y.csv");
    theirs.get("/imports/2/undo").has(404);
}

#[test]
fn an_import_is_undone_once_it_was_shown_what_that_puts_back_and_what_stands_in_the_way() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let applied = |people: usize| {
        draft_of(&browser, &[("kind", "staff")], &staff_list(people)).submit("apply", &[]).location()
    };
    let (four, five) = (applied(4), applied(5));
    let changed = staff_list(5).replace("ash4@", "ash.4@");
    let third = draft_of(&browser, &[("kind", "staff")], &changed).submit("apply", &[]).location();
    let blocked = browser.get(&format!("{four}/undo")).has(200).says("It can’t be undone");
    let blocked = blocked.says("Later imports built on import").says("Undo import");
    assert!(!blocked.body.contains("data-do=\"undo\""));
    let link = format!("href=\"{third}/undo\"");
    assert!(blocked.body.contains(&link), "{link}: {}", blocked.body);
    browser.get(&five).says("See what undoing it would put back");
    let page = browser.get(&format!("{third}/undo")).has(200);
    let page = page.says("Entries taken back").says("1 1");
    browser.get("/people.csv").has(200).says("ash.4@example.org");
    page.submit("undo", &[]).sees(&third);
    browser.get(&third).says("is undone").says("Undone by");
    browser.get("/people.csv").has(200).says("ash4@example.org");
    // Sent twice it acts once and answers alike.
    page.submit("undo", &[]).sees(&third);
    browser.get(&format!("{third}/undo")).says("was undone already");
}

#[test]
fn rejected_rows_are_put_right_in_the_page_and_imported_as_a_file_of_their_own() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let list =
        format!("{}00008,Bo,Sample,bo@example.org,soon\n00009,,,c@example.org,2020-13-01\n", staff_list(3));
    let parent = draft_of(&browser, &[("kind", "staff")], &list).submit("apply", &[]).location();
    browser.get(&parent).says("2 rows could not be used").says("Put the rejected rows right");
    let path = format!("{parent}/rejected");
    let page = browser.get(&path).has(200).says("is not a date");
    assert!(
        page.body.contains("data-list=\"rejected\" data-total=\"2\"") && page.body.contains("value=\"soon\"")
    );
    let checked = page.submit("put-right", &[("cell-5-4", "1 May 2021"), ("do", "check")]).has(200);
    let checked = checked.says("1 of 2 rows can be imported now");
    browser.get("/people").never_says("Sample");
    let next = checked
        .submit("put-right", &[("cell-5-4", "1 May 2021"), ("cell-6-4", "2020-12-01"), ("do", "import")]);
    next.sees(&path);
    let left = browser.get(&path).has(200).says("1 row is imported");
    assert!(left.body.contains("data-total=\"1\"") && left.body.contains("2020-12-01"), "{}", left.body);
    browser.get("/people").says("Sample").says("Example3");
    let typed = [("cell-6-2", "Late"), ("cell-6-4", "2020-12-01"), ("do", "import")];
    let done = left.submit("put-right", &typed).location();
    browser.get(&done).says("1 row is imported").says("list.csv.rejected.csv").says("Partial");
    browser.get(&path).has(200).says("No row is left here");
    browser.get("/people").says("Late");
    // The command keeps them as well.
    console.trust.write("more.csv", &list.replace("00008", "00018").replace("00009", "00019"));
    let (app, file) = (console.app(), console.trust.folder.path().join("more.csv"));
    let how = jobs::HowToImport { partial: true, ..jobs::HowToImport::default() };
    let imported = jobs::import_file(&app, FileKind::Staff, &file, &how, app.today()).unwrap();
    let id = imported.report.id.unwrap();
    browser.get(&format!("/imports/{id}/rejected")).has(200).says("00018");
}

#[test]
fn every_rejected_row_is_reached_and_put_right_whatever_becomes_of_those_before_it() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let rows =
        |number: usize| format!("{:05},Bo,Sample{number},bo{number}@example.org,soon\n", 1_000 + number);
    let list = staff_list(3) + &(0..120).map(rows).collect::<String>();
    console.trust.write("list.csv", &list);
    let how =
        jobs::HowToImport { force: refresher::import::Force::Everything, ..jobs::HowToImport::default() };
    let (app, file) = (console.app(), console.trust.folder.path().join("list.csv"));
    let imported = jobs::import_file(&app, FileKind::Staff, &file, &how, app.today()).unwrap();
    let parent = format!("/imports/{}", imported.report.id.unwrap());
    let path = format!("{parent}/rejected");
    let page =
        browser.get(&path).has(200).says("Rows 1 to 50 of 120").says("Next page").never_says("Previous page");
    assert!(page.body.contains("cell-5-4") && !page.body.contains("cell-55-4"), "{}", page.body);
    browser
        .get(&format!("{path}?size=200"))
        .has(200)
        .says("120 rows")
        .says("Sample119")
        .never_says("Next page");
    browser
        .get(&format!("{path}?page=2&size=100"))
        .has(200)
        .says("Rows 101 to 120 of 120")
        .says("Previous page");
    for unsound in ["page=0", "size=60", "line=3"] {
        browser.get(&format!("{path}?{unsound}")).has(422).never_says("Sample");
    }
    // The last, while nothing before it is right.
    let last = browser.get(&format!("{path}?page=3")).has(200).says("Rows 101 to 120 of 120");
    let checked = last.submit("put-right", &[("cell-124-4", "1 May 2021"), ("do", "check")]).has(200);
    let checked = checked.says("1 of 20 rows can be imported now").says("Rows 101 to 120 of 120");
    checked
        .submit("put-right", &[("cell-124-4", "1 May 2021"), ("do", "import")])
        .sees(&format!("{path}?page=3"));
    browser.get(&format!("{path}?page=3")).says("1 row is imported").says("Rows 101 to 119 of 119");
    browser.get("/people").says("Sample119");
    // Dismissed, and still there.
    let page = browser.get(&format!("{path}?page=3"));
    page.submit("dismiss", &[("line", "105"), ("why", "Sent twice")]).sees(&format!("{path}?page=3"));
    let page = browser.get(&format!("{path}?page=3"));
    page.submit("dismiss", &[("line", "106"), ("why", "")]).has(422).says("Rows 101 to 118 of 118");
    // Of pages that are there no longer the last is shown.
    browser.get(&format!("{path}?page=9")).has(200).says("Rows 101 to 118 of 118");
    // A row that is gone is not imported twice.
    last.submit("put-right", &[("cell-124-4", "1 May 2021"), ("do", "check")])
        .has(409)
        .says("put right or dismissed meanwhile");
}

#[test]
fn columns_that_are_not_recognised_are_said_by_a_person_and_remembered() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let list = "Payroll ref;Family name;Began;Work mail\n00001;Example1;01/01/2020;ash1@example.org\n\
                00007;Novak;01/02/2021;novak@example.org\n";
    let page = draft_of(&browser, &[("kind", "staff"), ("partial", "yes")], list);
    let page = page.says("Nothing of the file can be used").says("Say which column is which");
    let columns = format!("{}/columns", page.path);
    let form = browser.get(&columns).has(200).says("Employee number (needed)").says("Payroll ref");
    let twice = [("employee_number", "Payroll ref"), ("last_name", "Payroll ref")];
    form.submit("columns", &twice).has(422).says("is chosen twice");
    let said = [
        ("employee_number", "Payroll ref"),
        ("last_name", "Family name"),
        ("start_date", "Began"),
        ("email", "Work mail"),
    ];
    form.submit("columns", &said).sees(&page.path);
    let draft = read(&browser, &page.path).has(200).says("Joiners: 1").says("Novak");
    browser.get(&draft.submit("apply", &[]).location()).says("The file is imported");
    // The next file of the kind is read so at once.
    let next = list.replace("Novak", "Nowak");
    draft_of(&browser, &[("kind", "staff"), ("partial", "yes")], &next).says("Nowak").says("Changes: 1");
}

#[test]
fn all_that_a_file_would_change_is_handed_out_and_the_page_shows_the_beginning() {
    let console = Console::start();
    let browser = hr(&console).signs_in();
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(230)).has(200);
    assert_eq!(page.body.matches("<tr data-id=").count(), 200 + page.body.matches("asks nobody").count());
    let csv = browser.get(&format!("{}.csv", page.path)).has(200);
    assert_eq!(csv.body.lines().filter(|line| line.contains("joiner,RXX,")).count(), 230);
    let app = console.app();
    let told = refresher::answers::audit_log(&app, &refresher::answers::Viewer::Everything, 50).unwrap();
    let told = serde_json::to_string(&told).unwrap();
    assert!(told.contains("/imports/drafts/"), "{told}");
}

#[test]
fn a_form_with_a_file_whose_sign_in_has_ended_is_kept_without_the_file() {
    let mut console = trust_of(3, "");
    let (cookie, fields) = {
        let browser = hr(&console).signs_in();
        let (_, unseen) = browser.get("/imports/new").form("bring");
        (browser.cookie.take(), unseen)
    };
    console.later(TimeDelta::minutes(31));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.extend([("kind", "staff"), ("sheet", "Posts")]);
    let first = send(&browser, "/imports/new", &fields, ("a.csv", &staff_list(4)), None).location();
    assert!(first.starts_with("/sign-in?to=%2Fparked%2F"), "{first}");
    assert_eq!(uploads(&console), [] as [&str; 0]);
}

#[test]
fn what_two_apply_at_once_is_applied_once() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(4));
    let (first, second) = (browser.get(&page.path), browser.get(&page.path));
    let done = std::thread::scope(|scope| {
        let ask = |page: Page<'_>| {
            let (action, unseen) = page.form("apply");
            let (cookie, console) = (browser.cookie.borrow().clone(), &console.address);
            let fields: Vec<(&str, &str)> = unseen.iter().map(|(name, value)| (&**name, &**value)).collect();
            let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            (action, cookie, *console, body)
        };
        let asked = [ask(first), ask(second)];
        let sent = asked.map(|(action, cookie, address, body)| {
            scope.spawn(move || raw_post(address, &action, &cookie.unwrap(), &body))
        });
        sent.map(|one| one.join().unwrap())
    });
    assert!(done.iter().all(|answer| answer.starts_with("HTTP/1.1 303")), "{done:?}");
    let app = console.app();
    let all = refresher::answers::imports(&app, &refresher::answers::Viewer::Everything).unwrap();
    let all = serde_json::to_string(&all).unwrap();
    assert_eq!(all.matches("\"file\":\"list.csv\"").count(), 1, "{all}");
}

/// Sends a form over a connection of its own, and gives the beginning of the answer.
fn raw_post(address: std::net::SocketAddr, path: &str, cookie: &str, body: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Cookie: __Host-refresher={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_purge_forgets_rejected_rows_and_names_of_files_that_may_name_somebody() {
    let console = trust_of(3, "");
    let left = "employee_number,first_name,last_name,email,start_date,leave_date\n\
                00050,Zora,Zanzibar,zora@example.org,2000-01-01,2010-01-01\n";
    console.trust.write("left.csv", left);
    console
        .trust
        .write("again.csv", "employee_number,last_name,start_date\n00050,Zanzibar,soon\n00051,Bo,later\n");
    let app = console.app();
    let how = jobs::HowToImport { partial: true, ..jobs::HowToImport::default() };
    let import = |name: &str| {
        let file = console.trust.folder.path().join(name);
        jobs::import_file(&app, FileKind::Staff, &file, &how, app.today()).unwrap().report.id
    };
    import("left.csv");
    let id = import("again.csv").unwrap();
    let browser = hr(&console).signs_in();
    let path = format!("/imports/{id}/rejected");
    browser.get(&path).has(200).says("Zanzibar").says("00051");
    let brought = bring(
        &browser.get("/imports/new"),
        &browser,
        &[("kind", "staff")],
        ("zora zanzibar.csv", &staff_list(4)),
    );
    read(&browser, &brought.location()).says("zora zanzibar.csv");
    let by = Actor::named("test");
    jobs::purge_leavers(&app, jobs::PurgeConfirmed::Yes, &by, app.today(), app.now()).unwrap();
    browser.get(&path).has(200).never_says("Zanzibar").says("00051");
    browser.get("/imports/new").has(200).never_says("zanzibar");
}

#[test]
fn a_file_that_was_imported_before_is_taken_again_where_somebody_says_so_who_signed_in_lately() {
    let console = trust_of(3, "");
    let browser = hr(&console).signs_in();
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(3)).has(200);
    let page = page.says("This very file was imported before").never_says("data-do=\"apply\"");
    let read_again = page.submit("again", &[]).location();
    let page = read(&browser, &read_again).has(200).never_says("was imported before");
    let import = page.submit("apply", &[]).location();
    assert!(import.starts_with("/imports/") && !import.contains("drafts"), "{import}");
    browser.get(&import).has(200).says("The file is imported");
    page.submit("apply", &[]).sees(&import);
}

#[test]
fn taking_a_known_file_again_asks_for_the_password_again() {
    let mut console = trust_of(3, "");
    let cookie = hr(&console).signs_in().cookie.take();
    console.later(TimeDelta::minutes(11));
    let browser = console.browser();
    browser.cookie.replace(cookie);
    let page = draft_of(&browser, &[("kind", "staff")], &staff_list(3)).has(200);
    let read_again = page.submit("again", &[]).location();
    let parked = read(&browser, &read_again).submit("apply", &[]).location();
    assert!(parked.starts_with("/sign-in/again?to="), "{parked}");
}

#[test]
fn a_rejected_row_is_dismissed_with_a_reason_and_the_others_are_handed_out_as_a_file() {
    let console = Console::start();
    let browser = hr(&console).signs_in();
    let list = format!(
        "{}00098,Ash,Late,late@example.org,never\n00099,Ash,Later,later@example.org,soon\n",
        staff_list(40)
    );
    let page = draft_of(&browser, &[("kind", "staff")], &list).has(200);
    let import = page.submit("apply", &[]).location();
    let rejected = format!("{import}/rejected");
    let page = browser.get(&rejected).has(200).says("Dismiss a row");
    let lines: Vec<String> = page
        .body
        .split("<option value=\"")
        .skip(1)
        .map(|one| one.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(lines.len(), 2);
    let file = browser.get(&format!("{rejected}.csv")).has(200).says("reason").says("00098").says("00099");
    assert!(file.headers["content-disposition"].contains(".rejected.csv"));
    for (line, why) in
        [(lines[0].as_str(), ""), ("7", "Not ours"), ("x", "Not ours"), (&lines[0], &"x".repeat(201))]
    {
        page.submit("dismiss", &[("line", line), ("why", why)]).has(422).says("There is a problem");
    }
    page.submit("dismiss", &[("line", &lines[0]), ("why", "Left before the start")]).sees(&rejected);
    page.submit("dismiss", &[("line", &lines[1]), ("why", "Sent twice")]).sees(&rejected);
    let page = browser.get(&rejected).has(200).says("Left before the start").never_says("Sent twice");
    assert_eq!(page.body.matches("<option value").count(), 1);
    let file = browser.get(&format!("{rejected}.csv")).has(200).says("00099");
    assert!(!file.body.contains("00098"), "{}", file.body);
    browser.get(&rejected).submit("dismiss", &[("line", &lines[1]), ("why", "Sent twice")]).sees(&rejected);
    browser.get(&rejected).has(200).says("No row is left here").says("Sent twice");
    browser.get(&format!("{rejected}.csv")).has(404);
}

#[test]
fn a_file_is_read_as_whoever_brings_it_says_as_by_the_command() {
    let console = Console::start();
    let browser = hr(&console).signs_in();
    let staff = "employee_number,first_name,last_name,email\n0042,Zo\u{eb},Okafor,zoe@example.org\n";
    let page = draft_of(
        &browser,
        &[("kind", "staff"), ("start_date", "1 March 2024"), ("encoding", "cp437")],
        staff,
    );
    let page = page.has(200).says("Joiners: 1").says("Zo\u{251c}\u{bd}");
    page.submit("discard", &[]).location();
    let page = draft_of(&browser, &[("kind", "staff"), ("start_date", "2024-03-01")], staff);
    let import = page.has(200).says("Zo\u{eb}").submit("apply", &[]).location();
    browser.get(&import).has(200);
    browser.get("/people?q=okafor").has(200).says("Okafor");
    let mut added = Vec::new();
    for cells in ["completed", "expires"] {
        let matrix = "employee_number,SGC-L1,SGC-L2\n0042,2026-10-01,2026-10-01\n";
        let page = draft_of(&browser, &[("kind", "training"), ("cells", cells)], matrix).has(200);
        added.push(page.text().split("Added").last().unwrap().to_owned());
        page.submit("discard", &[]).location();
    }
    assert_ne!(added[0], added[1]);
    // What is wrong comes back with the rest as it was typed.
    let form = browser.get("/imports/new");
    let typed = [("kind", "staff"), ("start_date", "soon"), ("encoding", "klingon"), ("cells", "expires")];
    let page = bring(&form, &browser, &typed, ("list.csv", staff)).has(422);
    let page = page.says("Enter a day with its year").says("No encoding is called klingon");
    for kept in ["value=\"soon\"", "value=\"klingon\"", "<option value=\"expires\" selected>"] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
}
