//! The body of a reply: whole, or lines of JSON that are sent as they come about.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Lines that wait for a slow reader.
const WAITING: usize = 16;

pub(super) enum ReplyBody {
    Whole(Full<Bytes>),
    /// What was written, and the task that writes: dropped together.
    Lines {
        written: mpsc::Receiver<Bytes>,
        _writing: JoinSet<()>,
    },
}

/// Where the lines of a body are written.
pub(super) struct Lines(mpsc::Sender<Bytes>);

impl ReplyBody {
    pub(super) fn whole(body: impl Into<Bytes>) -> Self {
        Self::Whole(Full::new(body.into()))
    }

    /// Lines that are written while they are read; the writing ends where nobody reads any more.
    pub(super) fn lines<F>(write: impl FnOnce(Lines) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(WAITING);
        let mut writing = JoinSet::new();
        writing.spawn(write(Lines(sender)));
        Self::Lines {
            written: receiver,
            _writing: writing,
        }
    }
}

impl Lines {
    pub(super) async fn send(&self, line: &serde_json::Value) {
        // Without a reader, this task is about to end.
        let _ = self.0.send(format!("{line}\n").into()).await;
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context),
            Self::Lines { written, .. } => {
                let line = written.poll_recv(context);
                line.map(|line| Some(Ok(Frame::data(line?))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Lines { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Lines { .. } => SizeHint::default(),
        }
    }
}
