//! The key file: 32 random bytes that vouch for links and seal secrets (spec 8.16). Without it what was made with it is
//! dead.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::secrets::{self, NoRandomness};
use crate::files::private;

/// What only this installation knows.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile([u8; 32]);

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile(..)")
    }
}

/// Why there is no key. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can't be read.
    #[error("the key file {} can't be read: {}; correct its permissions, or `key_file` in [web]", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
    /// It is not what such a file is.
    #[error(
        "the key file {} does not hold exactly 32 bytes: put the right one back from where you keep a copy of it, or \
         remove it to have a new one made, with which links and codes made before are dead",
        .0.display()
    )]
    WrongLength(PathBuf),
    /// It can't be made.
    #[error("the key file {} can't be made: {}; correct the folder, or `key_file` in [web]", .0.display(), .1)]
    Unmakeable(PathBuf, io::Error),
    /// There is nothing to make it from.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl KeyFile {
    /// The key at `path`; made there, for this user alone, where there is none.
    pub fn load_or_make(path: &Path) -> Result<Self, KeyFileError> {
        match Self::load(path)? {
            Some(key) => Ok(key),
            None => Self::make(path),
        }
    }

    /// The key at `path`; `None` where there is no such file.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyFileError> {
        match std::fs::read(path) {
            Ok(bytes) => match bytes.try_into() {
                Ok(key) => Ok(Some(Self(key))),
                Err(_) => Err(KeyFileError::WrongLength(path.to_owned())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(KeyFileError::Unreadable(path.to_owned(), error)),
        }
    }

    /// Written whole under another name first: two processes that start at once come to one key, and none to half of one.
    fn make(path: &Path) -> Result<Self, KeyFileError> {
        let key = Self(secrets::random_bytes()?);
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}", secrets::to_text(&secrets::random_bytes::<6>()?)));
        let draft = PathBuf::from(draft);
        let unmakeable = |error| KeyFileError::Unmakeable(path.to_owned(), error);
        let written = private::make_new_file(&draft).and_then(|mut file| {
            file.write_all(&key.0)?;
            file.sync_all()
        });
        let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
        // A draft that stays behind holds a key that nothing was made with.
        let _ = std::fs::remove_file(&draft);
        match linked {
            Ok(()) => Ok(key),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::load(path)?.ok_or_else(|| unmakeable(error))
            }
            Err(error) => Err(unmakeable(error)),
        }
    }

    /// What vouches for these bytes, for `what`.
    pub(crate) fn vouch(&self, what: &str, parts: &[&[u8]]) -> Vec<u8> {
        let parts: Vec<&[u8]> = [what.as_bytes()].into_iter().chain(parts.iter().copied()).collect();
        secrets::vouch(&self.0, &parts)
    }

    /// `plain`, sealed for `what`.
    pub(crate) fn seal(&self, what: &str, plain: &[u8]) -> Result<Vec<u8>, NoRandomness> {
        secrets::seal(&self.sealing_key(), what.as_bytes(), plain)
    }

    /// What was sealed for `what`; `None` where it was not, or with another key.
    pub(crate) fn open(&self, what: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        secrets::open(&self.sealing_key(), what.as_bytes(), sealed)
    }

    /// Another than vouches, so that neither use can be turned against the other.
    fn sealing_key(&self) -> [u8; 32] {
        let derived = self.vouch("refresher seal 1", &[]);
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(derived) {
            *to = from;
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_for_its_owner_alone_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.key");
        assert_eq!(KeyFile::load(&path).unwrap(), None);
        let made = KeyFile::load_or_make(&path).unwrap();
        assert_eq!(KeyFile::load_or_make(&path).unwrap(), made);
        assert_eq!(std::fs::read(&path).unwrap().len(), 32);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn processes_that_start_at_once_come_to_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.key");
        let keys: Vec<KeyFile> = std::thread::scope(|scope| {
            let makers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| KeyFile::load_or_make(&path).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.key");
        for content in [&b""[..], &[7; 31], &[7; 33]] {
            std::fs::write(&path, content).unwrap();
            assert!(matches!(KeyFile::load_or_make(&path), Err(KeyFileError::WrongLength(_))));
            assert_eq!(std::fs::read(&path).unwrap(), content);
        }
    }

    #[test]
    fn what_vouches_and_what_seals_are_told_apart_by_what_they_are_for() {
        let key = KeyFile([3; 32]);
        assert_ne!(key.vouch("a", &[b"x"]), key.vouch("b", &[b"x"]));
        let sealed = key.seal("second factor of 1", b"s").unwrap();
        assert_eq!(key.open("second factor of 1", &sealed).unwrap(), b"s");
        assert_eq!(key.open("second factor of 2", &sealed), None);
        assert_eq!(format!("{key:?}"), "KeyFile(..)");
    }
}
