//! What tests of several crates need, once: servers on loopback that answer, break, or
//! speak TLS; a proxy; a clock to turn by hand; and a verifier of signatures that shares
//! no code with the runtime's.

#[cfg(feature = "client")]
mod broken;
#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "client")]
mod config;
#[cfg(feature = "client")]
mod files;
#[cfg(feature = "client")]
mod loopback;
#[cfg(feature = "client")]
mod proxy;
#[cfg(feature = "client")]
mod service;
#[cfg(feature = "client")]
mod tls;

pub use alicloud_mock::{Request, percent, signature};

#[cfg(feature = "client")]
pub use {
    broken::{Broken, Fault, http},
    clock::ManualClock,
    config::{ID, SECRET, config, quick},
    files::Home,
    loopback::{closed_port, until},
    proxy::{ForwardProxy, SocksProxy},
    service::{Answer, FakeService, answer},
    tls::{Authority, TlsServer},
};
