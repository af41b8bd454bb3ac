//! The speed of each room by itself, on a generated organisation: `cargo bench`. Whole processes beside other programs
//! are measured by `benches/compare`.
#![expect(clippy::unwrap_used, reason = "a bench that can't be set up has nothing to measure")]

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::NaiveDate;
use divan::Bencher;
use divan::counter::ItemsCount;
use refresher::answers::{self, Question};
use refresher::app::App;
use refresher::clock::Clock;
use refresher::compliance::{GroupBy, Judge, forecast, rates};
use refresher::config::Overrides;
use refresher::db::IfMissing;
use refresher::demo::{LargeFiles, write_large};
use refresher::import::{CheckContext, FileKind, ReadOptions, StaffLists, TrainingRecords, read};
use refresher::jobs::{HowToImport, import_file};
use refresher::plan::{PlanHistory, SendingDay, plan};
use refresher::policy::Policy;
use refresher::register::View;
use refresher::register::store::ViewDetail;
use tempfile::TempDir;

const PEOPLE: u64 = 20_000;

fn main() {
    divan::main();
}

/// An organisation as files and as a register.
struct Given {
    folder: TempDir,
    files: LargeFiles,
    app: App,
    policy: Policy,
    today: NaiveDate,
}

static GIVEN: LazyLock<Given> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let files = write_large(folder.path(), PEOPLE, 2009, today).unwrap();
    let app = open(folder.path().join("refresher.toml"), today);
    for (kind, file) in [(FileKind::Staff, &files.staff), (FileKind::Training, &files.training)] {
        import_file(&app, kind, file, &HowToImport::default(), today).unwrap();
    }
    let policy = answers::policy_of(&app, today).unwrap();
    Given { folder, files, app, policy, today }
});

/// An empty register under benches/policy.toml.
fn open(config: PathBuf, today: NaiveDate) -> App {
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/policy.toml");
    let settings = format!(
        "database = \"sqlite:{}\"\npolicy = {policy:?}\n[organisation]\ncode = \"RZX\"\nname = \"A trust\"\n\
         kind = \"acute\"\n[smtp]\ntransport = \"file\"\nfrom = \"refresher@example.org\"\n",
        config.with_extension("db").display()
    );
    std::fs::write(&config, settings).unwrap();
    App::open(&config, &Overrides::default(), Clock::OnDate(today), IfMissing::Create).unwrap()
}

impl Given {
    fn known(&self) -> CheckContext<'_> {
        CheckContext {
            organisations: &[],
            organisation_names: &[],
            default_organisation: "RZX",
            only: &[],
            policy: &self.policy,
            zone: chrono_tz::Tz::Europe__London,
            today: self.today,
        }
    }

    fn view(&self) -> View {
        let question = Question::now(self.today, self.app.now(), None);
        answers::view(&self.app, &question, ViewDetail::WithNames).unwrap()
    }
}

#[divan::bench]
fn read_and_check_a_staff_list(bencher: Bencher) {
    let given = &*GIVEN;
    bencher
        .counter(ItemsCount::new(given.files.staff_rows))
        .bench(|| read::<StaffLists>(&given.files.staff, &ReadOptions::default(), &given.known()).unwrap());
}

#[divan::bench]
fn read_and_check_training_records(bencher: Bencher) {
    let given = &*GIVEN;
    bencher.counter(ItemsCount::new(given.files.training_rows)).bench(|| {
        read::<TrainingRecords>(&given.files.training, &ReadOptions::default(), &given.known()).unwrap()
    });
}

#[divan::bench(sample_count = 10)]
fn import_training_records_for_the_first_time(bencher: Bencher) {
    let given = &*GIVEN;
    let import =
        |app: &App, kind, file| import_file(app, kind, file, &HowToImport::default(), given.today).unwrap();
    bencher
        .counter(ItemsCount::new(given.files.training_rows))
        .with_inputs(|| {
            let folder = tempfile::tempdir_in(given.folder.path()).unwrap();
            let app = open(folder.path().join("refresher.toml"), given.today);
            import(&app, FileKind::Staff, &given.files.staff);
            (folder, app)
        })
        .bench_refs(|(_folder, app)| import(app, FileKind::Training, &given.files.training));
}

#[divan::bench]
fn read_the_register(bencher: Bencher) {
    let given = &*GIVEN;
    bencher.counter(ItemsCount::new(given.files.training_rows)).bench(|| given.view());
}

/// A bench over everyone in the register, made ready to be judged.
fn over_everyone<T>(bencher: Bencher, judge: impl Fn(&Judge<'_>, NaiveDate) -> T) {
    let given = &*GIVEN;
    let view = given.view();
    let ready = Judge::new(&view, &given.policy);
    bencher.counter(ItemsCount::new(PEOPLE)).bench_local(|| judge(&ready, given.today));
}

#[divan::bench]
fn rates_by_course(bencher: Bencher) {
    over_everyone(bencher, |judge, today| rates(judge, today, &[GroupBy::Course]));
}

#[divan::bench]
fn rates_by_unit(bencher: Bencher) {
    over_everyone(bencher, |judge, today| rates(judge, today, &[GroupBy::Unit]));
}

#[divan::bench]
fn forecast_of_a_year(bencher: Bencher) {
    over_everyone(bencher, |judge, today| forecast(judge, today, 12));
}

#[divan::bench]
fn plan_of_a_day(bencher: Bencher) {
    let told = PlanHistory::default();
    over_everyone(bencher, |judge, on| plan(judge, &told, &SendingDay { on, weekly: Default::default() }));
}
