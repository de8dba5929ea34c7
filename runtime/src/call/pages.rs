//! Paging: [`Pages`] and [`Items`], streams over the pages that an operation
//! gives. How it pages is data ([`Paging`](crate::operation::Paging)); what is done
//! with that is in [`course`](super::course), once.
//!
//! Pages that are counted may be asked for ahead of the one that is wanted next. The
//! course stays the judge: what was fetched ahead and is not what it asks for is dropped.

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
use super::position::Position;
use super::reply::Raw;
use super::response::{Paged, Response};
use super::{decode, engine};
use crate::driver::{Missing, Task};
use crate::error::{Cause, Error};
use crate::future::BoxFuture;
use crate::schema::{ErrorCodes, Operation};
use crate::value::Object;

/// How many pages are fetched at once at most.
const MOST_AT_ONCE: usize = 32;

impl<R: Response, E: ErrorCodes> Call<R, E> {
    /// Returns the replies, page by page, from the page that the request names on. An
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
        Pages::new(State::Idle(Start::new(self.into_parts())))
    }

    /// Returns the replies from this page on, which [`Pages::position`] gave,
    /// perhaps to another process.
    ///
    /// # Errors
    /// The first item is an error where the operation has no such pages.
    pub fn pages_from(self, position: &Position) -> Pages<R, E> {
        let mut parts = self.into_parts();
        let paging = parts.operation.paging;
        if Course::begin_at(paging, position, &mut *parts.request) {
            return Pages::new(State::Idle(Start::new(parts)));
        }
        let message = format!("the operation has no page `{position}` to begin with");
        let error = Error::new(parts.operation, Cause::Unsendable(message));
        Pages::new(State::Failed(error))
    }

    /// Returns the items of all pages, in order.
    pub fn items(self) -> Items<R, E>
    where
        R: Paged,
    {
        Items {
            pages: self.pages(),
            items: VecDeque::new(),
            left: usize::MAX,
        }
    }
}

/// Pages of an operation's replies. A [`Stream`] of `futures-core`, with a
/// [`next`](Self::next) of its own.
#[must_use = "pages are fetched when they are asked for"]
pub struct Pages<R, E> {
    state: State,
    /// Where the page is that comes next.
    position: Option<Position>,
    /// How many pages are still given.
    left: usize,
    /// How many are fetched at once.
    width: usize,
    /// How many items of them are still wanted.
    items: usize,
    /// Pages that are fetched ahead, in the order of their numbers.
    ahead: VecDeque<Ahead>,
    answer: PhantomData<fn() -> (R, E)>,
}

/// Items of an operation's pages. A [`Stream`] of `futures-core`, with a
/// [`next`](Self::next) of its own.
#[must_use = "items are fetched when they are asked for"]
pub struct Items<R: Paged, E> {
    pages: Pages<R, E>,
    items: VecDeque<R::Item>,
    /// How many items are still given.
    left: usize,
}

enum State {
    Idle(Box<Start>),
    Fetching(BoxFuture<'static, Answered>),
    /// The first of those that are fetched ahead is the next page.
    Ahead(Box<Start>),
    /// The last page was given, and this is to be said of it.
    Failed(Error),
    Done,
}

/// A request and its reply.
type Answered = (Box<Start>, Result<Raw, Error>);

/// A page that is fetched ahead.
struct Ahead {
    number: i64,
    operation: &'static Operation,
    fetched: Fetched,
}

enum Fetched {
    Running(BoxFuture<'static, Result<Raw, Error>>),
    /// On a task of its own.
    Spawned(Task<Result<Raw, Error>>),
    Done(Result<Raw, Error>),
}

/// The request of the next page.
struct Start {
    parts: Box<Parts>,
    course: Course,
    /// The app left the idempotency token unset: each page is a call of its own.
    own_token: bool,
}

impl<R, E> Pages<R, E> {
    fn new(state: State) -> Self {
        let position = match &state {
            State::Idle(start) => start.position(),
            _ => None,
        };
        Self {
            state,
            position,
            left: usize::MAX,
            width: 1,
            items: usize::MAX,
            ahead: VecDeque::new(),
            answer: PhantomData,
        }
    }

