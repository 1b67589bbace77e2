//! An archive on disk: its files read, checked as a whole, and handed to the pipeline as a delivery.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use pipeline::ports::{Fetch, FetchError};
use pipeline::source::Source;
use pipeline::source::archive::ArchiveTable;
use pipeline::{Delivery, PayloadHash, RawPayload, RawRequest};

/// The files of one archive.
pub(crate) struct ArchiveFiles {
    payloads: BTreeMap<ArchiveTable, RawPayload>,
    /// Files that are not there.
    pub(crate) missing: Vec<ArchiveTable>,
    /// What is odd and harmless.
    pub(crate) warnings: Vec<String>,
}

/// Why an archive was refused as a whole. Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// It is no directory.
    #[error("{0} is not a directory")]
    NotADirectory(PathBuf),
    /// Files that nothing works without are not there.
    #[error("{directory} has no {files}; an archive needs at least games.parquet and player_games.parquet")]
    Missing {
        /// Where.
        directory: PathBuf,
        /// Which.
        files: String,
    },
    /// A file could not be read.
    #[error("{path} could not be read")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Files are not what they should be.
    #[error("nothing was imported, because these files are not what they should be:\n  {}", .0.join("\n  "))]
    Damaged(Vec<String>),
}

/// Without these there is nothing to predict.
const NEEDED: [ArchiveTable; 2] = [ArchiveTable::Games, ArchiveTable::PlayerGames];

impl ArchiveFiles {
    /// Reads a directory's files and checks every one before anything is imported.
    pub(crate) fn read(directory: &Path, now: Timestamp) -> Result<Self, ArchiveError> {
        if !directory.is_dir() {
            return Err(ArchiveError::NotADirectory(directory.to_owned()));
        }
        let mut files = Self { payloads: BTreeMap::new(), missing: Vec::new(), warnings: Vec::new() };
        for table in ArchiveTable::ALL {
            let path = directory.join(table.file_name());
            match std::fs::read(&path) {
                Ok(bytes) => {
                    files.payloads.insert(
                        table,
                        RawPayload {
                            source: table.id().to_owned(),
                            subject: table.file_name().to_owned(),
                            fetched_at: now,
                            etag: None,
                            body: bytes.into(),
                        },
                    );
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => files.missing.push(table),
                Err(cause) => return Err(ArchiveError::Unreadable { path, cause }),
            }
        }
        files.refuse_what_is_missing(directory)?;
        files.refuse_what_is_damaged()?;
        files.warnings = files.checksum_warnings(directory);
        Ok(files)
    }

    fn refuse_what_is_missing(&self, directory: &Path) -> Result<(), ArchiveError> {
        let missing: Vec<&str> =
            NEEDED.into_iter().filter(|table| self.missing.contains(table)).map(ArchiveTable::file_name).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(ArchiveError::Missing { directory: directory.to_owned(), files: missing.join(" and no ") })
    }

    fn refuse_what_is_damaged(&self) -> Result<(), ArchiveError> {
        let problems: Vec<String> = self
            .payloads
            .iter()
            .filter_map(|(table, payload)| table.check(payload).err())
            .map(|problem| problem.to_string())
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(ArchiveError::Damaged(problems)) }
    }

    /// A list of checksums that a file does not match is worth a warning: the file itself was just found sound.
    fn checksum_warnings(&self, directory: &Path) -> Vec<String> {
        let Ok(list) = std::fs::read_to_string(directory.join("SHA256SUMS")) else { return Vec::new() };
        let listed: BTreeMap<&str, &str> =
            list.lines().filter_map(|line| line.split_once("  ")).map(|(hash, name)| (name.trim(), hash)).collect();
        self.payloads
            .values()
            .filter(|payload| {
                listed.get(payload.subject.as_str()).is_some_and(|hash| *hash != payload.hash().to_string())
            })
            .map(|payload| format!("{} is not the file that SHA256SUMS lists", payload.subject))
            .collect()
    }

    /// The delivery these files are: other content is another delivery.
    pub(crate) fn delivery(&self) -> Delivery {
        let hashes: Vec<u8> = self.payloads.values().flat_map(|payload| *payload.hash().bytes()).collect();
        Delivery::Archive(PayloadHash::of(&hashes))
    }

    /// Each file with its payload's name.
    pub(crate) fn payloads(&self) -> impl Iterator<Item = (ArchiveTable, PayloadHash)> {
        self.payloads.iter().map(|(table, payload)| (*table, payload.hash()))
    }

    /// Rows of a file, by its own account.
    pub(crate) fn rows(&self, table: ArchiveTable) -> u64 {
        self.payloads.get(&table).and_then(|payload| table.check(payload).ok()).unwrap_or(0)
    }
}

#[async_trait]
impl Fetch for ArchiveFiles {
    async fn fetch(&self, request: &RawRequest, _: Option<&str>) -> Result<RawPayload, FetchError> {
        self.payloads
            .values()
            .find(|payload| payload.source == request.source)
            .cloned()
            .ok_or_else(|| FetchError::NotThere { subject: request.subject.clone() })
    }
}
