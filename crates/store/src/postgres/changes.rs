//! Word of changes from process to process: each listens on a connection of its own, and tells the others on the same.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Config, Error, NoTls};

/// However quiet it is, one looks so often: word may be lost, with a connection or with the process that had it to tell.
const LOOK_ALL_THE_SAME: Duration = Duration::from_secs(2);
/// Between two words, so that a burst of commits does not wake everybody for each of them.
const PAUSE: Duration = Duration::from_millis(25);
/// Between two attempts to connect.
const REST: Duration = Duration::from_secs(1);

/// What changed in the ledger, here or elsewhere.
pub(super) struct Changes {
    config: Config,
    /// The name under which the processes of one schema talk.
    channel: String,
    bells: Arc<Bells>,
    /// Begins when somebody first listens or tells.
    talk: OnceLock<JoinHandle<()>>,
}

#[derive(Default)]
struct Bells {
    /// Rings when something changed.
    changed: Notify,
    /// Rings when there is something to tell the others. Any number of changes is one word.
    told: Notify,
}

impl Changes {
    pub(super) fn new(config: Config, schema: &str) -> Self {
        Self { config, channel: format!("tipoff_{schema}"), bells: Arc::default(), talk: OnceLock::new() }
    }

    /// Tells everybody that something changed. It was committed before: word that came within the transaction would have
    /// every commit wait for the one before it to reach the disk.
    pub(super) fn tell(&self) {
        self.begin();
        self.bells.changed.notify_waiters();
        self.bells.told.notify_one();
    }

    /// Returns when something may have changed, or when so much time has passed.
    pub(super) async fn heard(&self, at_most: Duration) {
        self.begin();
        let _ = tokio::time::timeout(at_most.min(LOOK_ALL_THE_SAME), self.bells.changed.notified()).await;
    }

    fn begin(&self) {
        self.talk.get_or_init(|| {
            let (config, channel, bells) = (self.config.clone(), self.channel.clone(), self.bells.clone());
            tokio::spawn(async move {
                loop {
                    // Whoever has the trouble reports it: everything else fails as well without a server.
                    let _ = talk(&config, &channel, &bells).await;
                    tokio::time::sleep(REST).await;
                }
            })
        });
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        if let Some(talk) = self.talk.get() {
            talk.abort();
        }
    }
}

/// Listens and tells for as long as the connection lasts.
async fn talk(config: &Config, channel: &str, bells: &Bells) -> Result<(), Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let mut messages = futures::stream::poll_fn(|context| connection.poll_message(context));
    let hear = async {
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(_) = message? {
                bells.changed.notify_waiters();
            }
        }
        Ok(())
    };
    let tell = async {
        client.batch_execute(&format!("LISTEN \"{channel}\"")).await?;
        // Nobody listened until now.
        bells.changed.notify_waiters();
        loop {
            bells.told.notified().await;
            client.batch_execute(&format!("NOTIFY \"{channel}\"")).await?;
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        ended = hear => ended,
        failed = tell => failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Postgres;

    /// Fails unless word comes: nobody waits so long.
    async fn comes(word: impl Future<Output = ()>) {
        tokio::time::timeout(Duration::from_secs(60), word).await.expect("no word came");
    }

    async fn two() -> Option<[Postgres; 2]> {
        let url = crate::server::new_place()?;
        let there = Postgres::create(&url).await.unwrap();
        // Who only looks listens too.
        Some([Postgres::open(&url).await.unwrap(), there])
    }

    /// Returns when it listens.
    async fn listens(changes: &Changes) {
        let begun = changes.bells.changed.notified();
        changes.begin();
        comes(begun).await;
    }

    #[tokio::test]
    async fn word_comes_from_one_process_to_another() {
        let Some([here, there]) = two().await else { return };
        listens(&here.changes).await;
        for _ in 0..3 {
            let word = here.changes.bells.changed.notified();
            there.changes.tell();
            comes(word).await;
        }
    }

    #[tokio::test]
    async fn who_lost_the_connection_listens_again() {
        let Some([here, there]) = two().await else { return };
        listens(&here.changes).await;
        let again = here.changes.bells.changed.notified();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1";
        let listening = format!("LISTEN \"{}\"", here.changes.channel);
        there.client().await.unwrap().execute(cut, &[&listening]).await.unwrap();
        comes(again).await;
        let word = here.changes.bells.changed.notified();
        there.changes.tell();
        comes(word).await;
    }
}
