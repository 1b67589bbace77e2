//! What may stand in addresses and bodies: each kind of word is read once, and described once, so that no handler meets
//! text that means nothing.

use domain::{Market, ParseError};
use pipeline::Step;
use pipeline::source::{self, Provider};
use predict::SystemId;
use runtime::{FailureCategory, Role};
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::clock_words::DateWord;

/// Dates that exist, and the words for them. Leap days are taken too.
const DATE: &str = "^(TODAY|TOMORROW|YESTERDAY|(19[5-9][0-9]|2[01][0-9]{2})-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|\
    (0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31))$";

impl PartialSchema for DateWord {
    fn schema() -> RefOr<Schema> {
        let date = ObjectBuilder::new().schema_type(Type::String).pattern(Some(DATE));
        date.description(Some("A day in US Eastern.")).examples(["2025-01-15"]).into()
    }
}

impl ToSchema for DateWord {}

/// One of some names, as a schema.
fn one_of<'n>(names: impl Iterator<Item = &'n str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
}

/// A step by its name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct StepName(pub(super) Step);

impl TryFrom<String> for StepName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Step::named(&text).map(Self).ok_or_else(|| ParseError::new(&text, "a step; /api/v1/registry lists them"))
    }
}

impl PartialSchema for StepName {
    fn schema() -> RefOr<Schema> {
        one_of(Step::all().map(Step::name))
    }
}

impl ToSchema for StepName {}

/// A step by its name, or `all` of them.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct StepOrAll(pub(super) Option<Step>);

impl TryFrom<String> for StepOrAll {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        if text == "all" { Ok(Self(None)) } else { StepName::try_from(text).map(|StepName(step)| Self(Some(step))) }
    }
}

impl PartialSchema for StepOrAll {
    fn schema() -> RefOr<Schema> {
        one_of(std::iter::once("all").chain(Step::all().map(Step::name)))
    }
}

impl ToSchema for StepOrAll {}

/// A provider by its name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ProviderName(pub(super) Provider);

impl TryFrom<String> for ProviderName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Provider::named(&text).map(Self).ok_or_else(|| ParseError::new(&text, "a provider"))
    }
}

impl PartialSchema for ProviderName {
    fn schema() -> RefOr<Schema> {
        one_of(Provider::ALL.into_iter().map(Provider::name))
    }
}

impl ToSchema for ProviderName {}

/// A source by its name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct SourceName(pub(super) String);

impl TryFrom<String> for SourceName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        let is_known = source::all().into_iter().any(|source| source.id() == text);
        if is_known { Ok(Self(text)) } else { Err(ParseError::new(&text, "a source")) }
    }
}

impl PartialSchema for SourceName {
    fn schema() -> RefOr<Schema> {
        one_of(source::all().into_iter().map(|source| source.id()))
    }
}

impl ToSchema for SourceName {}

/// A system by its id.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct SystemName(pub(super) SystemId);

impl TryFrom<String> for SystemName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse().map(Self)
    }
}

impl PartialSchema for SystemName {
    fn schema() -> RefOr<Schema> {
        one_of(SystemId::ALL.into_iter().map(SystemId::code))
    }
}

impl ToSchema for SystemName {}

/// A market by its name.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct MarketName(pub(super) Market);

impl TryFrom<String> for MarketName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse().map(Self)
    }
}

impl PartialSchema for MarketName {
    fn schema() -> RefOr<Schema> {
        one_of(Market::ALL.into_iter().map(Market::code))
    }
}

impl ToSchema for MarketName {}

/// A category of failure.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct CategoryName(pub(super) FailureCategory);

impl TryFrom<String> for CategoryName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        FailureCategory::from_code(&text).map(Self).ok_or_else(|| ParseError::new(&text, "a category of failure"))
    }
}

impl PartialSchema for CategoryName {
    fn schema() -> RefOr<Schema> {
        one_of(FailureCategory::ALL.into_iter().map(FailureCategory::code))
    }
}

impl ToSchema for CategoryName {}

/// A role.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct RoleName(pub(super) Role);

impl TryFrom<String> for RoleName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Role::from_code(&text).map(Self).ok_or_else(|| ParseError::new(&text, "read, operate or admin"))
    }
}

impl PartialSchema for RoleName {
    fn schema() -> RefOr<Schema> {
        one_of(Role::ALL.into_iter().map(Role::code))
    }
}

impl ToSchema for RoleName {}

/// How many rows at most.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct Limit(pub(super) usize);

impl Limit {
    const MOST: u32 = 1_000;
}

impl Default for Limit {
    fn default() -> Self {
        Self(100)
    }
}

impl TryFrom<u32> for Limit {
    type Error = ParseError;

    fn try_from(rows: u32) -> Result<Self, ParseError> {
        if (1..=Self::MOST).contains(&rows) {
            return Ok(Self(rows as usize));
        }
        Err(ParseError::new(rows.to_string(), "a number of rows from 1 to 1000"))
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        let rows = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(Self::MOST));
        rows.description(Some("So many rows at most; 100 unless said.")).into()
    }
}

impl ToSchema for Limit {}

/// A share in percent, 0 to 100.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct Percent(pub(super) f64);

impl TryFrom<f64> for Percent {
    type Error = ParseError;

    fn try_from(percent: f64) -> Result<Self, ParseError> {
        if (0.0..=100.0).contains(&percent) {
            return Ok(Self(percent));
        }
        Err(ParseError::new(percent.to_string(), "a percentage from 0 to 100"))
    }
}

impl PartialSchema for Percent {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(100)).into()
    }
}

impl ToSchema for Percent {}

/// Printable words of a person: a reason, or a part of a partition's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Words(pub(super) String);

impl Words {
    const LONGEST: usize = 500;
}

impl TryFrom<String> for Words {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        let length = text.chars().count();
        if (1..=Self::LONGEST).contains(&length) && !text.chars().any(|letter| letter < ' ' || letter == '\x7f') {
            return Ok(Self(text));
        }
        Err(ParseError::new(&text, "1 to 500 printable characters"))
    }
}

impl PartialSchema for Words {
    fn schema() -> RefOr<Schema> {
        let words = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^[^\x00-\x1f\x7f]{1,500}$"));
        words.min_length(Some(1)).max_length(Some(Self::LONGEST)).into()
    }
}

impl ToSchema for Words {}

/// A name of letters, digits and `-_.@`, of 64 at most.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

impl TryFrom<String> for Name {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
        if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
            return Ok(Self(text));
        }
        Err(ParseError::new(&text, "1 to 64 letters, digits or any of -_.@"))
    }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9_.@-]{1,64}$")).into()
    }
}

impl ToSchema for Name {}

/// A prediction's id.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct PredictionName(pub(super) String);

impl TryFrom<String> for PredictionName {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 16 && text.bytes().all(is_digit) {
            return Ok(Self(text));
        }
        Err(ParseError::new(&text, "a prediction's id: sixteen hexadecimal digits"))
    }
}

impl PartialSchema for PredictionName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{16}$")).into()
    }
}

impl ToSchema for PredictionName {}
