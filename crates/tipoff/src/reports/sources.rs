//! How live providers stand, how fresh what we know is, by source and by table, and how far the newest of each source is believed.

use std::collections::BTreeMap;

use domain::GameDate;
use jiff::Timestamp;
use pipeline::plan::TableRevisions;
use pipeline::ports::LandedPayload;
use pipeline::source::{Source, all};
use pipeline::suspicion::{Check, Finding, Verdict};
use pipeline::{Partition, Step};
use runtime::{FailureCategory, Task, TaskState};
use serde::Serialize;
use utoipa::ToSchema;

use super::ProviderReport;
use crate::App;
use crate::app::reconcile::partition_names;
use crate::app::{Freshness, ProviderStanding};
use crate::clock_words::moment;
use crate::fetch::Live;

/// How fresh what we know is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourcesReport {
    schema_version: u32,
    pub(crate) providers: Vec<ProviderReport>,
    pub(crate) sources: Vec<SourceReport>,
    tables: Vec<TableFreshness>,
}

/// A source, by what landed of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourceReport {
    pub(crate) source: String,
    /// Who is asked for it; nobody for files.
    pub(crate) provider: Option<&'static str>,
    pub(crate) payloads: usize,
    pub(crate) newest_landed_at: Option<String>,
    #[serde(skip)]
    pub(crate) heard: Option<Timestamp>,
    /// When it was last to be asked, of the last day; nothing where nobody planned to.
    pub(crate) last_expected_at: Option<String>,
    /// When a look of the last day was last answered, be it that nothing is new.
    pub(crate) last_answered_at: Option<String>,
    /// Since when the first look is due that was not answered and not made up for, in seconds; nothing while it is in time.
    pub(crate) late_by_seconds: Option<i64>,
    #[serde(skip)]
    pub(crate) freshness: Option<Freshness>,
    /// What was asked for then.
    pub(crate) newest_subject: Option<String>,
    /// What became of the newest: `accept`, `degrade` or `block`; nothing while it is not parsed.
    pub(crate) verdict: Option<&'static str>,
    /// What is odd about the newest.
    pub(crate) findings: Vec<FindingReport>,
}

/// Something odd about a payload.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingReport {
    pub(crate) check: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) detail: String,
}

impl From<Finding> for FindingReport {
    fn from(finding: Finding) -> Self {
        let Finding { check, verdict, detail } = finding;
        Self { check: check.code(), verdict: verdict.code(), detail }
    }
}

/// A table of facts.
#[derive(Serialize, ToSchema)]
pub(crate) struct TableFreshness {
    table: String,
    versions: u64,
    slates: usize,
    /// The newest slate that anything is known of.
    newest_slate: Option<String>,
}

impl SourcesReport {
    /// As of now.
    pub(crate) async fn of(app: &App) -> anyhow::Result<Self> {
        let landed = app.store.raw.landed().await?;
        let mut newest = BTreeMap::<&str, (usize, &LandedPayload)>::new();
        for payload in &landed {
            let (payloads, known) = newest.entry(&payload.source).or_insert((0, payload));
            *payloads += 1;
            // In order of landing: the last of several of one instant is the newest.
            if payload.fetched_at >= known.fetched_at {
                *known = payload;
            }
        }
        let parsed = |source: &dyn Source| Some(newest.get(source.id())?.1.partition(source.parser_version()));
        let mut judgements =
            judgements(app, all().iter().filter_map(|source| parsed(source.as_ref())).collect()).await?;
        let freshness = app.freshness().await?;
        let report = |source: Box<dyn Source>| {
            let judged = parsed(source.as_ref()).and_then(|payload| judgements.remove(&payload)).unwrap_or_default();
            let freshness = freshness.get(source.id()).copied();
            SourceReport::of(source.as_ref(), newest.get(source.id()).copied(), judged, freshness)
        };
        let sources = all().into_iter().map(report).collect();
        Ok(Self { schema_version: 3, providers: providers(app).await?, sources, tables: tables(app).await? })
    }
}

/// Every provider as it stands.
async fn providers(app: &App) -> anyhow::Result<Vec<ProviderReport>> {
    let live = Live::of(&app.settings)?;
    let report = |standing: ProviderStanding| {
        let is_live = live.providers().contains(&standing.provider());
        ProviderReport::of(standing, is_live)
    };
    Ok(app.providers().await?.into_iter().map(report).collect())
}

/// What became of a payload, and why.
type Judged = (Option<Verdict>, Vec<Finding>);

/// What became of some payloads; of one that is not parsed, nothing yet.
async fn judgements(app: &App, payloads: Vec<Partition>) -> anyhow::Result<BTreeMap<Partition, Judged>> {
    let mut findings = BTreeMap::<Partition, Vec<Finding>>::new();
    for (payload, finding) in app.store.views.payload_findings(&payloads).await? {
        findings.entry(payload).or_default().push(finding);
    }
    let tasks = app.store.ledger.tasks(&partition_names(&payloads)).await?.into_iter();
    let judged = tasks.filter(|task| task.key.step.as_str() == Step::Process.name()).filter_map(|task| {
        let payload = task.key.partition.as_str().parse().ok()?;
        let found = findings.remove(&payload).unwrap_or_default();
        Some((payload, judged(&task, found)))
    });
    Ok(judged.collect())
}

