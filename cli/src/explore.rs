//! A spec, looked into and tried out: what an operation takes and answers, whether some
//! parameters are right for it, the Rust that calls it, and the request that is signed and sent.
//!
//! The way through it, for the terminal and for a page alike (compiled and not run: it reads a
//! file of the project and sends a request):
//!
//! ```no_run
//! use alicloud_cli::explore::{Caller, Parameters, Spec};
//!
//! # async fn example(json: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
//! // Kept for as long as the process runs: read each spec once.
//! let spec: &'static Spec = Spec::read("specs/ga/2019-11-20/api-docs.json", json, None)?;
//! for operation in spec.search("certificate") {
//!     println!("{} {}", operation.name(), operation.title());
//! }
//!
//! let operation = spec.operation("ListAccelerators")?; // or the nearest names
//! operation.parameters(); // what it takes: a tree, `Serialize`
//! operation.reply(); // what it answers, likewise
//! operation.errors();
//! operation.samples();
//! operation.risk(); // whether it writes, costs money, or is called high risk
//!
//! // Parameters by wire name, or as one JSON object; what is wrong is said of each.
//! let mut parameters = Parameters::new();
//! let mut problems = parameters.set_all(operation, [("RegionId", "cn-hangzhou")]);
//! let request = operation.request(&parameters);
//! problems.extend(request.problems().iter().cloned()); // types, names, required, bounds
//!
//! request.rust(); // a program that compiles beside `cargo alicloud add`'s module
//! request.aliyun(); // the command line's equivalent
//! let caller = Caller::example(); // or `Caller::from_env()`, or keys of your own
//! let signed = request.sign(&caller).await?; // every step of the signature; `curl`
//! let reply = request.send(&caller).await; // what came, and what the metadata says of it
//! if let Some(mut listening) = request.listen(&caller) {
//!     while let Some(event) = listening.next().await {
//!         println!("{}", event.data); // as soon as the service sends it
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here asks before it sends: whoever calls [`Request::send`] asks first where
//! [`Operation::risk`] says so. What the metadata calls secret is masked in everything that is
//! for showing ([`Signed`], [`Request::rust`], [`Request::aliyun`]); the keys never appear.

mod call;
mod caller;
mod describe;
mod events;
mod masked;
mod parameters;
mod program;
mod request;
mod schema;
mod shape;
mod spec;
mod steps;

pub(crate) use call::MASK;
pub use call::{Answer, Signed};
pub use caller::Caller;
pub use describe::{DocumentedError, Member, Risk, SampleReply, ValueOf};
pub use events::{HeardEvent, Listening};
pub use parameters::{Parameters, Problem};
pub use request::Request;
pub use shape::Shape;
pub use spec::{Findings, Operation, Spec, UnknownOperation};
pub(crate) use spec::{either, headline};
pub use steps::Step;
