//! What tests of several crates need, once: servers on loopback that answer, break, or
//! speak TLS; a proxy; and a clock to turn by hand. Signatures are verified with the code
//! of `alicloud-mock`, which shares none with the runtime's.

mod broken;
mod clock;
mod config;
mod files;
mod loopback;
mod proxy;
mod service;
mod tls;
mod uploads;

pub use {
    alicloud_mock::{Mock, Options as MockOptions, Request, percent, signature},
    broken::{Broken, Fault, Pace, http},
    clock::ManualClock,
    config::{ID, SECRET, config, quick},
    files::Home,
    loopback::{closed_port, until},
    proxy::{ForwardProxy, SocksProxy},
    service::{Answer, FakeService, answer},
    tls::{Authority, TlsServer},
    uploads::{Stored, UPLOAD_HOST, UploadService, policy_of},
};
