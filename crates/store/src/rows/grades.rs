//! Grades and records as rows.

use domain::{Cutoff, Edition};
use pipeline::rows::{Grade, PredictionId, SystemPerformance, Verdict};
use predict::Recommendation;

use super::{Cells, Corrupt, Record, Writer};

impl Record for Grade {
    const TABLE: &'static str = "grade";
    const KEY: &'static [&'static str] = &["prediction_id"];
    const CONTENT: &'static [&'static str] = &[
        "game_id",
        "slate",
        "player_id",
        "market",
        "system",
        "recommendation",
        "half_points",
        "actual",
        "verdict",
        "void_reason",
        "profit",
        "absolute_error",
        "signed_error",
        "outcome_known_at",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.text(&self.prediction.0)
            .game(self.game)
            .date(self.slate)
            .player(self.player)
            .text(self.market.code())
            .text(self.system.code())
            .text(self.recommendation.code())
            .integer_if_any(self.line.map(domain::HalfPoints::halves))
            .integer_if_any(self.actual)
            .text(self.verdict.code())
            .text_if_any(self.void_reason.as_deref())
            .real_if_any(self.profit)
            .real_if_any(self.absolute_error)
            .real_if_any(self.signed_error)
            .instant(self.outcome_known_at);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            prediction: PredictionId(row.text()?.into_owned()),
            game: row.parse()?,
            slate: row.parse()?,
            player: row.player()?,
            market: row.parse()?,
            system: row.system()?,
            recommendation: row.code(Recommendation::from_code)?,
            line: row.whole_if_any()?.map(domain::HalfPoints::from_halves),
            actual: row.whole_if_any()?,
            verdict: row.code(Verdict::from_code)?,
            void_reason: row.text_if_any()?.map(std::borrow::Cow::into_owned),
            profit: row.real_if_any()?,
            absolute_error: row.real_if_any()?,
            signed_error: row.real_if_any()?,
            outcome_known_at: row.instant()?,
        })
    }
}

impl Record for SystemPerformance {
    const TABLE: &'static str = "system_daily_performance";
    const KEY: &'static [&'static str] = &["market", "system"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "cutoff",
        "predictions",
        "voids",
        "wins",
        "losses",
        "pushes",
        "overs",
        "overs_won",
        "absolute_error_sum",
        "signed_error_sum",
        "within_3",
        "within_5",
        "profit",
        "line_error_sum",
        "lined_error_sum",
        "lined",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.text(self.market.code())
            .text(self.system.code())
            .date(self.edition.slate)
            .instant(self.edition.cutoff.instant())
            .integer(self.predictions)
            .integer(self.voids)
            .integer(self.wins)
            .integer(self.losses)
            .integer(self.pushes)
            .integer(self.overs)
            .integer(self.overs_won)
            .real(self.absolute_error_sum)
            .real(self.signed_error_sum)
            .integer(self.within_3)
            .integer(self.within_5)
            .real(self.profit)
            .real(self.line_error_sum)
            .real(self.lined_error_sum)
            .integer(self.lined);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            market: row.parse()?,
            system: row.system()?,
            edition: Edition { slate: row.parse()?, cutoff: Cutoff::at(row.instant()?) },
            predictions: row.whole()?,
            voids: row.whole()?,
            wins: row.whole()?,
            losses: row.whole()?,
            pushes: row.whole()?,
            overs: row.whole()?,
            overs_won: row.whole()?,
            absolute_error_sum: row.real()?,
            signed_error_sum: row.real()?,
            within_3: row.whole()?,
            within_5: row.whole()?,
            profit: row.real()?,
            line_error_sum: row.real()?,
            lined_error_sum: row.real()?,
            lined: row.whole()?,
        })
    }
}
