//! External answers on SQLite.

use async_trait::async_trait;
use domain::Edition;
use jiff::Timestamp;
use pipeline::ports::{AnswerStore, Heard, StoreError};
use pipeline::rows::ExternalAnswer;
use rusqlite::named_params;

use super::Sqlite;
use super::ledger::execute;
use super::statements::{select_rows, sql};
use crate::rows::external_answers::{answer, count, read_answer};

#[async_trait]
impl AnswerStore for Sqlite {
    async fn hear(
        &self,
        edition: Edition,
        answers: &[ExternalAnswer],
        received_at: Timestamp,
    ) -> Result<Vec<Heard>, StoreError> {
        let answers = answers.to_vec();
        let heard = self.write(move |connection| {
            let hear = |said| match execute(connection, sql::hear_answer, &answer(edition, said, received_at))? {
                0 => Ok(Heard::Same),
                _ => Ok(Heard::New),
            };
            answers.iter().map(hear).collect()
        });
        let heard: Vec<Heard> = heard.await?;
        if heard.contains(&Heard::New) {
            self.ring();
        }
        Ok(heard)
    }

    async fn answers(&self, edition: Edition, before: Timestamp) -> Result<Vec<ExternalAnswer>, StoreError> {
        let answers = self.read(move |connection| {
            let (slate, cutoff) = (edition.slate.to_string(), edition.cutoff.instant().as_microsecond());
            let params = named_params! { ":slate": slate, ":cutoff": cutoff, ":before": before.as_microsecond() };
            select_rows(connection, sql::answers, params, read_answer)
        });
        Ok(answers.await?)
    }

    async fn answers_heard(&self, edition: Edition) -> Result<u64, StoreError> {
        let heard = self.read(move |connection| {
            let (slate, cutoff) = (edition.slate.to_string(), edition.cutoff.instant().as_microsecond());
            let params = named_params! { ":slate": slate, ":cutoff": cutoff };
            select_rows(connection, sql::answers_heard, params, count)
        });
        Ok(heard.await?.into_iter().sum())
    }
}