    /// Ends after this many pages; no more are asked for.
    pub fn limit(mut self, pages: usize) -> Self {
        self.left = pages;
        self
    }

    /// Asks for up to this many pages at once, 32 at most, where the service counts them and
    /// says how many items there are: known once the first page is there. They come in
    /// order all the same. Default: 1.
    ///
    /// They are fetched on tasks of their own, so they arrive while the app works on a page,
    /// and none that waits holds up the app's other calls. Dropping the pages ends them.
    ///
    /// Pages that are asked for by token come one after the other, since each names the
    /// next.
    pub fn parallel(mut self, pages: usize) -> Self {
        self.width = pages.clamp(1, MOST_AT_ONCE);
        self
    }

    /// Returns where the next page is, for [`Call::pages_from`]; after an error, where the
    /// page is that did not come. `None` before the first page where the request names none,
    /// and after the last one.
    pub fn position(&self) -> Option<&Position> {
        self.position.as_ref()
    }

    /// What is waited for next: a page that is fetched ahead, or one asked for now.
    fn advance(&mut self, start: Box<Start>) -> State {
        let counted = start.course.counted().filter(|_| self.width > 1);
        let Some((number, last)) = counted else {
            self.ahead.clear();
            return State::Fetching(start.fetch());
        };
        if self
            .ahead
            .front()
            .is_some_and(|ahead| ahead.number != number)
        {
            self.ahead.clear();
        }
        let most = self.left.min(start.course.pages_of(self.items));
        while self.ahead.len() < self.width.min(most) {
            let next = self
                .ahead
                .back()
                .map_or(Some(number), |ahead| ahead.number.checked_add(1));
            let Some(next) = next.filter(|next| *next <= last) else {
                break;
            };
            let Some(running) = start.fetch_beside(next) else {
                break;
            };
            self.ahead.push_back(Ahead {
                number: next,
                operation: start.parts.operation,
                fetched: Fetched::Running(running),
            });
        }
        match self.ahead.front() {
            Some(_) => State::Ahead(start),
            None => State::Fetching(start.fetch()),
        }
    }

    /// Goes on with all that is fetched ahead.
    fn drive(&mut self, context: &mut Context<'_>) {
        for ahead in &mut self.ahead {
            ahead.drive(context);
        }
    }
}

impl Ahead {
    /// Begins here, so that pages are asked for in their order; what takes time goes on by
    /// itself. It may hold one of the configuration's places in flight, and the app may make
    /// other calls before it asks for the next page.
    fn drive(&mut self, context: &mut Context<'_>) {
        if let Fetched::Running(running) = &mut self.fetched {
            match running.as_mut().poll(context) {
                Poll::Ready(done) => self.fetched = Fetched::Done(done),
                Poll::Pending => {
                    let nothing: BoxFuture<'static, _> = Box::pin(std::future::pending());
                    self.fetched = match Task::spawn(std::mem::replace(running, nothing)) {
                        Ok(task) => Fetched::Spawned(task),
                        Err(running) => Fetched::Running(running),
                    };
                }
            }
        }
        if let Fetched::Spawned(task) = &mut self.fetched
            && let Poll::Ready(done) = Pin::new(task).poll(context)
        {
            let ended = |missing: Missing| {
                let why = Cause::Unsendable(missing.to_string());
                Err(Error::new(self.operation, why))
            };
            self.fetched = Fetched::Done(done.unwrap_or_else(ended));
        }
    }
}

impl<R: Response, E: ErrorCodes> Pages<R, E> {
    /// Returns the next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<R, Error<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<R: Paged, E: ErrorCodes> Items<R, E> {
    /// Ends after this many items; no further page is asked for.
    pub fn limit(mut self, items: usize) -> Self {
        self.left = items;
        self
    }

