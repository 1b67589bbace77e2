//! External answers on Postgres.

use async_trait::async_trait;
use domain::Edition;
use jiff::Timestamp;
use pipeline::ports::{AnswerStore, Heard, StoreError};
use pipeline::rows::ExternalAnswer;

use super::named::{execute, of_row, params, query_each};
use super::statements::sql;
use super::{Postgres, begin, lock};
use crate::error::Fault;
use crate::rows::external_answers::{answer, count, read_answer};

#[async_trait]
impl AnswerStore for Postgres {
    async fn hear(
        &self,
        edition: Edition,
        answers: &[ExternalAnswer],
        received_at: Timestamp,
    ) -> Result<Vec<Heard>, StoreError> {
        let heard = self.hear_each(edition, answers, received_at).await?;
        if heard.contains(&Heard::New) {
            self.changes.tell();
        }
        Ok(heard)
    }

    async fn answers(&self, edition: Edition, before: Timestamp) -> Result<Vec<ExternalAnswer>, StoreError> {
        let (slate, cutoff) = (edition.slate.to_string(), edition.cutoff.instant().as_microsecond());
        let params = params! { ":slate": slate, ":cutoff": cutoff, ":before": before.as_microsecond() };
        Ok(query_each(&self.client().await?, sql::answers, &params, read_answer).await?)
    }

    async fn answers_heard(&self, edition: Edition) -> Result<u64, StoreError> {
        let (slate, cutoff) = (edition.slate.to_string(), edition.cutoff.instant().as_microsecond());
        let params = params! { ":slate": slate, ":cutoff": cutoff };
        Ok(query_each(&self.client().await?, sql::answers_heard, &params, count).await?.into_iter().sum())
    }
}

impl Postgres {
    async fn hear_each(
        &self,
        edition: Edition,
        answers: &[ExternalAnswer],
        received_at: Timestamp,
    ) -> Result<Vec<Heard>, Fault> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        lock(&transaction, "external_answer").await?;
        let mut heard = Vec::with_capacity(answers.len());
        for said in answers {
            let row = answer(edition, said, received_at);
            let added = execute(&transaction, sql::hear_answer, &of_row(&row)).await?;
            heard.push(if added > 0 { Heard::New } else { Heard::Same });
        }
        transaction.commit().await?;
        Ok(heard)
    }
}
