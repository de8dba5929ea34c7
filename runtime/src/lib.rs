//! The hand-written runtime under the generated Alibaba Cloud SDK.

pub mod operation;
pub mod signature;
pub mod wire;

pub use bytes::Bytes;
pub use operation::{
    ErrorKind, ErrorRow, Operation, OperationKind, Paged, Product, Response, Sample,
};
pub use serde_json::Value as Json;
