//! Calls a second over loopback, beside bare `reqwest` that sends the same bytes
//! with the same settings: the client alone on this thread, the server on another.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alicloud::ga;
use alicloud::transport::{Body, SendOptions};
use alicloud::{Config, Credentials, Signature, Transport, TransportError, TransportErrorKind};
use alicloud_runtime::BoxFuture;
use rustix::time::{ClockId, clock_gettime};
use tokio::task::JoinSet;

use crate::measure::median;
use crate::pure::{ID, REPLY, SECRET, request};

/// Calls of a round, for each concurrency.
const CALLS: [(usize, usize); 2] = [(1, 4_000), (64, 16_000)];

pub(crate) fn run(rounds: usize) {
    let address = serve();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        for signature in [Signature::V3, Signature::V1] {
            let config = Config::new(Credentials::new(ID, SECRET))
                .endpoint(&address)
                .signature(signature)
                .no_proxy();
            let bare = Bare::new(&config).await;
            let client = ga::Client::new(&config);
            for (concurrency, calls) in CALLS {
                compare(&client, &bare, (signature, concurrency, calls), rounds).await;
            }
        }
    });
}

async fn compare(
    client: &ga::Client,
    bare: &Bare,
    (signature, concurrency, calls): (Signature, usize, usize),
    rounds: usize,
) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first round is not counted: it connects.
    for round in 0..=rounds {
        let (our, their) = (client.clone(), bare.clone());
        let our = move || {
            let call = our.associate_additional_certificates_with_listener(request());
            async { drop(call.await.expect("success")) }
        };
        let our = Round::measure(concurrency, calls, our).await;
        let their = Round::measure(concurrency, calls, move || their.clone().call()).await;
        if round > 0 {
            ours.push(our);
            theirs.push(their);
        }
    }
    let (our, their) = (Round::median(&ours), Round::median(&theirs));
    our.print(&format!("{signature:?}: calls, {concurrency} at a time"));
    their.print(&format!("bare reqwest, {concurrency} at a time"));
    let ratios = ours.iter().zip(&theirs);
    println!(
        "{:<48} {:>10.3} of the yardstick's calls a second\n",
        "",
        median(ratios.map(|(our, their)| our.rate / their.rate).collect())
    );
}

/// What a round of calls took.
#[derive(Clone, Copy)]
struct Round {
    /// Calls a second.
    rate: f64,
    /// CPU time of this thread, where the client alone runs, in µs a call.
    cpu: f64,
}

impl Round {
    async fn measure<F>(
        concurrency: usize,
        calls: usize,
        call: impl Fn() -> F + Clone + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (start, cpu) = (Instant::now(), cpu_time());
        let mut tasks = JoinSet::new();
        for _ in 0..concurrency {
            let call = call.clone();
            tasks.spawn(async move {
                for _ in 0..calls / concurrency {
                    call().await;
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("no call fails");
        }
        Self {
            rate: calls as f64 / start.elapsed().as_secs_f64(),
            cpu: (cpu_time() - cpu).as_secs_f64() * 1e6 / calls as f64,
        }
    }

    fn median(rounds: &[Self]) -> Self {
        Self {
            rate: median(rounds.iter().map(|round| round.rate).collect()),
            cpu: median(rounds.iter().map(|round| round.cpu).collect()),
        }
    }

    fn print(self, name: &str) {
        println!(
            "{name:<48} {:>10.0} calls/s {:>6.1} µs CPU of the client a call",
            self.rate, self.cpu
        );
    }
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

/// `reqwest` alone, as an app would use it for one signed request again and again.
#[derive(Clone)]
struct Bare {
    client: reqwest::Client,
    url: String,
    headers: Arc<Vec<(String, String)>>,
}

impl Bare {
    /// Sends what a client of `config` would send.
    async fn new(config: &Config) -> Self {
        let capture = Capture::default();
        let client = ga::Client::new(&config.clone().transport(capture.clone()));
        let call = client.associate_additional_certificates_with_listener(request());
        call.await.expect_err("nothing is sent");
        let request = capture.0.lock().expect("the capture").take();
        let request = request.expect("a request");
        let text = |value: &http::HeaderValue| value.to_str().expect("text").to_owned();
        let headers = request.headers().iter();
        // reqwest asks for one, though nothing here speaks TLS.
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            client: reqwest::Client::builder()
                .http1_only()
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(Duration::from_secs(5))
                .pool_idle_timeout(Duration::from_secs(30))
                .no_proxy()
                .build()
                .expect("a client"),
            url: request.uri().to_string(),
            headers: Arc::new(
                headers
                    .map(|(name, value)| (name.to_string(), text(value)))
                    .collect(),
            ),
        }
    }

    async fn call(self) {
        let mut request = self.client.post(&self.url).timeout(Duration::from_secs(10));
        for (name, value) in &*self.headers {
            request = request.header(name, value);
        }
        let reply = request.send().await.expect("a reply");
        assert_eq!(reply.status(), 200);
        reply.bytes().await.expect("a body");
    }
}

/// Keeps the request that it is given, and answers nothing.
#[derive(Clone, Debug, Default)]
struct Capture(Arc<Mutex<Option<http::Request<Body>>>>);

impl Transport for Capture {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        *self.0.lock().expect("the capture") = Some(request);
        Box::pin(async { Err(TransportError::new(TransportErrorKind::Other, "captured")) })
    }
}

/// A server on a thread of its own that answers everything with the page's sample.
fn serve() -> String {
    let (sender, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a port");
            let address = listener.local_addr().expect("an address");
            sender.send(format!("http://{address}")).expect("a client");
            let app = axum::Router::new()
                .fallback(async || ([("content-type", "application/json")], REPLY));
            axum::serve(listener, app).await.expect("a server");
        });
    });
    address.recv().expect("an address")
}
