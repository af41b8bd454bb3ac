//! What is read of a file of returned mail: its beginning, and where the part for machines comes later, that part too.

use std::io::{self, BufRead, Read};

/// How much of a file's beginning is kept. What a report says mostly comes first; what follows is the mail that came back,
/// pictures and attachments included.
const MOST_BYTES: usize = 256 * 1024;
/// How much is kept from where the part for machines begins: the part, and of the mail that came back after it the headers.
const MOST_OF_PART: usize = 128 * 1024;
/// How far the part for machines is looked for. No server writes so much for people.
const MOST_READ: u64 = 10 * 1024 * 1024;
/// The longest line that is held; a longer one is taken as several.
const LONGEST_LINE: u64 = 16 * 1024;
/// The most of a part's headers that is looked at.
const MOST_HEADERS: usize = 16 * 1024;

/// The types of the part for machines.
const MACHINES: [&str; 2] =
    ["content-type:message/delivery-status", "content-type:message/global-delivery-status"];

/// Reads what a report is known by, in bounded memory: the same bytes as the file's where it is no longer than is kept.
pub(super) fn report_bytes(from: impl BufRead) -> io::Result<Vec<u8>> {
    let mut from = from.take(MOST_READ);
    let mut kept = KeptBytes::default();
    let mut line = Vec::new();
    let mut begins = true;
    while !kept.is_full() {
        line.clear();
        if (&mut from).take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        kept.take(&line, begins);
        begins = line.ends_with(b"\n");
    }
    Ok(kept.bytes)
}

#[derive(Default)]
struct KeptBytes {
    bytes: Vec<u8>,
    /// The headers of a part that are being read, from its boundary on, and where they begin among what is kept.
    headers: Option<(Vec<u8>, usize)>,
    /// How much is kept at the most, once the part for machines was found.
    most: Option<usize>,
}

impl KeptBytes {
    fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.bytes.len() >= most)
    }

    /// Takes a line, or a piece of one that is long; `begins` says whether a line begins with it.
    fn take(&mut self, line: &[u8], begins: bool) {
        if let Some(most) = self.most {
            self.keep(line, most);
            return;
        }
        let place = self.bytes.len();
        self.keep(line, MOST_BYTES);
        if begins && line.starts_with(b"--") {
            self.headers = Some((line.to_vec(), place));
        } else if let Some((headers, _)) = &mut self.headers {
            headers.extend_from_slice(line);
            let is_blank = begins && line.iter().all(u8::is_ascii_whitespace);
            if is_blank || headers.len() > MOST_HEADERS {
                self.end_of_headers();
            }
        }
    }

    /// Has the part for machines follow what is kept, whole from its boundary on, where these headers are its.
    fn end_of_headers(&mut self) {
        let Some((headers, place)) = self.headers.take() else { return };
        let text = String::from_utf8_lossy(&headers).to_ascii_lowercase();
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if !MACHINES.iter().any(|machines| text.contains(machines)) {
            return;
        }
        self.most = Some(MOST_BYTES.max(place + MOST_OF_PART));
        if self.bytes.len() >= MOST_BYTES {
            self.bytes.truncate(place);
            if !self.bytes.ends_with(b"\n") {
                self.bytes.extend_from_slice(b"\r\n");
            }
            self.bytes.extend_from_slice(&headers);
        }
    }

    fn keep(&mut self, line: &[u8], most: usize) {
        let room = most.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(line.get(..room.min(line.len())).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::{NotAReport, read};
    use super::*;

    /// A report whose text for people has so many bytes, and the copy that follows so many.
    fn report(people: usize, copy: usize) -> Vec<u8> {
        let line = "What went wrong is told here at length, in more languages than one.\r\n";
        let words = line.repeat(people / line.len());
        let after = "x".repeat(76) + "\r\n";
        format!(
            "From: MAILER-DAEMON@example.org\r\nMessage-ID: <r1@example.org>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n\
             --b1\r\nContent-Type: text/plain\r\n\r\n{words}\r\n\
             --b1\r\nContent-Type:\r\n message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; ann@example.org\r\n\
             Action: failed\r\nStatus: 5.1.1\r\n\r\n\
             --b1\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m1@trust.example.org>\r\n\r\n{}\
             --b1--\r\n",
            after.repeat(copy / after.len()),
        )
        .into_bytes()
    }

    #[test]
    fn the_part_for_machines_is_read_however_much_is_written_for_people_before_it_and_copied_after_it() {
        let edges = (MOST_BYTES - 700..MOST_BYTES + 100).step_by(70);
        for people in [0, 1_000, 300_000, 5_000_000].into_iter().chain(edges) {
            for copy in [0, 5_000_000] {
                let whole = report(people, copy);
                let kept = report_bytes(whole.as_slice()).unwrap();
                assert!(kept.len() <= MOST_BYTES + MOST_OF_PART + MOST_HEADERS, "{people}: {}", kept.len());
                let found = read(&kept).unwrap_or_else(|error| panic!("{people}, {copy}: {error}"));
                assert_eq!(found.about, ["m1@trust.example.org"], "{people}, {copy}");
                assert_eq!(found.recipients.len(), 1);
                assert!(found.recipients.iter().all(|one| one.shown == "ann@example.org"));
            }
        }
    }

    #[test]
    fn beyond_the_bound_a_report_is_a_notice_for_people_and_what_is_short_is_kept_as_it_is() {
        let kept = report_bytes(report(11_000_000, 0).as_slice()).unwrap();
        assert_eq!((kept.len(), read(&kept)), (MOST_BYTES, Err(NotAReport::ForPeople)));
        for bytes in [
            &b""[..],
            b"no line's end",
            b"--\n\n--b\nContent-Type: message/delivery-status\n\n\x00\xff",
            &report(9, 9),
        ] {
            assert_eq!(report_bytes(bytes).unwrap(), bytes);
        }
        let one_line = vec![b'-'; 1_000_000];
        assert_eq!(report_bytes(one_line.as_slice()).unwrap().len(), MOST_BYTES);
    }
}
