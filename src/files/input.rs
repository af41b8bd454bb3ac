//! Opening a file to read.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::other_kind;

/// The largest text that is read whole: settings, a policy, a password. Far more than any has.
const MOST_TEXT_BYTES: u64 = 16_000_000;

/// Whether a symbolic link is as good as the file that it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// It is: whoever named it may read that file themselves.
    #[default]
    Followed,
    /// It is not: whoever put it there must not read other files by way of us.
    Refused,
}

/// Opens a plain file to be read, and nothing else, without waiting for anybody.
///
/// # Errors
/// When there is none, it can't be read, or something else has its name; the message is to stand after the name.
pub(crate) fn open(path: &Path, links: Links) -> io::Result<File> {
    let stands = match links {
        Links::Followed => std::fs::metadata(path),
        Links::Refused => std::fs::symlink_metadata(path),
    };
    let stands = stands.map_err(|error| of_standard_input(path, error))?;
    refuse_other_kinds(path, &stands)?;
    let file = without_waiting().read(true).open(path)?;
    // Something else may have been put in its place since.
    let opened = file.metadata()?;
    refuse_other_kinds(path, &opened)?;
    if is_another(&stands, &opened) {
        return Err(io::Error::other("another file was put in its place while it was opened: try again"));
    }
    Ok(file)
}

/// Reads a plain file of text whole: settings, or what settings name, and not what people bring. Secrets and settings are
/// often links, as a cluster lays them down.
///
/// # Errors
/// As [`open`], and when it is not UTF-8, or larger than any such file.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    read_text_of(path, Links::Followed)
}

/// The same, where whoever named it decides whether it may be a link.
///
/// # Errors
/// As [`read_text`].
pub(crate) fn read_text_of(path: &Path, links: Links) -> io::Result<String> {
    let mut text = String::new();
    let read = open(path, links)?.take(MOST_TEXT_BYTES + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > MOST_TEXT_BYTES) {
        let message = format!("it has more than {} MB, which no such file has", MOST_TEXT_BYTES / 1_000_000);
        return Err(io::Error::new(ErrorKind::InvalidData, message));
    }
    Ok(text)
}

fn refuse_other_kinds(path: &Path, metadata: &Metadata) -> io::Result<()> {
    let Some(kind) = other_kind(metadata) else { return Ok(()) };
    let advice = match kind {
        "a folder" => "name a file in it".to_owned(),
        "a pipe" => "write what comes out of it to a file first, and name that".to_owned(),
        "a symbolic link" => match std::fs::canonicalize(path) {
            Ok(target) => format!("give the file that it leads to, {}", target.display()),
            Err(_) => "what it leads to is not there".to_owned(),
        },
        _ => "name a file".to_owned(),
    };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {kind}, not a file: {advice}")))
}

/// `-` is what many programs call their standard input.
fn of_standard_input(path: &Path, error: io::Error) -> io::Error {
    if error.kind() != ErrorKind::NotFound || path != Path::new("-") {
        return error;
    }
    let message = "there is no file of that name, and standard input is not read: write it to a file first, and name that";
    io::Error::new(ErrorKind::InvalidInput, message)
}

/// A pipe that was put in the place of a file since it was looked at is opened at once, and found out.
fn without_waiting() -> OpenOptions {
    let mut options = File::options();
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
    ))]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NONBLOCK);
    options
}

/// The flag of open(2) by which it never waits; it changes nothing about plain files.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
const O_NONBLOCK: i32 = 0o4000;

/// Whether these are two files.
#[cfg(unix)]
pub(super) fn is_another(stands: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (stands.dev(), stands.ino()) != (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
pub(super) fn is_another(_: &Metadata, _: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_a_plain_file_is_opened_and_nothing_else_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "text").unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        let _socket = UnixListener::bind(at("socket")).unwrap();
        symlink("file", at("link")).unwrap();
        symlink("pipe", at("link-to-pipe")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("nothing", at("dangling")).unwrap();
        for (path, followed, refused) in [
            (at("file"), "", ""),
            (at("link"), "", "a symbolic link"),
            (at("pipe"), "a pipe", "a pipe"),
            (at("link-to-pipe"), "a pipe", "a symbolic link"),
            (at("socket"), "a socket", "a socket"),
            (at("."), "a folder", "a folder"),
            ("/dev/null".into(), "a device", "a device"),
            ("/dev/zero".into(), "a device", "a device"),
            (at("loop"), "symbolic links", "a symbolic link"),
            (at("dangling"), "No such file", "a symbolic link"),
            ("-".into(), "standard input is not read", "standard input is not read"),
        ] {
            for (links, expected) in [(Links::Followed, followed), (Links::Refused, refused)] {
                let said = open(&path, links).map(drop).map_err(|error| error.to_string());
                match expected {
                    "" => assert_eq!(said, Ok(()), "{}", path.display()),
                    words => {
                        assert!(said.as_ref().unwrap_err().contains(words), "{}: {said:?}", path.display())
                    }
                }
            }
        }
        let refused = open(&at("link"), Links::Refused).unwrap_err().to_string();
        assert!(refused.ends_with(&at("file").canonicalize().unwrap().display().to_string()), "{refused}");
        assert_eq!(read_text(&at("link")).unwrap(), "text");
        assert!(read_text_of(&at("link"), Links::Refused).is_err());
        File::create(at("vast")).unwrap().set_len(MOST_TEXT_BYTES + 1).unwrap();
        assert!(read_text(&at("vast")).unwrap_err().to_string().contains("more than 16 MB"));
    }
}
