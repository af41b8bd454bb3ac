//! What is decided of a draft: applied, as it was shown, or discarded.

use std::time::Duration;

use super::draft::{DraftRemark, DraftShown, became, brake_fields, found, show};
use crate::jobs::drafts::{
    ApplyOrder, DraftEnd, DraftLook, DraftRead, Overruled, discard as discard_draft, import_again,
};
use crate::web::answer::{Fault, FieldFault, Notice, Reply};
use crate::web::pages::parked;
use crate::web::request::{Admitted, PageRequest};

/// So long the answer waits for a draft to be read that was read before.
const READ_WAIT: Duration = Duration::from_secs(5);
/// So long it waits for what is applied; what takes longer is looked at on its page. Together less than a request may take.
const APPLY_WAIT: Duration = Duration::from_secs(20);

/// Applies it, where it would still change what was shown.
pub(crate) fn apply(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let once = asked.once(by.who())?;
    if once.was_sent_before(asked.app())? {
        return Ok(became(asked, by, id).unwrap_or_else(|| Reply::see("/imports")));
    }
    let draft = match found(asked, by, id) {
        Ok(draft) => draft,
        // Somebody else applied it at this moment.
        Err(fault) => return became(asked, by, id).ok_or(fault),
    };
    let drafts = &asked.state.drafts;
    let look = drafts.look(&asked.state.app, &draft, READ_WAIT);
    let DraftLook::Ended(DraftEnd::Read(read) | DraftEnd::Changed(read)) = &look else {
        return Ok(Reply::see(format!("/imports/drafts/{id}")));
    };
    if read.mark != asked.form.one("mark") {
        let remark = DraftRemark::ChangedMeanwhile;
        return show(asked, by, &draft, &look, DraftShown { status: 409, remark, faults: Vec::new() });
    }
    let overruled = match typed_counts(asked, read) {
        Ok(overruled) => overruled,
        Err(faults) => {
            let remark = DraftRemark::Nothing;
            return show(asked, by, &draft, &look, DraftShown { status: 422, remark, faults });
        }
    };
    if (draft.again || !overruled.is_empty()) && !by.who().is_recent(asked.now) {
        return parked::park(asked, by.who().account.id, "/sign-in/again");
    }
    let order = ApplyOrder { mark: read.mark.clone(), overruled, by: by.who().actor(), once, now: asked.now };
    let rejected = read.report.rejected_lines().len();
    let look = drafts.apply(&asked.state.app, &draft, order, APPLY_WAIT);
    match &look {
        DraftLook::Ended(DraftEnd::Applied(import)) => {
            Notice::FileImported { id: *import, rejected }.keep(asked, by.who())?;
            Ok(Reply::see(format!("/imports/{import}")))
        }
        DraftLook::Underway(..) => Ok(Reply::see(format!("/imports/drafts/{id}"))),
        DraftLook::Ended(_) => {
            let remark = DraftRemark::ChangedMeanwhile;
            show(asked, by, &draft, &look, DraftShown { status: 409, remark, faults: Vec::new() })
        }
    }
}

/// What is overruled: the brakes that act, where for each of them it was typed on how much.
fn typed_counts(asked: &PageRequest<'_>, read: &DraftRead) -> Result<Overruled, Vec<FieldFault>> {
    let (mut overruled, mut faults) = (Overruled::new(), Vec::new());
    for field in brake_fields(read) {
        let typed = asked.form.one(field.name).replace([',', ' '], "");
        if typed == field.count.to_string() {
            overruled.insert(field.brake);
        } else {
            let words =
                format!("{}: type the number that is shown above, or put the file right", field.label);
            faults.push(FieldFault { field: field.name, words });
        }
    }
    if faults.is_empty() { Ok(overruled) } else { Err(faults) }
}

/// Has it be imported though the very file was before: then it is read anew, and what it would change is shown.
pub(crate) fn again(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let draft = match found(asked, by, id) {
        Ok(draft) => draft,
        Err(fault) => return became(asked, by, id).ok_or(fault),
    };
    import_again(asked.app(), &draft)?;
    Ok(Reply::see(format!("/imports/drafts/{id}")))
}

/// Discards it.
pub(crate) fn discard(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let id = asked.place().parse().map_err(|_| Fault::NotFound)?;
    let draft = match found(asked, by, id) {
        Ok(draft) => draft,
        Err(fault) => return became(asked, by, id).ok_or(fault),
    };
    if asked.state.drafts.is_applying(id) {
        let look = asked.state.drafts.look(&asked.state.app, &draft, Duration::ZERO);
        let remark = DraftRemark::BeingApplied;
        return show(asked, by, &draft, &look, DraftShown { status: 409, remark, faults: Vec::new() });
    }
    discard_draft(asked.app(), &draft)?;
    Notice::DraftDiscarded.keep(asked, by.who())?;
    Ok(Reply::see("/imports"))
}
