//! What the runtime knows of products, operations and types: static data, written by
//! the generator. No logic.

mod error_code;
mod field;
mod operation;
mod paging;
mod product;
mod waiter;

pub use error_code::{ErrorCodes, ErrorRow, Undocumented};
pub use field::{Field, Limit, Place, Schema, Style};
pub use operation::{Operation, OperationKind, Outcome, ReplyBody, Sample};
pub use paging::{NumberPaging, Paging, TokenPaging};
pub use product::{ApiStyle, Gateway, Product};
pub use waiter::Waiter;
