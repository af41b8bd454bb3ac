//! An answer on its way to lettre, which reads it: how long it may be, and what servers write that lettre's reader does
//! not take, put as it does take it.

use super::super::outcome::SendFault;

/// The longest answer, all its lines together.
const ANSWER_BYTES: usize = 64 * 1024;
/// How many lines of an answer are handed on, its last besides. lettre reads an answer anew with each of its lines, and
/// nobody reads the hundredth.
const HANDED_LINES: usize = 100;
/// How much of a line's words is handed on: lettre takes no line of more than 1000 bytes.
const HANDED_BYTES: usize = 900;

/// What an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnswerTo {
    /// Nothing: it is the server's greeting.
    Greeting,
    /// What the server offers.
    Hello,
    Other,
}

/// The answer that is being read.
#[derive(Debug)]
pub(super) struct AnswerBeingRead {
    asked: AnswerTo,
    bytes: usize,
    lines: usize,
    /// Whether the last line taken was its last.
    pub whole: bool,
    /// A code that lettre does not read, with the one it was handed instead.
    replaced: Option<(u16, u16)>,
    /// The words for extensions of the last hello, in capitals.
    offered: Vec<String>,
}

impl AnswerBeingRead {
    /// The greeting, before anything is asked.
    pub(super) fn greeting() -> Self {
        let (replaced, offered) = (None, Vec::new());
        Self { asked: AnswerTo::Greeting, bytes: 0, lines: 0, whole: false, replaced, offered }
    }

    /// The first answer to what begins like this.
    pub(super) fn to(&mut self, command: &[u8]) {
        self.begin(if command.starts_with(b"EHLO ") { AnswerTo::Hello } else { AnswerTo::Other });
        if self.asked == AnswerTo::Hello {
            self.offered.clear();
        }
    }

    fn begin(&mut self, asked: AnswerTo) {
        (self.asked, self.bytes, self.lines, self.whole) = (asked, 0, 0, false);
    }

    /// Whether the server has offered this extension.
    pub(super) fn offers(&self, extension: &str) -> bool {
        self.offered.iter().any(|offered| offered == extension)
    }

    /// The code that the server said where lettre read this one.
    pub(super) fn said(&self, read: u16) -> u16 {
        match self.replaced {
            Some((said, handed)) if handed == read => said,
            _ => read,
        }
    }

    /// Takes a line, its end included; what lettre is to read of it, if anything. What is no line of an answer is handed
    /// on too: to see that is lettre's part.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Option<String>, SendFault> {
        if self.whole {
            self.begin(AnswerTo::Other);
        }
        self.bytes += line.len();
        if self.bytes > ANSWER_BYTES {
            return Err(SendFault::lost("it sent an answer of more than 64 KB"));
        }
        let line = without_end(line);
        let is_first = self.lines == 0;
        self.lines += 1;
        self.whole = line.get(3) != Some(&b'-');
        let words = String::from_utf8_lossy(line.get(4..).unwrap_or_default());
        let Some(code) = code(line) else {
            return Ok(Some(handed(&String::from_utf8_lossy(line))));
        };
        if self.asked != AnswerTo::Other && code / 100 == 3 {
            // lettre takes it for a yes.
            return Err(SendFault::lost(format!("an answer {code} that does not belong there")));
        }
        if !self.whole && self.lines > HANDED_LINES {
            return Ok(None);
        }
        let words = match self.asked {
            AnswerTo::Hello if code / 100 == 2 => self.offer(&words, is_first),
            _ => words.into_owned(),
        };
        let mark = match line.get(3) {
            None | Some(b' ') => ' ',
            Some(b'-') => '-',
            Some(_) => '?',
        };
        let readable = self.readable(code);
        Ok(Some(handed(&format!("{readable:03}{mark}{words}"))))
    }

    /// A line of offers as lettre looks for it: capitals, and `AUTH=` as some servers write for clients of long ago taken
    /// for `AUTH`. The first line is the server's name, which offers nothing whatever it is; its letters are small, and
    /// it is never empty.
    fn offer(&mut self, words: &str, is_name: bool) -> String {
        if is_name {
            let name = words.to_ascii_lowercase();
            return if name.trim().is_empty() { "unnamed".to_owned() } else { name };
        }
        let words = words.to_ascii_uppercase();
        self.offered.extend(words.split_whitespace().next().map(str::to_owned));
        match words.strip_prefix("AUTH=") {
            Some(ways) => format!("AUTH {ways}"),
            None => words,
        }
    }

    /// A code that lettre reads: it knows no second digit above 5, and servers say 571. The first and the last digit
    /// stay, so that it means the same.
    fn readable(&mut self, code: u16) -> u16 {
        let readable = if code / 10 % 10 > 5 { code / 100 * 100 + 50 + code % 10 } else { code };
        self.replaced = Some((code, readable)).filter(|_| code != readable);
        readable
    }
}

