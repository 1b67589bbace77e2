//! Published files: a projection of the stored documents, written whole or not at all.
//!
//! The database is what is published; the files follow it. A process killed in between leaves old files, and the next
//! command brings them up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::GameDate;
use pipeline::DocumentKind;
use pipeline::rows::{Document, Twin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Store;

/// Folder of the published files inside a data directory.
pub(crate) const PUBLISHED: &str = "published";

/// Brings the files of a slate, and the twins that show it, up to date. Returns the paths it is published under.
pub(crate) async fn project(store: &Store, data_dir: &Path, slate: GameDate) -> anyhow::Result<Vec<PathBuf>> {
    let root = data_dir.join(PUBLISHED);
    let newest = store.views.newest_twins().await?;
    let mut paths = Vec::new();
    for Document { path, twin, body, .. } in store.views.documents(slate).await? {
        // A twin shows the newest slate: running an old date again must not put it on tonight's page.
        let is_newest = newest.get(&twin) == Some(&slate);
        match twin {
            Twin::One(twin) => {
                for path in [Some(path), is_newest.then_some(twin)].into_iter().flatten() {
                    write_whole(&root.join(&path), &body)?;
                    paths.push(root.join(path));
                }
            }
            Twin::EachPlayer(folder) if is_newest => {
                let others = newest.keys().filter_map(|twin| match twin {
                    Twin::One(path) => Some(root.join(path)),
                    Twin::EachPlayer(_) => None,
                });
                write_each(&root.join(&folder), &body, &others.collect())?;
                paths.push(root.join(folder));
            }
            Twin::EachPlayer(_) => {}
        }
    }
    Ok(paths)
}

/// Writes the documents of a body of one a player, and removes those of whom it says nothing; `others` lie there too and
/// stay. The disk is not waited for file by file: what a power cut takes is written again by the next command.
fn write_each(folder: &Path, body: &[u8], others: &BTreeSet<PathBuf>) -> anyhow::Result<()> {
    let documents: BTreeMap<String, &RawValue> =
        serde_json::from_slice(body).with_context(|| format!("reading what belongs into {}", folder.display()))?;
    let failed = || format!("writing into {}", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let (mut belonging, mut written, mut removed) = (BTreeSet::new(), 0, 0);
    for (player, document) in documents {
        let path = folder.join(player).with_extension("json");
        let document = format!("{document}\n");
        if !is_written(&path, document.as_bytes()) {
            let fresh = part_of(&path);
            fs::write(&fresh, document).and_then(|()| fs::rename(fresh, &path)).with_context(failed)?;
            written += 1;
        }
        belonging.insert(path);
    }
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        if !belonging.contains(&path) && !others.contains(&path) && path.extension().is_some_and(|of| of == "json") {
            fs::remove_file(path).with_context(failed)?;
            removed += 1;
        }
    }
    if written + removed > 0 {
        tracing::info!(folder = %folder.display(), files = written, removed, "written");
    }
    Ok(())
}

fn is_written(path: &Path, body: &[u8]) -> bool {
    fs::read(path).is_ok_and(|existing| existing == body)
}

/// A name of its own: whoever else writes this file now must not write into this one.
fn part_of(path: &Path) -> PathBuf {
    path.with_extension(format!("json.{}.part", std::process::id()))
}

/// The JSON Schemas of what is published, by the names of the documents.
pub(crate) fn schemas() -> BTreeMap<&'static str, serde_json::Value> {
    let documents = DocumentKind::ALL.map(|kind| (kind.name(), kind.schema()));
    documents.into_iter().chain([(STATUS, schemars::schema_for!(Freshness).into())]).collect()
}

/// The name of the schema of what is published under a path.
pub(crate) fn schema_of(path: &str) -> Option<&'static str> {
    DocumentKind::of_path(path).map(DocumentKind::name).or_else(|| (path == "v1/status.json").then_some(STATUS))
}

const STATUS: &str = "status";

