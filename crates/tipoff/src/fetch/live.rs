//! Which providers are live, and with which keys: settings, read and checked once.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use pipeline::source::{KeyRule, Provider};
use reqwest::Url;

use crate::secret::Secret;
use crate::settings::{Settings, meant};

/// Which providers are asked.
const LIVE: &str = "TIPOFF_LIVE";
/// Who stands in for all of them.
const REPLICA: &str = "TIPOFF_REPLICA";

/// The live providers, with their keys.
#[derive(Debug, Default)]
pub(crate) struct Live {
    providers: BTreeSet<Provider>,
    keys: BTreeMap<Provider, Secret<String>>,
    replica: Option<Url>,
}

impl Live {
    /// As settings have it.
    ///
    /// # Errors
    /// Names the setting that is wrong or missing, and never shows a key.
    pub(crate) fn of(settings: &Settings) -> anyhow::Result<Self> {
        let key =
            |provider: &Provider| Some((*provider, Secret::new(settings.text(key_variable(*provider)?)?.to_owned())));
        let keys: BTreeMap<Provider, Secret<String>> = Provider::ALL.iter().filter_map(key).collect();
        let replica = settings.text(REPLICA).map(|text| {
            let text = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
            Url::parse(&text).with_context(|| format!("{REPLICA}: {text:?} is no address like http://127.0.0.1:8421/"))
        });
        let replica = replica.transpose()?;
        // A replica asks for no keys.
        let answers = |provider: &Provider| {
            replica.is_some() || provider.spec().key == KeyRule::Free || keys.contains_key(provider)
        };
        let providers = match settings.text(LIVE).unwrap_or("off") {
            "off" => BTreeSet::new(),
            "on" => Provider::ALL.into_iter().filter(answers).collect(),
            names => names.split(',').map(|name| named(name.trim())).collect::<anyhow::Result<_>>()?,
        };
        if let Some(provider) = providers.iter().find(|provider| !answers(provider)) {
            bail!("{provider} is live and has no key: set {}", key_variable(*provider).unwrap_or(LIVE));
        }
        Ok(Self { providers, keys, replica })
    }

    /// The live ones.
    pub(crate) fn providers(&self) -> &BTreeSet<Provider> {
        &self.providers
    }

    pub(super) fn key(&self, provider: Provider) -> Option<&Secret<String>> {
        self.keys.get(&provider)
    }

    pub(super) fn replica(&self) -> Option<&Url> {
        self.replica.as_ref()
    }
}

/// The setting that holds a provider's key, where it wants one.
pub(crate) fn key_variable(provider: Provider) -> Option<&'static str> {
    match provider {
        Provider::Balldontlie => Some("TIPOFF_BALLDONTLIE_KEY"),
        Provider::OddsApi => Some("TIPOFF_ODDS_API_KEY"),
        Provider::BettingPros => Some("TIPOFF_BETTINGPROS_KEY"),
        Provider::NbaCdn | Provider::NbaStats | Provider::NbaOfficial | Provider::Espn | Provider::PrizePicks => None,
    }
}

fn named(name: &str) -> anyhow::Result<Provider> {
    Provider::named(name).with_context(|| {
        let names = Provider::ALL.map(Provider::name);
        let hint = meant(name, names.iter().map(ToString::to_string));
        format!("{LIVE}: {hint}; it is off, on, or some of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(variables: &[(&str, &str)]) -> anyhow::Result<Live> {
        let environment = |name: &str| {
            let set = variables.iter().find(|(variable, _)| *variable == name);
            set.map(|(_, value)| (*value).to_owned()).ok_or(std::env::VarError::NotPresent)
        };
        Live::of(&Settings::load(&BTreeMap::new(), &environment))
    }

    fn names(variables: &[(&str, &str)]) -> Vec<&'static str> {
        live(variables).unwrap().providers.into_iter().map(Provider::name).collect()
    }

    #[test]
    fn nobody_is_asked_unless_somebody_says_so() {
        assert_eq!(names(&[]), Vec::<&str>::new());
        assert_eq!(names(&[(LIVE, "off"), ("TIPOFF_ODDS_API_KEY", "k")]), Vec::<&str>::new());
    }

    #[test]
    fn on_means_everybody_who_answers_us() {
        let free = ["nba_cdn", "nba_stats", "nba_official", "espn", "prizepicks"];
        assert_eq!(names(&[(LIVE, "on")]), free);
        let keyed = names(&[(LIVE, "on"), ("TIPOFF_ODDS_API_KEY", "k")]);
        assert!(keyed.contains(&"odds_api") && keyed.len() == free.len() + 1, "{keyed:?}");
        let replica = names(&[(LIVE, "on"), (REPLICA, "http://127.0.0.1:9")]);
        assert_eq!(replica.len(), Provider::ALL.len(), "a replica asks for no keys");
    }

    #[test]
    fn what_is_wrong_is_said_and_no_key_is_shown() {
        let error = live(&[(LIVE, "nba_cdn, odds_api")]).unwrap_err().to_string();
        assert!(error.contains("TIPOFF_ODDS_API_KEY"), "{error}");
        let error = live(&[(LIVE, "nba_cnd")]).unwrap_err().to_string();
        assert!(error.contains("did you mean nba_cdn?"), "{error}");
        let known = live(&[(LIVE, "odds_api"), ("TIPOFF_ODDS_API_KEY", "s3cret")]).unwrap();
        assert!(!format!("{known:?}").contains("s3cret"), "{known:?}");
    }
}
