//! Landed bytes parsed again with today's parser and today's names, because somebody asks for it.

use std::ops::RangeInclusive;

use domain::GameDate;
use jiff::Timestamp;
use pipeline::ports::LandedPayload;
use pipeline::source::{self, Source};
use pipeline::{Partition, Step};
use runtime::{Asked, PlannedTask, Priority, RunReport};

use super::App;
use super::reconcile::runtime_plan;

/// What is read again waits for what is read for the first time.
const CAN_WAIT: Priority = Priority(2);

/// Which payloads are parsed again.
#[derive(Debug, Clone)]
pub struct Reparse {
    /// Of this source.
    pub source: String,
    /// That landed on these dates, US Eastern.
    pub landed: RangeInclusive<GameDate>,
    /// When it was asked for: what was parsed before then is parsed anew, and asking twice is asking once.
    pub asked_at: Timestamp,
}

impl std::fmt::Display for Reparse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, landed from {} to {}", self.source, self.landed.start(), self.landed.end())
    }
}

impl App {
    /// The payloads that would be parsed again, in order of landing, each in words.
    pub(super) async fn would_reparse(&self, what: &Reparse) -> anyhow::Result<Vec<String>> {
        let told = |payload: &LandedPayload| {
            let (landed, hash) = (GameDate::offset_text(payload.fetched_at), payload.hash.to_string());
            format!("{} of {landed}, {hash:.12}…, is parsed again", payload.subject)
        };
        Ok(self.to_reparse(what).await?.1.iter().map(told).collect())
    }

    /// Has payloads parsed again, by whoever works here.
    pub(super) async fn enter_reparse(&self, what: &Reparse) -> anyhow::Result<Vec<String>> {
        self.worker(None).enter(&self.planned_again(what).await?, Asked::ByPerson).await?;
        self.would_reparse(what).await
    }

    /// Parses, of what was asked to be parsed again, whatever nobody else has yet.
    ///
    /// # Errors
    /// When the store fails. A payload that cannot be read is an outcome.
    pub async fn reparse(&self, what: &Reparse) -> anyhow::Result<RunReport> {
        self.execute(&self.worker(None), &self.planned_again(what).await?).await
    }

    async fn planned_again(&self, what: &Reparse) -> anyhow::Result<Vec<PlannedTask>> {
        let (source, payloads) = self.to_reparse(what).await?;
        let partitions = payloads.iter().map(|payload| payload.partition(source.parser_version()));
        let inputs = vec![format!("parsed again at {}", what.asked_at)];
        let ready = |partition: Partition| pipeline::plan::Planned {
            step: Step::Process,
            partition,
            readiness: pipeline::plan::Readiness::Ready { inputs: inputs.clone() },
        };
        let mut tasks = runtime_plan(&partitions.map(ready).collect::<Vec<_>>());
        tasks.iter_mut().for_each(|task| task.priority = CAN_WAIT);
        Ok(tasks)
    }

    async fn to_reparse(&self, what: &Reparse) -> anyhow::Result<(Box<dyn Source>, Vec<LandedPayload>)> {
        let source = source::all().into_iter().find(|source| source.id() == what.source);
        let source = source.ok_or_else(|| anyhow::anyhow!("no source is called {:?}", what.source))?;
        let mut payloads = self.store.raw.landed().await?;
        payloads
            .retain(|payload| payload.source == what.source && what.landed.contains(&GameDate::of(payload.fetched_at)));
        Ok((source, payloads))
    }
}

#[cfg(test)]
mod tests {
    use domain::{Known, PlayerId, PlayerName, Provenance};
    use pipeline::rows::FactBatch;
    use pipeline::source::{Facts, Rejects};
    use pipeline::{RawPayload, Rows};
    use runtime::Disposition;

    use super::super::past::Past;
    use super::*;
    use crate::app::Action;

    /// Long after the payloads landed: nothing reads them again by itself any more.
    const NOW: &str = "2026-03-15T18:00:00Z";
    const INJURIES: &str = "balldontlie_injuries";

    async fn landed(past: &Past, source: &str, at: &str, body: String) -> RawPayload {
        let (source, body) = (source.to_owned(), body.into_bytes().into());
        let payload = RawPayload { source, subject: "x".to_owned(), fetched_at: at.parse().unwrap(), etag: None, body };
        past.made(Step::Land, &format!("land {at}"), Rows::Payloads(vec![payload.clone()])).await;
        payload
    }