/// What `v1/status.json` says: whether the files show the slate they should.
#[derive(Debug, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Freshness {
    pub(crate) schema_version: u32,
    /// The one word for a page's corner.
    #[serde(default)]
    overall: Health,
    /// The newest slate that was asked for.
    pub(crate) slate: String,
    /// The newest slate the files show.
    pub(crate) published_slate: Option<String>,
    /// Whether the files are older than they should be.
    pub(crate) stale: bool,
    /// Why.
    pub(crate) reason: Option<String>,
    /// By whom publication is halted, since when and why, whether or not the files are fresh.
    #[serde(default)]
    pub(crate) halted: Option<String>,
    /// All of that which people should know.
    #[serde(default)]
    known_issues: Vec<String>,
}

/// How much of what is published can be relied on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    /// All of it.
    #[default]
    Healthy,
    /// What is there stands, and is older than it should be or may become so.
    Degraded,
    /// Nothing is published.
    Unhealthy,
}

impl Freshness {
    /// The same, with what follows from it.
    fn judged(self) -> Self {
        let known_issues: Vec<String> = self.reason.iter().chain(&self.halted).cloned().collect();
        let overall = match (known_issues.is_empty(), &self.published_slate) {
            (true, _) => Health::Healthy,
            (false, Some(_)) => Health::Degraded,
            (false, None) => Health::Unhealthy,
        };
        Self { overall, known_issues, ..self }
    }
}

/// Says in `v1/status.json` whether the newest slate is published, and why not. A slate older than the one published
/// last, or than the one the file tells of, changes nothing.
pub(crate) async fn tell(
    store: &Store,
    data_dir: &Path,
    slate: GameDate,
    problem: Option<&str>,
    halted: Option<String>,
) -> anyhow::Result<()> {
    let newest = store.views.newest_published().await?;
    let told = told(data_dir).and_then(|told| told.slate.parse::<GameDate>().ok());
    if newest.max(told).is_some_and(|newer| newer > slate) {
        return Ok(());
    }
    let freshness = Freshness {
        schema_version: STATUS_VERSION,
        overall: Health::default(),
        slate: slate.to_string(),
        published_slate: newest.map(|slate| slate.to_string()),
        stale: problem.is_some(),
        reason: problem.map(ToOwned::to_owned),
        halted,
        known_issues: Vec::new(),
    };
    write_status(data_dir, freshness)
}

/// Says in `v1/status.json` by whom publication is halted, or that it goes on. Where nothing was ever told there is nothing to
/// say.
pub(crate) fn tell_halted(data_dir: &Path, halted: Option<String>) -> anyhow::Result<()> {
    match told(data_dir) {
        Some(told) => write_status(data_dir, Freshness { schema_version: STATUS_VERSION, halted, ..told }),
        None => Ok(()),
    }
}

/// Version of the shape of `v1/status.json`.
const STATUS_VERSION: u32 = 2;

fn write_status(data_dir: &Path, freshness: Freshness) -> anyhow::Result<()> {
    let mut body = serde_json::to_vec_pretty(&freshness.judged())?;
    body.push(b'\n');
    write_whole(&status_path(data_dir), &body)
}

/// What `v1/status.json` says now; nothing where nothing was ever told.
pub(crate) fn told(data_dir: &Path) -> Option<Freshness> {
    serde_json::from_slice(&fs::read(status_path(data_dir)).ok()?).ok()
}

fn status_path(data_dir: &Path) -> PathBuf {
    data_dir.join(PUBLISHED).join("v1/status.json")
}

/// Replaces a file in one step: readers see the old bytes or the new ones, whatever happens.
pub(crate) fn write_whole(path: &Path, body: &[u8]) -> anyhow::Result<()> {
    if is_written(path, body) {
        return Ok(());
    }
    let folder = path.parent().context("a published path has a folder")?;
    let failed = || format!("writing {}", path.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let fresh = part_of(path);
    let mut file = File::create(&fresh).with_context(failed)?;
    file.write_all(body).with_context(failed)?;
    file.sync_all().with_context(failed)?;
    fs::rename(&fresh, path).with_context(failed)?;
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(failed)?;
    tracing::info!(file = %path.display(), "written");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_process_writes_does_not_reach_into_a_file_that_is_there() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("page.json");
        let mut another = File::create(path.with_extension("json.part")).unwrap();
        write_whole(&path, b"{}").unwrap();
        another.write_all(b"half a page").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"{}");
    }
}
