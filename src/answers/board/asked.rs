//! `board`: a month's figures, and what was asked about them.

use anyhow::bail;
use chrono::{DateTime, NaiveDate, Utc};
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::months::{IsFrozen, frozen_figures, month_again, month_figures, months_before};
use super::why::{self, BoardWhy};
use crate::answers::Viewer;
use crate::answers::viewer::Visibility;
use crate::app::App;
use crate::board::{BoardFigures, Month};
use crate::paper::Paper;

/// A month of an organisation.
#[derive(Debug)]
pub struct BoardMonth {
    organisation: String,
    month: Month,
    figures: BoardFigures,
    /// Whether these are the figures issued.
    pub frozen: IsFrozen,
    /// Where the month was worked out again: whether that came to the figures issued; `None` where none were.
    pub agrees: Option<bool>,
    /// What lies behind them, where that was asked.
    why: Option<BoardWhy>,
    /// The months before, oldest first.
    earlier: Vec<BoardFigures>,
}

/// What is asked about a month.
#[derive(Debug, Clone, Copy)]
pub struct MonthAsked {
    /// The month.
    pub month: Month,
    /// Worked out again by what had been recorded by this instant.
    pub known_at: Option<DateTime<Utc>>,
    /// With the people behind the change since the month before.
    pub why: bool,
}

/// The month of the organisation with this code, which the viewer must see the whole of.
pub fn board_month(
    app: &App,
    viewer: &Viewer,
    organisation: &str,
    asked: MonthAsked,
) -> anyhow::Result<BoardMonth> {
    let sight = Visibility::of(app, viewer, Some(organisation))?;
    if sight.is_of_some_people() {
        bail!("a board's month is of a whole organisation, and only some of its people are seen");
    }
    let MonthAsked { month, known_at, why } = asked;
    let (today, now) = (app.today(), app.now());
    let again = || month_again(app, organisation, month, known_at, today, now);
    let (figures, frozen, agrees, why) = if known_at.is_some() {
        let told = frozen_figures(app, organisation, month)?;
        let again = again()?;
        let figures = again.figures.clone();
        // The instant itself is no figure.
        let agrees = told.map(|told| told == BoardFigures { known_at: told.known_at, ..figures.clone() });
        (figures, IsFrozen::No, agrees, if why { Some(BoardWhy::read(app, again)?) } else { None })
    } else {
        let (figures, frozen) = month_figures(app, organisation, month, today, now)?;
        (figures, frozen, None, if why { Some(BoardWhy::read(app, again()?)?) } else { None })
    };
    let earlier = months_before(app, &figures)?;
    Ok(BoardMonth { organisation: organisation.to_owned(), month, figures, frozen, agrees, why, earlier })
}

impl BoardMonth {
    /// The month as it is read and written out.
    pub fn paper(&self) -> anyhow::Result<Paper> {
        Ok(Paper::new(&self.figures, &self.earlier)?)
    }

    /// The month.
    pub(crate) fn month(&self) -> Month {
        self.month
    }

    /// Whether it is over, and not issued yet.
    pub(crate) fn is_to_be_issued(&self, today: NaiveDate) -> bool {
        self.frozen == IsFrozen::No && self.month.last_day() < today
    }

    /// The month for people: `October 2026`.
    pub(crate) fn words(&self) -> String {
        self.month.long()
    }

    /// The page alone.
    pub(crate) fn page(&self) -> anyhow::Result<String> {
        Ok(self.paper()?.page()?)
    }

    /// Every form of it as a file: its name, and what it holds.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let made = self.paper()?.files()?;
        Ok(made.content.into_iter().map(|file| (file.name, file.content)).collect())
    }

    /// The people behind the changes, for a terminal that is so wide, where they were asked for.
    pub fn why(&self, width: usize) -> Option<String> {
        self.why.as_ref().map(|why| why::words(why, width))
    }
}

impl Serialize for BoardMonth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = json!({
            "organisation": self.organisation,
            "month": self.month,
            "frozen": self.frozen == IsFrozen::Yes,
            "figures": serde_json::to_value(&self.figures).map_err(S::Error::custom)?,
        });
        if let Value::Object(shape) = &mut shape {
            shape.extend(self.agrees.map(|agrees| ("agrees".to_owned(), json!(agrees))));
            shape.extend(self.why.as_ref().map(|why| ("why".to_owned(), why::document(why))));
        }
        shape.serialize(serializer)
    }
}

/// The codes of the organisations whose months are meant: the one asked for; else those with board recipients; else the
/// one of the viewer, or of the settings.
pub fn board_organisations(app: &App, viewer: &Viewer, asked: Option<&str>) -> anyhow::Result<Vec<String>> {
    let sight = Visibility::of(app, viewer, asked)?;
    if let Some(asked) = asked {
        return Ok(vec![asked.to_owned()]);
    }
    let known = sight.organisations(app)?.into_iter().map(|organisation| organisation.code);
    let with_board: Vec<String> = known.filter(|code| app.board_recipients(code).next().is_some()).collect();
    Ok(match sight.organisation() {
        _ if !with_board.is_empty() => with_board,
        Some(theirs) => vec![theirs.to_owned()],
        None => vec![app.db.read(|conn| app.own_organisation(conn))?],
    })
}