    /// A list that says this of Nikola Jokić, whom nobody knows at first.
    async fn listed(past: &Past, at: &str, status: &str) {
        let player = r#"{"id":1,"first_name":"Nikola","last_name":"Jokic"}"#;
        let body =
            format!(r#"{{"data":[{{"player":{player},"status":"{status}","description":"knee"}}],"meta":{{}}}}"#);
        landed(past, INJURIES, at, body).await;
    }

    /// Now he is known.
    async fn named(past: &Past) {
        let payload = landed(past, "stats_nba_player_index", "2026-03-01T12:00:00Z", "{}".to_owned()).await;
        let jokic = PlayerName { player: PlayerId::new(203_999), name: "Nikola Jokić".to_owned() };
        let players = vec![Known::new(jokic, payload.fetched_at, Provenance::Observed)];
        let batch = FactBatch {
            payload: payload.hash(),
            landed_at: payload.fetched_at,
            facts: Facts { players, ..Facts::default() },
            rows_read: 1,
            rejects: Rejects::default(),
            findings: Vec::new(),
        };
        let index = source::all().into_iter().find(|source| source.id() == payload.source).unwrap();
        let (source, parser) = (payload.source.clone(), index.parser_version());
        let partition = Partition::Payload { source, parser, hash: payload.hash(), again: None };
        past.made(Step::Process, &partition.to_string(), Rows::Facts(Box::new(batch))).await;
    }

    fn again(from: &str, to: &str, asked_at: &str) -> Reparse {
        let landed = from.parse().unwrap()..=to.parse().unwrap();
        Reparse { source: INJURIES.to_owned(), landed, asked_at: asked_at.parse().unwrap() }
    }

    /// How many versions of facts about injuries there are.
    async fn versions(past: &Past) -> u64 {
        let revisions = past.app.store.facts.revisions().await.unwrap().into_iter();
        revisions.filter(|revision| revision.table == "injury_event").map(|revision| revision.rows).sum()
    }

    /// Asks, and does it; how many payloads were parsed.
    async fn parsed_again(past: &Past, what: &Reparse) -> usize {
        past.app.act(&Action::Reparse(what.clone()), "anna").await.unwrap();
        let report = past.app.reparse(what).await.unwrap();
        report.tasks.iter().filter(|task| task.disposition == Disposition::Ran).count()
    }

    #[tokio::test]
    async fn bytes_are_read_again_with_names_that_became_known_since() {
        let past = Past::seen_from(NOW);
        listed(&past, "2026-01-10T12:00:00Z", "Out").await;
        listed(&past, "2026-01-20T12:00:00Z", "Day-To-Day").await;
        past.app.parse().await.unwrap();
        named(&past).await;
        past.app.parse().await.unwrap();
        assert_eq!(versions(&past).await, 0, "what landed so long ago is not read again by itself");
        let what = again("2026-01-09", "2026-01-11", NOW);
        let foreseen = past.app.foresee(&Action::Reparse(what.clone())).await.unwrap().lines;
        assert_eq!((foreseen.len(), versions(&past).await), (1, 0), "{foreseen:?}");
        assert_eq!(past.app.store.oversight.newest_audits(9).await.unwrap(), [], "it was only looked at");
        assert_eq!((parsed_again(&past, &what).await, versions(&past).await), (1, 1));
        assert_eq!(parsed_again(&past, &what).await, 0, "asking twice is asking once");
        let audit = past.app.store.oversight.newest_audits(1).await.unwrap().remove(0);
        assert_eq!((audit.actor.as_str(), audit.action.as_str()), ("anna", "reparse"));
        assert_eq!(audit.subject, "balldontlie_injuries, landed from 2026-01-09 to 2026-01-11");
    }

    #[tokio::test]
    async fn what_old_bytes_say_takes_nothing_newer_back() {
        let past = Past::seen_from(NOW);
        named(&past).await;
        listed(&past, "2026-01-10T12:00:00Z", "Out").await;
        past.app.parse().await.unwrap();
        listed(&past, "2026-01-10T20:00:00Z", "Day-To-Day").await;
        past.app.parse().await.unwrap();
        let version = past.app.store.facts.version().await.unwrap();
        assert_eq!(versions(&past).await, 2, "the evening's list corrects the morning's");
        let what = again("2026-01-10", "2026-01-10", NOW);
        assert_eq!(parsed_again(&past, &what).await, 2);
        assert_eq!((versions(&past).await, past.app.store.facts.version().await.unwrap()), (2, version));
    }

    #[tokio::test]
    async fn a_source_that_there_is_not_is_refused() {
        let past = Past::seen_from(NOW);
        let what = Reparse { source: "balldontlie".to_owned(), ..again("2026-01-10", "2026-01-10", NOW) };
        assert!(past.app.foresee(&Action::Reparse(what)).await.is_err());
    }
}
