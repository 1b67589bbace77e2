//! Reads a payload from a file without keeping anything: why was it rejected, what would it say.

use std::path::{Path, PathBuf};

use anyhow::Context;
use pipeline::RawPayload;
use pipeline::source::{Directory, Parsed, Source, Unreadable, all};
use pipeline::suspicion::{Check, Judgement, Verdict, judge};

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

/// How much a source makes of a payload: something that can be believed, of fields that it sends, then facts, then rows.
fn made_of(reading: &Reading) -> (bool, bool, bool, usize, u64) {
    let Judgement { findings } = &reading.judgement;
    let is_believed = reading.judgement.verdict() != Verdict::Block;
    let is_its_own = findings.iter().all(|finding| finding.check != Check::Drift);
    match &reading.parsed {
        Ok(parsed) => {
            let facts = parsed.facts.counts().iter().map(|(_, count)| count).sum();
            (true, is_believed, is_its_own, facts, parsed.rows_read)
        }
        Err(_) => (false, false, false, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::past::Past;

    #[tokio::test]
    async fn a_file_is_taken_for_its_whose_fields_it_has() {
        let past = Past::seen_from("2025-01-15T12:00:00Z");
        let side = |id, name: &str, code: &str| json!({ "id": id, "full_name": format!("{name} {code}"), "city": name, "name": code, "abbreviation": code });
        let games = json!({
            "data": [{
                "id": 7, "date": "2025-01-15", "datetime": "2025-01-16T00:30:00Z", "status": "2025-01-16T00:30:00Z",
                "home_team_score": 0, "visitor_team_score": 0, "postseason": false, "season": 2024,
                "home_team": side(2, "Boston", "BOS"), "visitor_team": side(20, "New York", "NYK"),
            }],
            "meta": { "per_page": 25 },
        });
        let no_games = json!({ "leagues": [{ "season": { "year": 2025 }, "calendar": [] }], "events": [] });
        for (body, source) in [(games, "balldontlie_games"), (no_games, "espn_scoreboard")] {
            let file = past.app.data_dir.join("answer.json");
            std::fs::write(&file, body.to_string()).unwrap();
            let reading = past.app.read_payload(&file, None).await.unwrap();
            assert_eq!(reading.source, source, "{:?}", reading.judgement);
        }
    }
}
