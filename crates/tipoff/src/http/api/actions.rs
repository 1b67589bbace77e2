//! Actions: what an operator does by hand. With `dry_run` nothing is changed, and the answer says what would be.

use axum::Json;
use axum::extract::{Query, State};
use domain::PlayerId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::words::{CategoryName, ProviderName, SourceName, StepName, StepOrAll, Words};
use crate::app::{Action, Holdable, Reparse, Selection};
use crate::clock_words::DateWord;
use crate::http::Surface;
use crate::http::access::{Caller, Operates};
use crate::http::problem::Problem;
use crate::reports::{EffectReport, Mode};

/// So many dead letters a minute are replayed unless somebody says otherwise.
const PER_MINUTE: u32 = 60;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// Only say what would be done.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

impl How {
    async fn act(&self, surface: &Surface, caller: &Caller, action: &Action) -> Result<Json<EffectReport>, Problem> {
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Act };
        Ok(Json(EffectReport::of(&surface.app, action, mode, &caller.name).await?))
    }
}

/// A slate to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Force {
    /// The slate.
    #[schema(inline)]
    date: DateWord,
}

/// Plans and makes a slate's page now, whatever failed before; a process that serves does the work.
#[utoipa::path(post, path = "/api/v1/actions/force", tag = "actions", params(How), request_body = Force,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn force(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(body): Json<Force>,
) -> Result<Json<EffectReport>, Problem> {
    let slate = body.date.resolve(surface.app.now());
    how.act(&surface, &caller, &Action::Force { slate }).await
}

/// A slate to be tried again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    /// The slate.
    #[schema(inline)]
    date: DateWord,
    /// This step alone.
    #[schema(inline)]
    step: Option<StepName>,
}

/// Tries what has failed of a slate again, phase by phase.
#[utoipa::path(post, path = "/api/v1/actions/retry", tag = "actions", params(How), request_body = Retry,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn retry(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(body): Json<Retry>,
) -> Result<Json<EffectReport>, Problem> {
    let slate = body.date.resolve(surface.app.now());
    how.act(&surface, &caller, &Action::Retry { slate, step: body.step.map(|StepName(step)| step) }).await
}

/// Plans everything that is expected now, and lets whatever is not done be done.
#[utoipa::path(post, path = "/api/v1/actions/self-heal", tag = "actions", params(How),
    responses((status = OK, body = EffectReport)))]
pub(super) async fn self_heal(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
) -> Result<Json<EffectReport>, Problem> {
    how.act(&surface, &caller, &Action::SelfHeal).await
}

/// Dead letters to be replayed: all of them, unless something is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Replay {
    /// Of this step only.
    #[schema(inline)]
    step: Option<StepName>,
    /// Whose partition contains this text.
    #[schema(inline)]
    partition: Option<Words>,
    /// Of this category of failure.
    #[schema(inline)]
    category: Option<CategoryName>,
    /// How many a minute; 60 unless said.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 255)]
    per_minute: Option<std::num::NonZeroU8>,
}

fn selection(step: Option<StepName>, partition: Option<Words>, category: Option<CategoryName>) -> Selection {
    Selection {
        step: step.map(|StepName(step)| step.name().into()),
        partition: partition.map(|Words(words)| words),
        category: category.map(|CategoryName(category)| category),
    }
}

/// Lets dead letters go again, with all their retries.
#[utoipa::path(post, path = "/api/v1/actions/replay", tag = "actions", params(How), request_body = Replay,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn replay(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(body): Json<Replay>,
) -> Result<Json<EffectReport>, Problem> {
    let selection = selection(body.step, body.partition, body.category);
    let per_minute = body.per_minute.map_or(PER_MINUTE, |rate| u32::from(rate.get()));
    how.act(&surface, &caller, &Action::Replay { selection, per_minute }).await
}

/// Dead letters to be put aside: all of them, unless something is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dropped {
    /// Of this step only.
    #[schema(inline)]
    step: Option<StepName>,
    /// Whose partition contains this text.
    #[schema(inline)]
    partition: Option<Words>,
    /// Of this category of failure.
    #[schema(inline)]
    category: Option<CategoryName>,
    /// Why: it stays in the grid with this reason.
    #[schema(inline)]
    why: Words,
}

