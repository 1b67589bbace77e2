//! Reads a payload from a file without keeping anything: why was it rejected, what would it say.

use std::path::{Path, PathBuf};

use anyhow::Context;
use pipeline::RawPayload;
use pipeline::source::{Directory, Parsed, Source, Unreadable, all};
use pipeline::suspicion::{Judgement, Verdict, judge};

use super::App;

/// What a file says.
pub struct Reading {
    /// The file.
    pub file: PathBuf,
    /// Whose payload it is, or is taken for.
    pub source: &'static str,
    /// What its source's parser makes of it.
    pub parsed: Result<Parsed, Unreadable>,
    /// How far it is believed.
    pub judgement: Judgement,
}

impl App {
    /// Parses a file against what is known, as if it had been fetched now. Without a source the one that makes the most of
    /// it is taken.
    ///
    /// # Errors
    /// When the file cannot be read, there is no such source, or no source reads it.
    pub async fn read_payload(&self, file: &Path, source: Option<&str>) -> anyhow::Result<Reading> {
        let body = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let directory = self.directory().await?;
        let payload = RawPayload {
            source: source.unwrap_or_default().to_owned(),
            subject: file.display().to_string(),
            fetched_at: self.now(),
            etag: None,
            body: body.into(),
        };
        let mut sources = all();
        if let Some(named) = source {
            sources.retain(|source| source.id() == named);
            anyhow::ensure!(!sources.is_empty(), "there is no source {named}; `tipoff sources` lists them");
        }
        let read = |source: Box<dyn Source>| read(source.as_ref(), file, &payload, &directory);
        let best =
            sources.into_iter().map(read).max_by_key(|reading| (made_of(reading), std::cmp::Reverse(reading.source)));
        best.filter(|reading| source.is_some() || reading.parsed.is_ok())
            .with_context(|| format!("no source reads {}; name one with --source to see why", file.display()))
    }
}

fn read(source: &dyn Source, file: &Path, payload: &RawPayload, directory: &Directory) -> Reading {
    let parsed = source.parse(payload, directory);
    let judgement = judge(source, payload, &parsed, directory);
    Reading { file: file.to_owned(), source: source.id(), parsed, judgement }
}

/// How much a source makes of a payload: something that can be believed, then facts, then rows.
fn made_of(reading: &Reading) -> (bool, bool, usize, u64) {
    let is_believed = reading.judgement.verdict() != Verdict::Block;
    match &reading.parsed {
        Ok(parsed) => (true, is_believed, parsed.facts.counts().iter().map(|(_, count)| count).sum(), parsed.rows_read),
        Err(_) => (false, false, 0, 0),
    }
}
