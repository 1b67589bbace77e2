//! Published files: a projection of the stored documents, written whole or not at all.
//!
//! The database is what is published; the files follow it. A process killed in between leaves old files, and the next
//! command brings them up to date.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::GameDate;
use serde::{Deserialize, Serialize};
use store::Store;

/// Folder of the published files inside a data directory.
pub(crate) const PUBLISHED: &str = "published";

/// The leaderboard of the newest graded slate.
pub(crate) const LEADERBOARD: &str = "v1/systems/performance.json";

/// Brings the files of a slate, and the twins that show it, up to date. Returns the paths it is published under.
pub(crate) async fn project(store: &Store, data_dir: &Path, slate: GameDate) -> anyhow::Result<Vec<PathBuf>> {
    let root = data_dir.join(PUBLISHED);
    let newest = store.views.newest_twins().await?;
    let mut paths = Vec::new();
    for document in store.views.documents(slate).await? {
        let dated = root.join(&document.path);
        write_whole(&dated, &document.body)?;
        paths.push(dated);
        // A twin shows the newest slate: running an old date again must not put it on tonight's page.
        if newest.get(&document.twin) == Some(&slate) {
            let twin = root.join(&document.twin);
            write_whole(&twin, &document.body)?;
            paths.push(twin);
        }
    }
    Ok(paths)
}

/// What `v1/status.json` says: whether the files show the slate they should.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Freshness {
    pub(crate) schema_version: u32,
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
        schema_version: 1,
        slate: slate.to_string(),
        published_slate: newest.map(|slate| slate.to_string()),
        stale: problem.is_some(),
        reason: problem.map(ToOwned::to_owned),
        halted,
    };
    write_status(data_dir, &freshness)
}

/// Says in `v1/status.json` by whom publication is halted, or that it goes on. Where nothing was ever told there is nothing to
/// say.
pub(crate) fn tell_halted(data_dir: &Path, halted: Option<String>) -> anyhow::Result<()> {
    match told(data_dir) {
        Some(told) => write_status(data_dir, &Freshness { halted, ..told }),
        None => Ok(()),
    }
}

fn write_status(data_dir: &Path, freshness: &Freshness) -> anyhow::Result<()> {
    let mut body = serde_json::to_vec_pretty(freshness)?;
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
    if fs::read(path).is_ok_and(|existing| existing == body) {
        return Ok(());
    }
    let folder = path.parent().context("a published path has a folder")?;
    let failed = || format!("writing {}", path.display());
    fs::create_dir_all(folder).with_context(failed)?;
    // A name of its own: whoever else writes this file now must not write into this one.
    let fresh = path.with_extension(format!("json.{}.part", std::process::id()));
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
