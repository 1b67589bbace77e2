//! Keys to what listens: made, listed, revoked. A key is shown once, when it is made, and kept as its digest alone.

use rand::TryRng;
use rand::rngs::SysRng;
use runtime::{ApiKey, Moved, OversightError, Role};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::App;

/// What every key begins with, so that scanners of leaked secrets know it.
const PREFIX: &str = "tipoff_";

/// Why a key was neither made nor revoked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The name is none.
    #[error("{0:?} names no key: 1 to 64 letters, digits or any of -_.@")]
    Name(String),
    /// The name was given before.
    #[error("a key was called {0:?} before; take another name, so that audits stay true")]
    Taken(String),
    /// No key of this name opens anything.
    #[error("no key called {0:?} opens anything: `tipoff keys list` shows those there are")]
    Unknown(String),
    /// The machine gave no random bits.
    #[error("no random bits for a key")]
    Random(#[from] rand::rngs::SysError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] OversightError),
}

impl App {
    /// Makes a key and returns it: the only time it can be read.
    ///
    /// # Errors
    /// When the name is empty or was ever used, or when the store fails.
    pub async fn make_key(&self, name: &str, role: Role) -> Result<String, KeyError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
        if !(1..=64).contains(&name.len()) || !name.chars().all(is_plain) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let mut secret = [0; 32];
        SysRng.try_fill_bytes(&mut secret)?;
        let key = secret.iter().fold(PREFIX.to_owned(), |key, byte| format!("{key}{byte:02x}"));
        let kept =
            ApiKey { name: name.to_owned(), role, digest: digest(&key), created_at: self.now(), revoked_at: None };
        match self.store.oversight.add_key(&kept).await? {
            Moved::Yes => Ok(key),
            Moved::No => Err(KeyError::Taken(name.to_owned())),
        }
    }

    /// Takes a key's power from now on.
    ///
    /// # Errors
    /// When no key of this name opens anything, or when the store fails.
    pub async fn revoke_key(&self, name: &str) -> Result<(), KeyError> {
        match self.store.oversight.revoke_key(name, self.now()).await? {
            Moved::Yes => Ok(()),
            Moved::No => Err(KeyError::Unknown(name.to_owned())),
        }
    }

    /// The keys that open something now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_keys(&self) -> anyhow::Result<Vec<ApiKey>> {
        let now = self.now();
        let mut keys = self.store.oversight.keys().await?;
        keys.retain(|key| key.revoked_at.is_none_or(|revoked| revoked > now));
        Ok(keys)
    }
}

/// The one of these keys that a text is. Takes as long for a near miss as for any other text.
pub(crate) fn opened_by<'k>(keys: &'k [ApiKey], text: &str) -> Option<&'k ApiKey> {
    let digest = digest(text);
    keys.iter().fold(None, |found, key| if key.digest.ct_eq(&digest).into() { Some(key) } else { found })
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