/// Puts dead letters aside, never to be done.
#[utoipa::path(post, path = "/api/v1/actions/drop", tag = "actions", params(How), request_body = Dropped,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn drop_letters(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(body): Json<Dropped>,
) -> Result<Json<EffectReport>, Problem> {
    let Words(why) = body.why;
    let selection = selection(body.step, body.partition, body.category);
    how.act(&surface, &caller, &Action::Drop { selection, why }).await
}

/// A step or a provider to be stopped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Hold {
    /// Which step; `publish` halts publication, `all` everything. Either it is said, or a provider.
    #[schema(inline)]
    step: Option<StepOrAll>,
    /// Which provider: nobody asks it.
    #[schema(inline)]
    provider: Option<ProviderName>,
    /// Why, for whoever sees it stand still.
    #[schema(inline)]
    why: Words,
}

/// Stops a step or a provider until somebody lets it go on.
#[utoipa::path(post, path = "/api/v1/actions/hold", tag = "actions", params(How), request_body = Hold,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn hold(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(Hold { step, provider, why: Words(why) }): Json<Hold>,
) -> Result<Json<EffectReport>, Problem> {
    how.act(&surface, &caller, &Action::Hold { what: holdable(step, provider)?, why }).await
}

/// A step or a provider to go on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// Which step, or `all` that are held. Either it is said, or a provider.
    #[schema(inline)]
    step: Option<StepOrAll>,
    /// Which provider.
    #[schema(inline)]
    provider: Option<ProviderName>,
}

fn holdable(step: Option<StepOrAll>, provider: Option<ProviderName>) -> Result<Holdable, Problem> {
    match (step, provider) {
        (Some(StepOrAll(step)), None) => Ok(step.map_or(Holdable::EveryStep, Holdable::Step)),
        (None, Some(ProviderName(provider))) => Ok(Holdable::Provider(provider)),
        _ => Err(Problem::bad_request("say either a step or a provider")),
    }
}

/// Lets what is held go on.
#[utoipa::path(post, path = "/api/v1/actions/release", tag = "actions", params(How), request_body = Release,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn release(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(Release { step, provider }): Json<Release>,
) -> Result<Json<EffectReport>, Problem> {
    how.act(&surface, &caller, &Action::Release { what: holdable(step, provider)? }).await
}

/// What landed and is to be parsed again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParsedAgain {
    /// Whose payloads.
    #[schema(inline)]
    source: SourceName,
    /// The first day on which they landed, US Eastern.
    #[schema(inline)]
    from: DateWord,
    /// The last day.
    #[schema(inline)]
    to: DateWord,
}

/// Has landed bytes parsed again, with today's parser and the names that are known today.
#[utoipa::path(post, path = "/api/v1/actions/reparse", tag = "actions", params(How), request_body = ParsedAgain,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn reparse(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(ParsedAgain { source: SourceName(source), from, to }): Json<ParsedAgain>,
) -> Result<Json<EffectReport>, Problem> {
    let asked_at = surface.app.now();
    let (from, to) = (from.resolve(asked_at), to.resolve(asked_at));
    if from > to {
        return Err(Problem::bad_request(format!("{from} is after {to}")));
    }
    how.act(&surface, &caller, &Action::Reparse(Reparse { source, landed: from..=to, asked_at })).await
}

/// A spelling, and whose name it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    /// The name, as the source spells it.
    #[schema(inline)]
    name: Words,
    /// NBA.com's number of the player.
    #[schema(value_type = u64, maximum = 4_294_967_295_u64)]
    player_id: u32,
}

/// Says whose name a spelling is. Payloads that lacked it are parsed again by themselves.
#[utoipa::path(post, path = "/api/v1/actions/link", tag = "actions", params(How), request_body = Link,
    responses((status = OK, body = EffectReport)))]
pub(super) async fn link(
    State(surface): State<Surface>,
    Operates(caller): Operates,
    Query(how): Query<How>,
    Json(Link { name: Words(name), player_id }): Json<Link>,
) -> Result<Json<EffectReport>, Problem> {
    how.act(&surface, &caller, &Action::Link { name, player: PlayerId::new(player_id) }).await
}
