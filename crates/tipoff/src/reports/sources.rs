//! How fresh what we know is, by source and by table.

use std::collections::BTreeMap;

use domain::GameDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::clock_words::moment;

/// How fresh what we know is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourcesReport {
    schema_version: u32,
    sources: Vec<SourceReport>,
    tables: Vec<TableFreshness>,
}

/// A source, by what landed of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourceReport {
    source: String,
    payloads: u64,
    newest_landed_at: String,
    /// What was asked for then.
    newest_subject: String,
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
        let mut sources = BTreeMap::<String, SourceReport>::new();
        // In order of landing: the last of each is its newest.
        for payload in app.store.raw.landed().await? {
            let payloads = sources.get(&payload.source).map_or(0, |known| known.payloads) + 1;
            let newest_landed_at = moment(payload.fetched_at);
            let (source, newest_subject) = (payload.source.clone(), payload.subject);
            sources.insert(payload.source, SourceReport { source, payloads, newest_landed_at, newest_subject });
        }
        let mut tables = BTreeMap::<String, (u64, Vec<GameDate>)>::new();
        for revision in app.store.facts.revisions().await? {
            let (versions, slates) = tables.entry(revision.table).or_default();
            *versions += revision.rows;
            slates.extend(revision.slate);
        }
        let table = |(table, (versions, slates)): (String, (u64, Vec<GameDate>))| TableFreshness {
            table,
            versions,
            slates: slates.len(),
            newest_slate: slates.into_iter().max().map(|slate| slate.to_string()),
        };
        Ok(Self {
            schema_version: 1,
            sources: sources.into_values().collect(),
            tables: tables.into_iter().map(table).collect(),
        })
    }
}
