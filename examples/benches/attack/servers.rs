//! A server that answers bytes of any kind, and calls that are dropped at any time: every call ends
//! within its deadline, and the next one to a good server succeeds.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alicloud::ga::{self, describe_listener};
use alicloud::{Config, Credentials, Retry};
use tokio::runtime::Runtime;

use crate::mutate::{self, Chance};

/// Of a call. A server that says nothing more closes.
const DEADLINE: Duration = Duration::from_secs(10);

const GOOD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"RequestId\":\"1\"}";

/// A server that answers each request with the bytes that are set, and closes.
pub(crate) struct Server {
    address: String,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = Arc::new(Mutex::new(GOOD.to_vec()));
        let answers = answer.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = answers.clone();
                std::thread::spawn(move || serve(stream, &answers));
            }
        });
        Self { address, answer }
    }

    pub(crate) fn client(&self) -> ga::Client {
        let config = Config::new(Credentials::new("testid", "testsecret"));
        let config = config
            .region("cn-hangzhou")
            .endpoint(&self.address)
            .no_proxy();
        ga::Client::new(
            &config
                .deadline(DEADLINE)
                .retry(Retry::default().attempts(2)),
        )
    }

    fn answer(&self, bytes: &[u8]) {
        bytes.clone_into(&mut self.answer.lock().expect("the answer"));
    }
}

fn serve(mut stream: TcpStream, answer: &Mutex<Vec<u8>>) {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&piece[..count]),
        }
    }
    let answer = answer.lock().expect("the answer").clone();
    // One that hangs up early is not this server's affair.
    drop(stream.write_all(&answer));
}

pub(crate) fn request() -> describe_listener::Request {
    describe_listener::Request::new().listener_id("lsr-1")
}

pub(crate) struct Servers {
    server: Server,
    client: ga::Client,
    runtime: Runtime,
}

impl Servers {
    pub(crate) fn start() -> Self {
        let server = Server::start();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self {
            client: server.client(),
            server,
            runtime: runtime.expect("a runtime"),
        }
    }

    /// A call to a server that answers anything ends.
    pub(crate) fn case(&mut self, chance: &mut Chance) -> Result<(), String> {
        let mut answer = GOOD.to_vec();
        mutate::bytes(chance, &mut answer);
        self.server.answer(&answer);
        let called = self.client.describe_listener(request());
        let bounded = async { tokio::time::timeout(3 * DEADLINE, called).await };
        match self.runtime.block_on(bounded) {
            Ok(_) => Ok(()),
            Err(_) => Err(format!(
                "a call hangs at {:?}",
                String::from_utf8_lossy(&answer)
            )),
        }
    }

    /// A call is dropped on its way, and the next one succeeds.
    pub(crate) fn dropped(&mut self, chance: &mut Chance) -> Result<(), String> {
        self.server.answer(GOOD);
        let pause = Duration::from_micros(chance.next() % 2_000);
        self.runtime.block_on(async {
            let dropped = self.client.describe_listener(request());
            let _ = tokio::time::timeout(pause, dropped).await;
            let next = self.client.describe_listener(request()).await;
            next.map(drop)
                .map_err(|error| format!("dropped after {pause:?}, then: {error}"))
        })
    }
}