/// The three digits a line begins with.
fn code(line: &[u8]) -> Option<u16> {
    let digits = line.get(..3)?;
    let all = digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')))
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A line of bounded length, ended as lettre wants it.
fn handed(line: &str) -> String {
    let mut handed = String::with_capacity(line.len().min(HANDED_BYTES) + 2);
    for letter in line.chars() {
        if handed.len() + letter.len_utf8() > HANDED_BYTES {
            break;
        }
        handed.push(letter);
    }
    handed.push_str("\r\n");
    handed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lettre is handed of an answer to `command`.
    fn handed_of(command: &str, lines: &[&str]) -> (AnswerBeingRead, String) {
        let mut answer = AnswerBeingRead::greeting();
        answer.to(command.as_bytes());
        let handed = lines.iter().map(|line| answer.take(line.as_bytes()).unwrap().unwrap_or_default());
        let handed = handed.collect();
        (answer, handed)
    }

    #[test]
    fn offers_are_read_as_servers_write_them_and_the_servers_name_is_none() {
        for (line, handed, offers) in [
            ("250 AUTH PLAIN LOGIN\r\n", "250 AUTH PLAIN LOGIN\r\n", "AUTH"),
            ("250 auth login\r\n", "250 AUTH LOGIN\r\n", "AUTH"),
            ("250 AUTH=LOGIN PLAIN\n", "250 AUTH LOGIN PLAIN\r\n", "AUTH=LOGIN"),
            ("250 AUTHENTICATE PLAIN\r\n", "250 AUTHENTICATE PLAIN\r\n", "AUTHENTICATE"),
            ("250 Pipelining\r\n", "250 PIPELINING\r\n", "PIPELINING"),
        ] {
            let (answer, all) = handed_of("EHLO me\r\n", &["250-AUTH PLAIN is my name\r\n", line]);
            assert_eq!(all, format!("250-auth plain is my name\r\n{handed}"));
            assert_eq!(answer.offered, [offers]);
        }
        let (answer, all) = handed_of("EHLO me\r\n", &["250\r\n"]);
        assert_eq!((all.as_str(), answer.offered.len()), ("250 unnamed\r\n", 0));
        // Only what answers a hello offers anything.
        let (answer, all) = handed_of("NOOP\r\n", &["250-ok\r\n", "250 Pipelining\r\n"]);
        assert_eq!((all.as_str(), answer.offered.len()), ("250-ok\r\n250 Pipelining\r\n", 0));
    }

    #[test]
    fn a_code_that_lettre_does_not_read_keeps_its_meaning_and_is_told_as_it_was_said() {
        for (line, handed, read, said) in [
            ("571 5.7.1 no\r\n", "551 5.7.1 no\r\n", 551, 571),
            ("490 later\r\n", "450 later\r\n", 450, 490),
            ("551 moved\r\n", "551 moved\r\n", 551, 551),
        ] {
            let (answer, all) = handed_of("RCPT TO:<a@b.test>\r\n", &[line]);
            assert_eq!((all.as_str(), answer.said(read)), (handed, said));
        }
        assert_eq!(handed_of("DATA\r\n", &["571-no\r\n", "571 no\r\n"]).0.said(221), 221);
    }

    #[test]
    fn a_greeting_and_a_hello_are_answered_by_yes_or_no() {
        assert!(AnswerBeingRead::greeting().take(b"354 go on\r\n").is_err());
        let mut answer = AnswerBeingRead::greeting();
        answer.to(b"EHLO me\r\n");
        assert!(answer.take(b"334 VXNlcm5hbWU6\r\n").is_err());
    }
}