fn judged(parsing: &Task, found: Vec<Finding>) -> Judged {
    match parsing {
        task if task.state.failure() == Some(FailureCategory::UpstreamFailure) => {
            let detail = task.state.why().unwrap_or_default().to_owned();
            (Some(Verdict::Block), vec![Finding { check: Check::Unreadable, verdict: Verdict::Block, detail }])
        }
        task if task.output.is_some() || task.state == TaskState::Done => {
            (Some(found.iter().map(|finding| finding.verdict).max().unwrap_or_default()), found)
        }
        _ => (None, Vec::new()),
    }
}

impl SourceReport {
    fn of(
        source: &dyn Source,
        newest: Option<(usize, &LandedPayload)>,
        (verdict, findings): Judged,
        freshness: Option<Freshness>,
    ) -> Self {
        Self {
            source: source.id().to_owned(),
            provider: source.provider().map(pipeline::source::Provider::name),
            payloads: newest.map_or(0, |(payloads, _)| payloads),
            newest_landed_at: newest.map(|(_, payload)| moment(payload.fetched_at)),
            heard: newest.map(|(_, payload)| payload.fetched_at),
            last_expected_at: freshness.map(|fresh| moment(fresh.expected_at)),
            last_answered_at: freshness.and_then(|fresh| fresh.answered_at).map(moment),
            late_by_seconds: freshness.and_then(|fresh| fresh.late_by).map(|late| late.as_secs()),
            freshness,
            newest_subject: newest.map(|(_, payload)| payload.subject.clone()),
            verdict: verdict.map(Verdict::code),
            findings: findings.into_iter().map(FindingReport::from).collect(),
        }
    }
}

async fn tables(app: &App) -> anyhow::Result<Vec<TableFreshness>> {
    let table = |(table, revisions): (&str, &TableRevisions)| TableFreshness {
        table: table.to_owned(),
        versions: revisions.versions(),
        slates: revisions.slates.len(),
        newest_slate: revisions.slates.keys().next_back().map(GameDate::to_string),
    };
    Ok(app.revisions().await?.tables().map(table).collect())
}

#[cfg(test)]
mod tests {
    use pipeline::rows::FactBatch;
    use pipeline::source::{Facts, Rejects};
    use pipeline::{RawPayload, Rows};
    use runtime::Timing;
    use runtime::state::{Ending, Failure};

    use super::*;
    use crate::app::past::Past;

    const ODDS: &str = "odds_api_event_odds";

    async fn landed(past: &Past, at: &str) -> RawPayload {
        let (source, subject, body) = (ODDS.to_owned(), at.to_owned(), at.as_bytes().to_vec().into());
        let payload = RawPayload { source, subject, fetched_at: at.parse().unwrap(), etag: None, body };
        past.made(Step::Land, &format!("land {at}"), Rows::Payloads(vec![payload.clone()])).await;
        payload
    }

    fn partition(payload: &RawPayload) -> String {
        let source = all().into_iter().find(|source| source.id() == ODDS).unwrap();
        let (id, parser) = (ODDS.to_owned(), source.parser_version());
        Partition::Payload { source: id, parser, hash: payload.hash(), again: None }.to_string()
    }

    async fn newest(past: &Past) -> (Option<&'static str>, Vec<String>) {
        let report = SourcesReport::of(&past.app).await.unwrap();
        let odds = report.sources.into_iter().find(|source| source.source == ODDS).unwrap();
        (odds.verdict, odds.findings.into_iter().map(|finding| finding.detail).collect())
    }

    #[tokio::test]
    async fn a_source_is_believed_as_far_as_its_newest_payload() {
        let past = Past::seen_from("2026-01-15T18:00:00Z");
        assert_eq!(newest(&past).await, (None, Vec::new()));
        let stale = landed(&past, "2026-01-15T12:00:00Z").await;
        assert_eq!(newest(&past).await, (None, Vec::new()), "it is not parsed yet");
        let finding = Finding { check: Check::Stale, verdict: Verdict::Degrade, detail: "5 h old".to_owned() };
        let batch = FactBatch {
            payload: stale.hash(),
            landed_at: stale.fetched_at,
            facts: Facts::default(),
            rows_read: 0,
            rejects: Rejects::default(),
            findings: vec![finding],
        };
        past.made(Step::Process, &partition(&stale), Rows::Facts(Box::new(batch))).await;
        assert_eq!(newest(&past).await, (Some("degrade"), vec!["5 h old".to_owned()]));
        let in_play = landed(&past, "2026-01-15T13:00:00Z").await;
        let lease = past.open(Step::Process, &partition(&in_play), past.app.now()).await;
        let failure = Failure::permanent(FailureCategory::UpstreamFailure, "in_play: all of it");
        past.end(&lease, &Ending::Failed(failure), Timing::default(), past.app.now()).await;
        assert_eq!(newest(&past).await, (Some("block"), vec!["in_play: all of it".to_owned()]));
    }
}
