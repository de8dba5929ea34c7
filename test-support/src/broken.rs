//! Servers that break in every way that a network can, over raw TCP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::loopback::{listen, read_head};

/// What becomes of one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Closes as soon as the request is there.
    CloseBeforeReply,
    /// Resets as soon as the request is there.
    ResetBeforeReply,
    /// Resets in the middle of the body.
    ResetInBody,
    /// Closes in the middle of a body whose length was announced.
    CutInBody,
    /// Closes in the middle of a chunked body.
    CutInChunks,
    /// Says nothing until the client closes.
    HangAtHeaders,
    /// Sends a part of the body and then nothing.
    HangInBody,
    /// Sends a byte now and then, for ever.
    Drip,
    /// No HTTP at all.
    Garbage,
    /// Announces a body of that length.
    Announce(u64),
    /// Sends chunks without end.
    Endless,
    /// Answers with this.
    Answer(String),
    /// Answers with this, and closes without a word of it.
    AnswerAndClose(String),
    /// Answers with this, and says nothing more.
    AnswerAndHang(String),
    /// Answers with the first, and with the second again and again: at once, or every 20 ms.
    Repeat(String, String, Pace),
}

/// How fast a server repeats itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it is read.
    Full,
    /// Every 20 ms.
    Slow,
}

/// A server that breaks as it is told, and counts.
#[derive(Debug)]
pub struct Broken {
    /// `http://` and where it listens.
    pub address: String,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    repeated: Arc<AtomicUsize>,
    tokens: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Broken {
    /// Breaks in this order; in the last way again and again.
    pub async fn start(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::closing_idle(faults, Duration::MAX).await
    }

    /// The same, and closes connections on which no request came for so long.
    pub async fn closing_idle(faults: impl IntoIterator<Item = Fault>, idle: Duration) -> Self {
        let faults: Vec<Fault> = faults.into_iter().collect();
        let (listener, address) = listen().await;
        let requests = Arc::new(AtomicUsize::new(0));
        let tokens = Arc::default();
        let (connections, closed) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let repeated = Arc::<AtomicUsize>::default();
        let broken = Self {
            address,
            requests: requests.clone(),
            connections: connections.clone(),
            closed: closed.clone(),
            repeated: repeated.clone(),
            tokens: Arc::clone(&tokens),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (faults, requests, tokens) = (faults.clone(), requests.clone(), tokens.clone());
                let (closed, repeated) = (closed.clone(), repeated.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    let next = async |stream: &mut TcpStream| {
                        let read = tokio::time::timeout(idle, read_head(stream)).await;
                        read.ok().flatten()
                    };
                    while let Some(head) = next(&mut stream).await {
                        let token = head
                            .split(['?', '&', ' '])
                            .find_map(|p| p.strip_prefix("ClientToken="));
                        tokens
                            .lock()
                            .expect("tokens")
                            .extend(token.map(str::to_owned));
                        let number = requests.fetch_add(1, Ordering::SeqCst);
                        let fault = &faults[number.min(faults.len() - 1)];
                        if let Fault::Repeat(first, again, pace) = fault {
                            write(&mut stream, first).await;
                            while write(&mut stream, again).await {
                                repeated.fetch_add(again.len(), Ordering::SeqCst);
                                if *pace == Pace::Slow {
                                    tokio::time::sleep(Duration::from_millis(20)).await;
                                }
                            }
                            break;
                        }
                        if !fault.play(&mut stream).await {
                            break;
                        }
                    }
                    drop(stream);
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        broken
    }

    /// How many requests arrived.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many connections have ended.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }

    /// How many bytes it could send of what it repeats.
    pub fn repeated(&self) -> usize {
        self.repeated.load(Ordering::SeqCst)
    }

    /// The idempotency tokens that arrived.
    pub fn tokens(&self) -> Vec<String> {
        self.tokens.lock().expect("tokens").clone()
    }
}

impl Fault {
    /// Does it to the client of a connection; whether the connection goes on.
    pub async fn play(&self, stream: &mut TcpStream) -> bool {
        const PART: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"RequestId\":";
        const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let hang = || tokio::time::sleep(Duration::from_secs(600));
        match self {
            Fault::CloseBeforeReply => {}
            Fault::ResetBeforeReply => drop(stream.set_zero_linger()),
            Fault::ResetInBody => {
                write(stream, PART).await;
                drop(stream.set_zero_linger());
            }
            Fault::CutInBody => _ = write(stream, PART).await,
            Fault::CutInChunks => _ = write(stream, &format!("{CHUNKED}5\r\n{{\"Re")).await,
            Fault::HangAtHeaders => while stream.read_u8().await.is_ok() {},
            Fault::HangInBody => {
                write(stream, PART).await;
                hang().await;
            }
            Fault::Drip => {
                write(stream, PART).await;
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            Fault::Garbage => {
                _ = write(stream, "SSH-2.0-OpenSSH_9.9\r\n\0\u{1}\u{2}\r\n\r\n").await
            }
            Fault::Announce(length) => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
                write(stream, &head).await;
                hang().await;
            }
            Fault::Endless => {
                write(stream, CHUNKED).await;
                let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
                while stream.write_all(chunk.as_bytes()).await.is_ok() {}
            }
            Fault::Answer(text) => {
                return write(stream, text).await;
            }
            Fault::AnswerAndClose(text) | Fault::Repeat(text, ..) => _ = write(stream, text).await,
            Fault::AnswerAndHang(text) => {
                write(stream, text).await;
                hang().await;
            }
        }
        false
    }
}

/// Whether the client is still there, which some tests are about.
async fn write(stream: &mut TcpStream, text: &str) -> bool {
    stream.write_all(text.as_bytes()).await.is_ok() && stream.flush().await.is_ok()
}

/// A whole answer: `200 OK`, headers that each end in `\r\n`, and a body.
pub fn http(status: &str, headers: &str, body: &str) -> Fault {
    Fault::Answer(format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}
