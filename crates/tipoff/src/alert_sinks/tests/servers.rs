//! An HTTP server and an SMTP server, each a thread that tells what it was sent before it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A request as it came.
pub(super) struct Request {
    /// Request line and headers.
    pub(super) head: Vec<String>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let header = |line: &&String| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase()));
        self.head.iter().find(header).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }
}

/// Answers every request with this status line, and a redirect to itself.
pub(super) fn http(status: &'static str) -> (SocketAddr, Receiver<Request>) {
    serve(move |stream, told| {
        let mut reader = BufReader::new(stream);
        let head: Vec<String> =
            reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let mut request = Request { head, body: Vec::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body.resize(length, 0);
        reader.read_exact(&mut request.body).ok()?;
        told.send(request).ok()?;
        let answer = format!("HTTP/1.1 {status}\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        reader.into_inner().write_all(answer.as_bytes()).ok()
    })
}

/// Takes mail, if it takes passwords; offers no TLS. Tells every line it was sent.
pub(super) fn smtp(to_passwords: &'static str) -> (SocketAddr, Receiver<String>) {
    serve(move |stream, told| {
        let mut writer = stream.try_clone().ok()?;
        let mut answer = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
        answer("220 here")?;
        let mut is_text = false;
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            told.send(line.clone()).ok()?;
            match line.split(' ').next() {
                Some(".") => {
                    is_text = false;
                    answer("250 taken")?;
                }
                _ if is_text => {}
                Some("EHLO") => answer("250-here\r\n250 AUTH PLAIN")?,
                Some("AUTH") => answer(to_passwords)?,
                Some("DATA") => {
                    is_text = true;
                    answer("354 go on")?;
                }
                _ => answer("250 yes")?,
            }
        }
        Some(())
    })
}

/// A server of one connection after another, on a port of its own, for as long as the test listens.
fn serve<T: Send + 'static>(
    talk: impl Fn(TcpStream, &Sender<T>) -> Option<()> + Send + 'static,
) -> (SocketAddr, Receiver<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            talk(stream, &tell);
        }
    });
    (address, told)
}
