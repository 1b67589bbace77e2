//! How providers were asked, on Postgres.

use async_trait::async_trait;
use domain::GameDate;
use pipeline::ports::{ProviderDay, ProviderStore, StoreError};

use super::Postgres;
use super::named::{execute, of_row, params, query_each, storable};
use super::statements::sql;
use crate::rows::providers::{provider_day, read_provider_day};

#[async_trait]
impl ProviderStore for Postgres {
    async fn add_to_provider_day(&self, more: &ProviderDay) -> Result<(), StoreError> {
        let row = storable(provider_day(more));
        execute(&self.client().await?, sql::add_to_provider_day, &of_row(&row)).await?;
        Ok(())
    }

    async fn provider_days(&self, since: GameDate) -> Result<Vec<ProviderDay>, StoreError> {
        let params = params! { ":since": since.to_string() };
        Ok(query_each(&self.client().await?, sql::provider_days, &params, read_provider_day).await?)
    }
}
