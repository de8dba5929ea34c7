//! Proxies: real ones, on loopback, that forward what they are asked to and keep what
//! they heard.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use crate::loopback::{listen, read_head};

/// A proxy for HTTP, and for anything through `CONNECT`.
#[derive(Debug)]
pub struct ForwardProxy {
    /// `http://` and where it listens.
    pub address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ForwardProxy {
    /// Starts it. `refuses` sees the head of each request, and says with which status
    /// the proxy refuses it, if it does.
    pub async fn start(refuses: fn(&str) -> Option<&'static str>) -> Self {
        let (listener, address) = listen().await;
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    let head = read_head(&mut stream).await.unwrap_or_default();
                    kept.lock().expect("the heads").push(head.clone());
                    if let Some(status) = refuses(&head) {
                        let refusal = format!(
                            "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                        );
                        drop(stream.write_all(refusal.as_bytes()).await);
                        return;
                    }
                    drop(forward(&mut stream, &head).await);
                });
            }
        });
        Self { address, heads }
    }

    /// The heads of all requests to it.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("the heads").clone()
    }
}

/// Opens a tunnel for `CONNECT`; sends anything else on as it is, with its head.
async fn forward(stream: &mut TcpStream, head: &str) -> std::io::Result<()> {
    let mut words = head.split(' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    let target = target.trim_start_matches("http://");
    let place = target.split('/').next().unwrap_or_default();
    let mut upstream = TcpStream::connect(place.replace("localhost", "127.0.0.1")).await?;
    if method == Some("CONNECT") {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    } else {
        upstream.write_all(head.as_bytes()).await?;
    }
    copy_bidirectional(stream, &mut upstream).await.map(drop)
}

/// A SOCKS5 proxy: RFC 1928, `CONNECT` to a name or an IPv4 address; and RFC 1929
/// for who offers a login.
#[derive(Debug)]
pub struct SocksProxy {
    /// Where it listens, without a scheme.
    pub address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl SocksProxy {
    /// Starts it.
    pub async fn start() -> Self {
        let (listener, address) = listen().await;
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(socks(stream, Arc::clone(&kept)));
            }
        });
        let address = address.trim_start_matches("http://").to_owned();
        Self { address, heard }
    }

    /// The logins, as `user:password`, and the places that it was asked for, in their order.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("what it heard").clone()
    }
}

async fn socks(mut stream: TcpStream, kept: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    stream.read_u8().await?;
    let methods = counted(&mut stream).await?;
    if methods.contains(&2) {
        stream.write_all(&[5, 2]).await?;
        stream.read_u8().await?;
        let (user, password) = (counted(&mut stream).await?, counted(&mut stream).await?);
        let login = [user, password].map(|text| String::from_utf8(text).expect("text"));
        kept.lock().expect("what it heard").push(login.join(":"));
        stream.write_all(&[1, 0]).await?;
    } else {
        stream.write_all(&[5, 0]).await?;
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let host = if head[3] == 1 {
        std::net::Ipv4Addr::from_bits(stream.read_u32().await?).to_string()
    } else {
        String::from_utf8(counted(&mut stream).await?).expect("a name")
    };
    let place = format!("{host}:{}", stream.read_u16().await?);
    let mut upstream = TcpStream::connect(place.replace("localhost", "127.0.0.1")).await?;
    kept.lock().expect("what it heard").push(place);
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut upstream)
        .await
        .map(drop)
}

/// Bytes after their number.
async fn counted(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
