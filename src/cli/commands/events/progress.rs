//! How far an import is, kept beside its file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{cli::exit::Failure, core::hash};

/// How much of the file tells it from another, in bytes.
const HEAD: u64 = 64 * 1024;

/// What was taken in so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The deployment.
    pub url: String,
    /// A hash of the file's beginning, so far as it was taken in.
    pub head: String,
    /// Where to go on, in bytes.
    pub offset: u64,
    /// How many lines stand before that.
    pub line: u64,
    pub accepted: u64,
    pub deliveries: u64,
    pub held: u64,
    pub rejected: u64,
}

impl Progress {
    /// Where the progress of a file is kept.
    pub fn path_of(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".import.json");
        PathBuf::from(name)
    }

    /// The progress of an import that was interrupted; none where there was not any. One of another file or deployment is an error.
    pub fn resume(file: &Path, url: &str) -> Result<Option<Self>, Failure> {
        let path = Self::path_of(file);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file(&path, &error)),
        };
        let other = |what: &str| {
            Failure::usage(format!("{}: is of another {what}; --restart begins anew", path.display()))
        };
        let progress: Self = serde_json::from_slice(&text).map_err(|_| other("program"))?;
        if progress.url != url {
            return Err(other("deployment"));
        }
        match head(file, progress.offset) {
            Ok(head) if head == progress.head => Ok(Some(progress)),
            Ok(_) => Err(other("file")),
            Err(error) => Err(Failure::file(file, &error)),
        }
    }

    /// Keeps it: elsewhere and renamed, so that no interruption leaves half of it.
    pub fn keep(&mut self, file: &Path) -> Result<(), Failure> {
        self.head = head(file, self.offset).map_err(|error| Failure::file(file, &error))?;
        let path = Self::path_of(file);
        let unfinished = path.with_extension("json.new");
        let text = serde_json::to_vec(self).map_err(|error| Failure::usage(error.to_string()))?;
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, &path))
            .map_err(|error| Failure::file(&path, &error))
    }

    /// Forgets it: all is done, or it is to begin anew.
    pub fn forget(file: &Path) -> Result<(), Failure> {
        let path = Self::path_of(file);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file(&path, &error)),
            _ => Ok(()),
        }
    }
}

fn head(file: &Path, offset: u64) -> io::Result<String> {
    use io::Read;
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(offset.min(HEAD)).read_to_end(&mut bytes)?;
    Ok(hash::name("heliograph/import", &[&hex::encode(bytes)], 16))
}
