//! Keys to what listens: made, listed, revoked. A key is shown once, when it is made, and kept as its digest alone.

use rand::TryRng;
use rand::rngs::SysRng;
use runtime::{ApiKey, Moved, Role};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::App;

/// What every key begins with, so that scanners of leaked secrets know it.
const PREFIX: &str = "tipoff_";

impl App {
    /// Makes a key and returns it: the only time it can be read.
    ///
    /// # Errors
    /// When the name is empty or was ever used, or when the store fails.
    pub async fn make_key(&self, name: &str, role: Role) -> anyhow::Result<String> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.@".contains(letter);
        anyhow::ensure!(
            (1..=64).contains(&name.len()) && name.chars().all(is_plain),
            "{name:?} names no key: 1 to 64 letters, digits or any of -_.@"
        );
        let mut secret = [0; 32];
        SysRng.try_fill_bytes(&mut secret)?;
        let key = secret.iter().fold(PREFIX.to_owned(), |key, byte| format!("{key}{byte:02x}"));
        let kept =
            ApiKey { name: name.to_owned(), role, digest: digest(&key), created_at: self.now(), revoked_at: None };
        match self.store.oversight.add_key(&kept).await? {
            Moved::Yes => Ok(key),
            Moved::No => anyhow::bail!("a key was called {name:?} before; take another name, so that audits stay true"),
        }
    }

    /// Takes a key's power from now on.
    ///
    /// # Errors
    /// When no key of this name opens anything, or when the store fails.
    pub async fn revoke_key(&self, name: &str) -> anyhow::Result<()> {
        match self.store.oversight.revoke_key(name, self.now()).await? {
            Moved::Yes => Ok(()),
            Moved::No => {
                anyhow::bail!("no key called {name:?} opens anything: `tipoff keys list` shows those there are")
            }
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
