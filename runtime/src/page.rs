//! Paging: [`Pages`] and [`Items`], streams over the pages that an operation
//! gives. How it pages is data ([`Paging`]); what is done with that is here, once.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::BoxFuture;
use crate::call::{Call, Parts, decode, engine};
use crate::error::Error;
use crate::operation::{ErrorKind, Paged, Paging, Response};
use crate::reply::Raw;
use crate::wire::{Object, Slot, Value, View};

impl<R: Response, E: ErrorKind> Call<R, E> {
    /// The replies, page by page, from the page that the request names on. An
    /// operation that does not page has one.
    ///
    /// It ends after the last page: one without a next token or with the token of
    /// the page before it; or, where pages are counted, one with fewer items than
    /// asked for, or with the last of the total. An error ends it too.
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
    Done,
}

/// The request of the next page.
struct Start {
    parts: Box<Parts>,
    /// The number of the next page.
    number: i64,
    /// How many items came so far.
    seen: i64,
    /// The app left the idempotency token unset: each page is a call of its own.
    own_token: bool,
}

impl<R: Response, E: ErrorKind> Pages<R, E> {
    /// The next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<R, Error<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<R: Paged, E: ErrorKind> Items<R, E> {
    /// The next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<R::Item, Error<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

// Nothing in them is pinned: the futures are behind pointers.
impl<R, E> Unpin for Pages<R, E> {}
impl<R: Paged, E> Unpin for Items<R, E> {}

impl<R: Response, E: ErrorKind> Stream for Pages<R, E> {
    type Item = Result<R, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut fetching = match std::mem::replace(&mut self.state, State::Done) {
            State::Done => return Poll::Ready(None),
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
            Ok(page)
        });
        Poll::Ready(Some(match decoded {
            Ok(page) => {
                self.state = start.after(&page);
                Ok(page)
            }
            Err(error) => Err(error.of()),
        }))
    }
}

impl<R: Paged, E: ErrorKind> Stream for Items<R, E> {
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
        let number = match operation.paging {
            Some(Paging::Number { page, first, .. }) => {
                number(parts.request.get(page)).unwrap_or(first)
            }
            _ => 0,
        };
        let own_token = operation
            .idempotency_token
            .is_some_and(|at| parts.request.get(at).is_unset());
        Box::new(Self {
            parts,
            number,
            seen: 0,
            own_token,
        })
    }

    fn fetch(mut self: Box<Self>) -> BoxFuture<'static, (Box<Self>, Result<Raw, Error>)> {
        Box::pin(async move {
            let fetched = engine::run(&mut self.parts).await;
            (self, fetched)
        })
    }

    /// What to do after `page`: ask for the next one, if there is one.
    fn after(mut self: Box<Self>, page: &dyn Object) -> State {
        let more = match self.parts.operation.paging {
            None => false,
            Some(Paging::Token { token, next, .. }) => self.next_token(page, token, next),
            Some(Paging::Number {
                page: at,
                size,
                items,
                total,
                ..
            }) => self.next_number(page, at, size, items, total),
        };
        if !more {
            return State::Done;
        }
        if let (true, Some(at)) = (self.own_token, self.parts.operation.idempotency_token) {
            self.parts.request.get_mut(at).clear();
        }
        State::Idle(self)
    }

    fn next_token(&mut self, page: &dyn Object, at: usize, next: &[usize]) -> bool {
        let token = self.parts.request.get_mut(at);
        let next = find(page, next).and_then(text);
        let Some(next) = next.filter(|next| Some(next) != text(token).as_ref()) else {
            return false;
        };
        set_text(token, &next)
    }

    fn next_number(
        &mut self,
        page: &dyn Object,
        at: usize,
        size: Option<usize>,
        items: &[usize],
        total: Option<&[usize]>,
    ) -> bool {
        let count = find(page, items).map_or(0, length);
        self.seen += count;
        let asked = size.and_then(|at| number(self.parts.request.get(at)));
        // Pages before the one that the request named count too, if their size is known.
        let first = match self.parts.operation.paging {
            Some(Paging::Number { first, .. }) => first,
            _ => self.number,
        };
        let skipped = asked.map(|size| (self.number - first).saturating_mul(size));
        let total = total.and_then(|path| number(find(page, path)?));
        let complete = match (total, skipped) {
            (Some(total), Some(skipped)) => skipped + count >= total,
            (Some(total), None) => self.seen >= total,
            (None, _) => false,
        };
        let short = count == 0 || asked.is_some_and(|size| count < size);
        if complete || short {
            return false;
        }
        self.number += 1;
        set_number(self.parts.request.get_mut(at), self.number)
    }
}

/// The value at a path of field indices.
fn find<'a>(root: &'a dyn Object, path: &[usize]) -> Option<&'a dyn Value> {
    let (first, rest) = path.split_first()?;
    let mut value = root.get(*first);
    for at in rest {
        let View::Object(object) = value.view() else {
            return None;
        };
        value = object.get(*at);
    }
    Some(value)
}

fn length(value: &dyn Value) -> i64 {
    match value.view() {
        View::List(list) => list.len() as i64,
        _ => 0,
    }
}

/// A number, also one that the metadata calls a text.
fn number(value: &dyn Value) -> Option<i64> {
    match value.view() {
        View::Int(number) => Some(number),
        View::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A text that is not empty; a number as one.
fn text(value: &(impl Value + ?Sized)) -> Option<String> {
    match value.view() {
        View::Text(text) if !text.is_empty() => Some(text.to_owned()),
        View::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn set_text(value: &mut dyn Value, text: &str) -> bool {
    match value.slot() {
        Slot::Text(slot) => {
            text.clone_into(slot);
            true
        }
        Slot::Int(slot) => text.parse().map(|number| *slot = number).is_ok(),
        _ => false,
    }
}

fn set_number(value: &mut dyn Value, number: i64) -> bool {
    set_text(value, &number.to_string())
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
