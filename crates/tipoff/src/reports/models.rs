//! What was learned for a month, and how good it was on what it had not seen.

use domain::GameDate;
use pipeline::learn::StoredCard;
use pipeline::rows::ModelArtifact;
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
    /// Those whose cards this version of the program cannot read.
    pub(crate) unreadable: Vec<UnreadableModelReport>,
}

/// A stored artifact that an older version of the program made.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnreadableModelReport {
    pub(crate) system: &'static str,
    pub(crate) hash: String,
    /// What that means, and what to do.
    pub(crate) why: String,
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
        Ok(Self::telling(month, app.store.outputs.models(month, Sight::Morning).await?))
    }

    fn telling(month: GameDate, artifacts: Vec<ModelArtifact>) -> Self {
        let (mut models, mut unreadable) = (Vec::new(), Vec::new());
        for artifact in artifacts {
            let (system, hash) = (artifact.system.code(), artifact.hash().to_string());
            match serde_json::from_str(&artifact.card) {
                Ok(card) => models.push(ModelReport {
                    market: artifact.market.code(),
                    system,
                    named: super::named(artifact.system, artifact.market),
                    trained_through: GameDate::offset_text(artifact.trained_through),
                    hash,
                    training_rows: artifact.rows,
                    card,
                    schema: artifact.schema,
                }),
                Err(error) => unreadable.push(UnreadableModelReport { system, hash, why: old(month, &error) }),
            }
        }
        Self { schema_version: 1, month: month.to_string(), models, unreadable }
    }
}

fn old(month: GameDate, error: &serde_json::Error) -> String {
    format!(
        "made by an older version, so that its card cannot be read ({error}): `tipoff train --date {month}` trains it again"
    )
}

#[cfg(test)]
mod tests {
    use predict::SystemId;

    use super::*;

    #[test]
    fn a_model_of_an_older_version_is_told_apart_and_hides_no_other() {
        let artifact = |system, card: &str| ModelArtifact {
            market: domain::Market::Points,
            system,
            schema: "inputs_1".to_owned(),
            trained_through: "2024-12-31T00:00:00Z".parse().unwrap(),
            rows: 7,
            card: card.to_owned(),
            body: Vec::new(),
        };
        let card = r#"{"schema_hash": "a", "data_fingerprint": "b", "law": null, "weights": null, "blend": null,
            "shrink": null, "holdout": {"rows": 7, "mae": 4.5, "rmse": 6.0, "bias": 0.1}}"#;
        let artifacts = vec![artifact(SystemId::Xgboost, card), artifact(SystemId::Ensemble, r#"{"mae": 4.5}"#)];
        let report = ModelsReport::telling("2025-01-01".parse().unwrap(), artifacts);
        assert_eq!(report.models.iter().map(|model| model.system).collect::<Vec<_>>(), ["xgboost_v1"]);
        let [old] = &report.unreadable[..] else { panic!("one cannot be read") };
        assert_eq!(old.system, "ensemble_v1");
        assert!(old.why.contains("older version") && old.why.contains("tipoff train --date 2025-01-01"), "{}", old.why);
    }
}
