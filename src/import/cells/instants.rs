//! Times of day and zones behind dates (spec 3.7, *Dates*).

use chrono::{FixedOffset, NaiveTime};

/// What stands between a date and a time.
const BEFORE_TIME: [char; 4] = [' ', 'T', 't', ','];

/// No zone is farther from UTC than 14 hours and no minutes.
const FARTHEST_ZONE: i32 = 1_400;

/// Zones by their names, and the seconds that they add to UTC.
const ZONES: [(&str, i32); 4] = [("Z", 0), ("UTC", 0), ("GMT", 0), ("BST", 3_600)];

/// The text before ` 14:30`, `T14:30:00`, `14:30:00.000` or `2:30 PM` at its end, and that time; `None` where there is
/// none.
pub(super) fn parted_time(text: &str) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(text.find(':')?)?;
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (date, hour) = before.split_at_checked(before.len() - digits)?;
    let sound_hour = matches!(whole(hour), Some(0..=24)) && hour.len() <= 2;
    let is_parted = sound_hour && date.ends_with(BEFORE_TIME) && is_rest_of_time(after);
    is_parted.then(|| (date.trim_end_matches(BEFORE_TIME), text.get(date.len()..).unwrap_or_default()))
}

/// `:30`, `:30:00`, `:30:00.123`, each perhaps with `AM` or `PM`.
fn is_rest_of_time(text: &str) -> bool {
    let (clock, _) = without_half(text);
    let mut parts = clock.split(':').skip(1);
    let two = |part: &str| part.len() == 2 && matches!(whole(part), Some(0..=59));
    let minutes = parts.next().is_some_and(two);
    let seconds = parts.next().is_none_or(|part| {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, "0"));
        two(whole) && !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
    });
    minutes && seconds && parts.next().is_none()
}

/// The time without `AM` or `PM` behind it, and whether it is in the afternoon where it says so.
fn without_half(time: &str) -> (&str, Option<bool>) {
    let (clock, half) = time.split_at_checked(time.len().saturating_sub(2)).unwrap_or((time, ""));
    match half.to_ascii_lowercase().as_str() {
        "am" => (clock.trim_end(), Some(false)),
        "pm" => (clock.trim_end(), Some(true)),
        _ => (time, None),
    }
}

/// The time that `23:30`, `23:30:00.5` or `11:30 PM` is, to the second.
pub(super) fn time_of_day(time: &str) -> Option<NaiveTime> {
    let (clock, is_afternoon) = without_half(time);
    let mut parts = clock.split([':', '.']).map(|part| part.parse::<u32>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let hour = match is_afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// The text before the zone that ends an instant, and what that zone adds to UTC: `Z`, `GMT`, `+0100`, `GMT+01:00`;
/// `None` where the text names no time or no zone.
pub(super) fn without_zone(text: &str) -> Option<(&str, FixedOffset)> {
    let colon = text.find(':')?;
    let (local, hours) = match text.rfind(['+', '-']).filter(|sign| *sign > colon) {
        Some(sign) => {
            let (local, offset) = text.split_at_checked(sign)?;
            (without_zone_name(local).map_or(local, |(local, _)| local), offset_seconds(offset)?)
        }
        None => without_zone_name(text)?,
    };
    Some((local.trim_end(), FixedOffset::east_opt(hours)?))
}

/// The text before the name of a zone, and the seconds that it adds to UTC.
fn without_zone_name(text: &str) -> Option<(&str, i32)> {
    ZONES.into_iter().find_map(|(name, seconds)| {
        let (local, end) = text.split_at_checked(text.len().checked_sub(name.len())?)?;
        end.eq_ignore_ascii_case(name).then(|| (local.trim_end(), seconds))
    })
}

/// The seconds that `+0100` or `-05:30` adds to UTC.
fn offset_seconds(offset: &str) -> Option<i32> {
    let (sign, digits) = match offset.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, offset.strip_prefix('-')?),
    };
    let digits: String = match digits.split_once(':') {
        Some((hours, minutes)) if hours.len() == 2 => format!("{hours}{minutes}"),
        Some(_) => return None,
        None => digits.into(),
    };
    let number =
        whole(&digits).filter(|number| digits.len() == 4 && *number <= FARTHEST_ZONE && number % 100 < 60)?;
    Some(sign * (number / 100 * 3_600 + number % 100 * 60))
}

/// A whole number of at most four digits.
pub(super) fn whole(text: &str) -> Option<i32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_behind_a_time_is_told_from_what_only_looks_so() {
        for (text, expected) in [
            ("2026-11-22 10:15Z", Some(("2026-11-22 10:15", 0))),
            ("22 Nov 2026 10:15 BST", Some(("22 Nov 2026 10:15", 3_600))),
            ("22 Nov 2026 10:15 GMT+0530", Some(("22 Nov 2026 10:15", 19_800))),
            ("22 Nov 2026 10:15 -01:30", Some(("22 Nov 2026 10:15", -5_400))),
            ("22 Nov 2026 10:15", None),
            ("2026-11-22 10:15", None),
            ("22 Nov 2026 GMT", None),
            ("22 Nov 2026 10:15 +1:300", None),
            ("22 Nov 2026 10:15 +2330", None),
        ] {
            let found = without_zone(text).map(|(local, zone)| (local, zone.local_minus_utc()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_time_is_read_on_either_clock() {
        for (text, expected) in [
            ("00:00", Some((0, 0, 0))),
            ("23:30:15.5", Some((23, 30, 15))),
            ("12:00 AM", Some((0, 0, 0))),
            ("12:00pm", Some((12, 0, 0))),
            ("11:30 PM", Some((23, 30, 0))),
            ("13:30 PM", None),
            ("24:00", None),
        ] {
            let expected =
                expected.and_then(|(hour, minute, second)| NaiveTime::from_hms_opt(hour, minute, second));
            assert_eq!(time_of_day(text), expected, "{text}");
        }
    }
}
