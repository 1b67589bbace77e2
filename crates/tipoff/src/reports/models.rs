//! What was learned for a month, and how good it was on what it had not seen.

use domain::GameDate;
use pipeline::learn::StoredCard;
use predict::inputs::Sight;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// The models that the slates of a month use.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelsReport {
    pub(crate) schema_version: u32,
    pub(crate) month: String,
    pub(crate) models: Vec<ModelReport>,
}

/// A stored artifact, without its bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelReport {
    pub(crate) market: &'static str,
    pub(crate) system: &'static str,
    /// The system, and the market where it is not points.
    #[serde(skip)]
    pub(crate) named: String,
    pub(crate) schema: String,
    pub(crate) trained_through: String,
    pub(crate) hash: String,
    pub(crate) training_rows: u64,
    /// What the model says of itself: fingerprints, law, weights, shrink, and its errors on what it had not seen.
    #[schema(value_type = Object)]
    pub(crate) card: StoredCard,
}

impl ModelsReport {
    /// A month's models.
    pub(crate) async fn of(app: &App, month: GameDate) -> anyhow::Result<Self> {
        let artifacts = app.store.outputs.models(month, Sight::Morning).await?;
        let models = artifacts
            .into_iter()
            .map(|artifact| {
                Ok(ModelReport {
                    market: artifact.market.code(),
                    system: artifact.system.code(),
                    named: super::named(artifact.system, artifact.market),
                    trained_through: GameDate::offset_text(artifact.trained_through),
                    hash: artifact.hash().to_string(),
                    training_rows: artifact.rows,
                    card: serde_json::from_str(&artifact.card)?,
                    schema: artifact.schema,
                })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { schema_version: 1, month: month.to_string(), models })
    }
}
