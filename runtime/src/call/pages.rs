//! Paging: [`Pages`] and [`Items`], streams over the pages that an operation
//! gives. How it pages is data ([`Paging`](crate::operation::Paging)); what is done
//! with that is in [`course`], once.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::call::Call;
use super::course::{Course, Next};
use super::job::Parts;
use super::reply::Raw;
use super::response::{Paged, Response};
use super::{decode, engine};
use crate::error::Error;
use crate::future::BoxFuture;
use crate::schema::ErrorCodes;
#[cfg(feature = "blocking")]
use crate::schema::Operation;
use crate::value::Object;

impl<R: Response, E: ErrorCodes> Call<R, E> {
    /// The replies, page by page, from the page that the request names on. An
    /// operation that does not page has one.
    ///
    /// Pages are asked for by token where a reply gives one, else by number; a number
    /// or a token that the request has decides it too. The page's size is the
    /// request's own, else the service's default.
    ///
    /// It ends after the last page: one without a next token or with the token of
    /// the page before it; or, where pages are counted, one with the last of the total
    /// or without items, or, where the service states no total, with fewer items than
    /// asked for. An error ends it too.
    ///
    /// # Errors
    /// Those of each call; and after the last page, that the service's total is
    /// higher than the number of items that came.
    pub fn pages(self) -> Pages<R, E> {
        Pages {
            state: State::Idle(Start::new(self.into_parts())),
            answer: PhantomData,
        }
    }

    /// The items of all pages, in order.
    pub fn items(self) -> Items<R, E>
    where
        R: Paged,
    {
        Items {
            pages: self.pages(),
            items: VecDeque::new(),
        }
    }
}

/// An operation's replies, page by page. A [`Stream`] of `futures-core`, with a
/// [`next`](Self::next) of its own.
#[must_use = "pages are fetched when they are asked for"]
pub struct Pages<R, E> {
    state: State,
    answer: PhantomData<fn() -> (R, E)>,
}

/// The items of an operation's pages. A [`Stream`] of `futures-core`, with a
/// [`next`](Self::next) of its own.
#[must_use = "items are fetched when they are asked for"]
pub struct Items<R: Paged, E> {
    pages: Pages<R, E>,
    items: VecDeque<R::Item>,
}

enum State {
    Idle(Box<Start>),
    Fetching(BoxFuture<'static, (Box<Start>, Result<Raw, Error>)>),
    /// The last page was given, and this is to be said of it.
    Failed(Error),
    Done,
}

/// The request of the next page.
struct Start {
    parts: Box<Parts>,
    course: Course,
    /// The app left the idempotency token unset: each page is a call of its own.
    own_token: bool,
}

impl<R: Response, E: ErrorCodes> Pages<R, E> {
    /// The next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<R, Error<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<R: Paged, E: ErrorCodes> Items<R, E> {
    /// The next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<R::Item, Error<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

// Nothing in them is pinned: the futures are behind pointers.
impl<R, E> Unpin for Pages<R, E> {}
impl<R: Paged, E> Unpin for Items<R, E> {}

#[cfg(feature = "blocking")]
impl<R, E> Pages<R, E> {
    /// The operation of the next page, if there is one.
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        match &self.state {
            State::Idle(start) => Some(start.parts.operation),
            State::Fetching(_) | State::Failed(_) | State::Done => None,
        }
    }
}

#[cfg(feature = "blocking")]
impl<R: Paged, E> Items<R, E> {
    /// The operation of the next page, if there is one.
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        self.pages.operation()
    }
}

impl<R: Response, E: ErrorCodes> Stream for Pages<R, E> {
    type Item = Result<R, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut fetching = match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Poll::Ready(None),
            State::Failed(error) => return Poll::Ready(Some(Err(error.of()))),
            State::Idle(start) => start.fetch(),
            State::Fetching(fetching) => fetching,
        };
        let Poll::Ready((start, fetched)) = fetching.as_mut().poll(context) else {
            self.state = State::Fetching(fetching);
            return Poll::Pending;
        };
        let decoded = fetched.and_then(|mut raw| {
            let mut page = R::default();
            decode::decode(&mut raw, &mut page)?;
            Ok((page, raw))
        });
        Poll::Ready(match decoded {
            Ok((page, raw)) => {
                self.state = match start.after(&page, &raw) {
                    Some(next) => next,
                    None => return Poll::Ready(None),
                };
                Some(Ok(page))
            }
            Err(error) => Some(Err(error.of())),
        })
    }
}

impl<R: Paged, E: ErrorCodes> Stream for Items<R, E> {
    type Item = Result<R::Item, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Ok(page)) => self.items = page.into_items().into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl Start {
    fn new(parts: Box<Parts>) -> Box<Self> {
        let operation = parts.operation;
        let course = Course::new(operation.paging, &*parts.request);
        let own_token = operation
            .idempotency_token
            .is_some_and(|at| parts.request.get(at).is_unset());
        Box::new(Self {
            parts,
            course,
            own_token,
        })
    }

    fn fetch(mut self: Box<Self>) -> BoxFuture<'static, (Box<Self>, Result<Raw, Error>)> {
        Box::pin(async move {
            let fetched = engine::run(&mut self.parts).await;
            (self, fetched)
        })
    }

    /// What to do after `page`; nothing at all if it is none, but the one before it
    /// once more.
    fn after(mut self: Box<Self>, page: &dyn Object, raw: &Raw) -> Option<State> {
        match self.course.after(page, &mut *self.parts.request) {
            Next::Page => {}
            Next::End => return Some(State::Done),
            Next::Repeated => return None,
            Next::Short { seen, total } => {
                let message =
                    format!("states a total of {total} items, but the pages ended after {seen}");
                return Some(State::Failed(raw.error(message)));
            }
        }
        if let (true, Some(at)) = (self.own_token, self.parts.operation.idempotency_token) {
            self.parts.request.get_mut(at).clear();
        }
        Some(State::Idle(self))
    }
}

impl<R, E> fmt::Debug for Pages<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

impl<R: Paged, E> fmt::Debug for Items<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
