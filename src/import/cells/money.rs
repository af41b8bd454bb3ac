//! Amounts of money (spec 3.7, *Numbers and cells*).

use crate::import::messages::Rejection;
use crate::register::Pence;

/// The largest amount, £1,000 million, in pence.
const LARGEST_PENCE: Pence = 100_000_000_000;

/// The pence of an amount in pounds: optional `£`, commas only where thousands are, at most two decimals, a leading
/// minus for a credit note.
///
/// # Errors
/// Says why the text is not an amount and what one looks like.
pub(in crate::import) fn parse_pence(text: &str) -> Result<Pence, Rejection> {
    read_pence(text).map_err(|plain| {
        // What would be an amount but for one thing is told that thing.
        let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let unspaced: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match inside {
            Some(inside) if read_pence(inside).is_ok() => {
                Rejection::AmountInBrackets { value: text.into(), inside: inside.into() }
            }
            _ if read_pence(&unspaced).is_ok() => Rejection::AmountSpaced { value: text.into(), unspaced },
            _ => plain,
        }
    })
}

fn read_pence(text: &str) -> Result<Pence, Rejection> {
    let fault = || Rejection::NotAnAmount { value: text.into() };
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let rest = rest.strip_prefix('£').unwrap_or(rest).trim_start();
    let (pounds, pence) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    let pence = match pence {
        None => 0,
        Some(part) => hundredths(part).ok_or_else(|| Rejection::AmountDecimals { value: text.into() })?,
    };
    let digits = without_thousands(pounds).ok_or_else(fault)?;
    let pounds: Pence = digits.parse().map_err(|_| fault())?;
    let amount = pounds.checked_mul(100).and_then(|whole| whole.checked_add(pence));
    match amount.filter(|&amount| amount <= LARGEST_PENCE) {
        Some(amount) => Ok(if negative { -amount } else { amount }),
        None => Err(Rejection::AmountTooLarge { value: text.into() }),
    }
}

/// One or two digits after a decimal point, as hundredths.
pub(in crate::import) fn hundredths(part: &str) -> Option<i64> {
    if part.is_empty() || part.len() > 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i64 = part.parse().ok()?;
    Some(if part.len() == 1 { value * 10 } else { value })
}

/// The digits of a whole number whose commas, if any, all stand where thousands are.
fn without_thousands(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let sound = !first.is_empty()
        && first.len() <= if rest.is_empty() { 15 } else { 3 }
        && rest.iter().all(|group| group.len() == 3)
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
        && text.len() <= 20;
    sound.then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_penny() {
        let cases = [
            ("0", 0),
            ("1234.50", 123_450),
            ("1,234.50", 123_450),
            ("£1,234.5", 123_450),
            ("£ 12", 1_200),
            ("-5.00", -500),
            ("-£5.01", -501),
            ("1,000,000", 100_000_000),
            ("1000000000", 100_000_000_000),
        ];
        for (text, pence) in cases {
            assert_eq!(parse_pence(text), Ok(pence), "{text}");
        }
    }

    #[test]
    fn what_would_be_an_amount_but_for_one_thing_is_told_that_thing() {
        for (text, said) in [
            ("(1,200.00)", "(1,200.00) is in brackets, which are not read as a minus: write -1,200.00"),
            ("(£5)", "(£5) is in brackets, which are not read as a minus: write -£5"),
            ("£ 1 200.50", "£ 1 200.50 has spaces in it: write £1200.50"),
            ("1 234", "1 234 has spaces in it: write 1234"),
            ("(five)", "(five) is not an amount"),
            ("1.2.3", "1.2.3 has no one or two decimals after its point"),
        ] {
            let refused = parse_pence(text).unwrap_err().to_string();
            assert!(refused.starts_with(said), "{refused}");
        }
    }

    #[test]
    fn what_is_not_plainly_an_amount_in_pounds_is_refused() {
        for text in [
            "",
            "£",
            "-",
            "12,34",
            "1234,567",
            "1,23",
            "1.234",
            "1.",
            "(5.00)",
            "1e3",
            "€5",
            "$5",
            "5 GBP",
            "--5",
            "1,234,56",
            "1000000000.01",
            "99999999999999999999",
            "1 234",
            "five",
            ",123",
            "٣",
        ] {
            assert!(parse_pence(text).is_err(), "{text}");
        }
    }
}