    /// Asks for up to this many pages at once; see [`Pages::parallel`].
    pub fn parallel(mut self, pages: usize) -> Self {
        self.pages = self.pages.parallel(pages);
        self
    }
}

impl<R: Paged, E: ErrorCodes> Items<R, E> {
    /// Returns the next item; `None` after the last one.
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
            State::Idle(start) | State::Ahead(start) => Some(start.parts.operation),
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
        match ready!(self.poll_fetched(context)) {
            None => Poll::Ready(None),
            Some(Err(error)) => Poll::Ready(Some(Err(error.of()))),
            Some(Ok(answered)) => Poll::Ready(self.given(answered)),
        }
    }
}

impl<R, E> Pages<R, E> {
    /// The reply with the next page, and the request that asked for it; or what is to be
    /// said after the last one.
    fn poll_fetched(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Answered, Error>>> {
        let mut state = std::mem::replace(&mut self.state, State::Done);
        if self.left == 0 && !matches!(state, State::Failed(_)) {
            // It may have been set while a page was on its way.
            self.ahead.clear();
            return Poll::Ready(None);
        }
        if let State::Idle(start) = state {
            state = self.advance(start);
        }
        self.drive(context);
        match state {
            State::Idle(_) | State::Done => Poll::Ready(None),
            State::Failed(error) => Poll::Ready(Some(Err(error))),
            State::Fetching(mut fetching) => match fetching.as_mut().poll(context) {
                Poll::Ready(fetched) => Poll::Ready(Some(Ok(fetched))),
                Poll::Pending => {
                    self.state = State::Fetching(fetching);
                    Poll::Pending
                }
            },
            State::Ahead(start) => match self.ahead.pop_front() {
                Some(Ahead {
                    fetched: Fetched::Done(fetched),
                    ..
                }) => Poll::Ready(Some(Ok((start, fetched)))),
                Some(running) => {
                    self.ahead.push_front(running);
                    self.state = State::Ahead(start);
                    Poll::Pending
                }
                // There is one in this state.
                None => Poll::Ready(None),
            },
        }
    }
}

impl<R: Response, E: ErrorCodes> Pages<R, E> {
    /// The page of a reply, and what comes after it.
    fn given(&mut self, (start, fetched): Answered) -> Option<Result<R, Error<E>>> {
        let decoded = fetched.and_then(|mut raw| {
            let mut page = R::default();
            decode::decode(&mut raw, &mut page)?;
            Ok((page, raw))
        });
        let next = match decoded {
            Ok((page, raw)) => start.after(&page, &raw).map(|state| (page, state)),
            Err(error) => {
                self.ahead.clear();
                return Some(Err(error.of()));
            }
        };
        self.position = None;
        let Some((page, state)) = next else {
            self.ahead.clear();
            return None;
        };
        self.left -= 1;
        match &state {
            State::Idle(start) => self.position = start.position(),
            _ => self.ahead.clear(),
        }
        self.state = match state {
            // The app asked for no more: that there is more is no failure.
            State::Failed(_) if self.left == 0 => State::Done,
            state => state,
        };
        Some(Ok(page))
    }
}

impl<R: Paged, E: ErrorCodes> Stream for Items<R, E> {
    type Item = Result<R::Item, Error<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.left == 0 {
                return Poll::Ready(None);
            }
            if let Some(item) = self.items.pop_front() {
                self.left -= 1;
                return Poll::Ready(Some(Ok(item)));
            }
            self.pages.items = self.left;
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
        let own_token = parts.leaves_token_unset();
        Box::new(Self {
            parts,
            course,
            own_token,
        })
    }

    fn fetch(mut self: Box<Self>) -> BoxFuture<'static, Answered> {
        Box::pin(async move {
            let fetched = engine::run(&mut self.parts).await;
            (self, fetched)
        })
    }

    /// Fetches the page of this number, beside others; none where the request cannot be
    /// duplicated.
    fn fetch_beside(&self, number: i64) -> Option<BoxFuture<'static, Result<Raw, Error>>> {
        let mut parts = self.parts.duplicate()?;
        if !self.course.ask(number, &mut *parts.request) {
            return None;
        }
        Some(Box::pin(async move { engine::run(&mut parts).await }))
    }

    fn position(&self) -> Option<Position> {
        self.course.position(&*self.parts.request)
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
        if self.own_token {
            self.parts.clear_token();
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
