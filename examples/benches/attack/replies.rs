//! Mutated replies, read by a typed call and by one by name: each ends in a value or an error that
//! tells no secret, within memory that the reply's length bounds.

use std::future::IntoFuture;

use alicloud::ga::{self, describe_listener};
use alicloud::testing::Replay;
use alicloud::{Bytes, Config, Credentials, Format, RawClient, Retry};
use tokio::runtime::Runtime;

use crate::mutate::{self, Chance};

/// What a reply is meant to be.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Json,
    Xml,
    Error,
}

pub(crate) const KINDS: [(&str, Kind); 3] = [
    ("mutated JSON replies", Kind::Json),
    ("mutated XML replies", Kind::Xml),
    ("mutated error replies", Kind::Error),
];

pub(crate) const SECRET: &str = "secret-that-nothing-tells";
const TOKEN: &str = "token-that-nothing-tells";

/// Peak memory of a call is at most so many times its reply, and a fixed amount.
pub(crate) const TIMES: u64 = 20;
pub(crate) const FIXED: u64 = 1 << 20;

pub(crate) struct Replies {
    kind: Kind,
    runtime: Runtime,
}

impl Replies {
    pub(crate) fn new(kind: Kind) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            kind,
            runtime: runtime.expect("a runtime"),
        }
    }

    pub(crate) fn case(&mut self, chance: &mut Chance) -> Result<(), String> {
        let seeds: &[&str] = match self.kind {
            Kind::Json => &[
                include_str!("seeds/json/listener.json"),
                include_str!("seeds/json/nested.json"),
            ],
            Kind::Xml => &[
                include_str!("seeds/xml/listener.xml"),
                include_str!("seeds/xml/lists.xml"),
            ],
            Kind::Error => &[
                include_str!("seeds/error/code.json"),
                include_str!("seeds/error/code.xml"),
                include_str!("seeds/error/gateway.html"),
            ],
        };
        let mut body = chance.one(seeds).as_bytes().to_vec();
        mutate::bytes(chance, &mut body);
        let length = body.len() as u64;
        let reply = self.reply(chance, body);
        let typed = chance.below(2) == 0;
        let mut said = Ok(());
        let measured = allocation_counter::measure(|| {
            said = self.runtime.block_on(call(reply.clone(), self.kind, typed));
        });
        said?;
        if measured.bytes_max > TIMES * length + FIXED {
            return Err(format!(
                "{length} bytes take {} of memory",
                measured.bytes_max
            ));
        }
        Ok(())
    }

    fn reply(&self, chance: &mut Chance, body: Vec<u8>) -> http::Response<Bytes> {
        let status = match self.kind {
            Kind::Json | Kind::Xml => 200,
            Kind::Error => [400, 403, 404, 429, 500, 503, 600, 302][chance.below(8)],
        };
        let kind = match self.kind {
            Kind::Json => "application/json",
            Kind::Xml => "text/xml",
            Kind::Error => chance.one(&["application/json", "text/xml", "text/html", ""]),
        };
        let reply = http::Response::builder()
            .status(status)
            .header("content-type", kind);
        reply.body(body.into()).expect("a reply")
    }
}

async fn call(reply: http::Response<Bytes>, kind: Kind, typed: bool) -> Result<(), String> {
    let replay = Replay::new().reply(reply);
    let credentials = Credentials::new("access-key-id", SECRET).with_security_token(TOKEN);
    let mut config = Config::new(credentials)
        .region("cn-hangzhou")
        .transport(replay)
        .retry(Retry::off());
    if matches!(kind, Kind::Xml) {
        config = config.format(Format::Xml);
    }
    let said = if typed {
        let request = describe_listener::Request::new().listener_id("lsr-1");
        let called = ga::Client::new(&config).describe_listener(request).await;
        called.map_or_else(
            |error| format!("{error}\n{error:?}\n{error:#?}"),
            |value| format!("{value:?}"),
        )
    } else {
        let client = RawClient::rpc(&config, "Ga", "2019-11-20");
        let called = client
            .call("DescribeListener")
            .query("ListenerId", "lsr-1")
            .into_future()
            .await;
        called.map_or_else(
            |error| format!("{error}\n{error:?}\n{error:#?}"),
            |reply| format!("{reply:?}"),
        )
    };
    match [SECRET, TOKEN].iter().any(|secret| said.contains(secret)) {
        true => Err(format!("a secret is told: {said}")),
        false => Ok(()),
    }
}
