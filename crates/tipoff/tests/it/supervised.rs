//! `tipoff serve` under systemd: it says when it is ready, that its work goes on, and that it is about to stop.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::program::Tipoff;

#[test]
fn systemd_is_told_of_readiness_of_work_and_of_the_end() {
    let tipoff = Tipoff::new();
    std::fs::create_dir_all(tipoff.data_dir()).unwrap();
    let path = tipoff.data_dir().join("notify.sock");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let hear = || {
        let mut message = [0; 256];
        let length = systemd.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap().trim().to_owned()
    };
    let serve = tipoff.start_with(&[("NOTIFY_SOCKET", path.to_str().unwrap())], &["serve", "--listen", "off"]);
    assert_eq!(hear(), "READY=1");
    assert_eq!([hear(), hear()], ["WATCHDOG=1", "WATCHDOG=1"], "and again a second later");
    serve.stops();
    let last = std::iter::repeat_with(hear).find(|message| message != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
}
