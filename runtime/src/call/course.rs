//! What is asked for after a page: by which token or number, or that it was the last
//! one.
//!
//! Some operations page in both ways, and a gateway that was asked by number gives no
//! token. So the first reply decides: its token is followed; where it has none and
//! fewer items than there are in total, pages are counted on. A service's total is
//! never passed over: where paging ends below it, that is an error.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::position::Position;
use crate::encode;
use crate::schema::{NumberPaging, Paging, TokenPaging};
use crate::value::{Object, Slot, Value, View};

/// Where a paging stands.
pub(super) struct Course {
    paging: Paging,
    way: Way,
    /// The number of the page that was asked for last.
    number: i64,
    /// How many pages come before the one that the app began with; none where it
    /// began with a token, since that is not known then.
    before: Option<i64>,
    /// How many items came so far.
    seen: i64,
    /// How many the fullest page had.
    fullest: i64,
    /// What the last page held, where nothing else says that it was the last one.
    last: Option<u64>,
    /// How many items there are, as the last page said.
    total: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Both are possible, and no reply has come yet.
    Either,
    Token,
    Number,
    /// The operation does not page.
    Alone,
}

/// What comes after a page.
pub(super) enum Next {
    /// Another one: the request asks for it now.
    Page,
    /// Nothing.
    End,
    /// Nothing, and this page was the one before once more.
    Repeated,
    /// Nothing, although the service says that there are more items.
    Short {
        /// How many items came.
        seen: i64,
        /// How many there are, as the service says.
        total: i64,
    },
}

impl Course {
    pub(super) fn new(paging: Paging, request: &dyn Object) -> Self {
        let from_token = paging
            .token
            .is_some_and(|by| text(request.get(by.token)).is_some());
        let from_number = paging.number.and_then(|by| number(request.get(by.page)));
        let first = paging.number.map_or(0, |by| by.first);
        let way = match (paging.token, paging.number) {
            (None, None) => Way::Alone,
            (Some(_), None) => Way::Token,
            (None, Some(_)) => Way::Number,
            (Some(_), Some(_)) if from_token => Way::Token,
            (Some(_), Some(_)) if from_number.is_some() => Way::Number,
            (Some(_), Some(_)) => Way::Either,
        };
        let number = from_number.unwrap_or(first);
        Self {
            paging,
            way,
            number,
            before: (!from_token).then(|| number.saturating_sub(first).max(0)),
            seen: 0,
            fullest: 0,
            last: None,
            total: None,
        }
    }

    /// Looks at a page, and makes `request` ask for the next one.
    pub(super) fn after(&mut self, page: &dyn Object, request: &mut dyn Object) -> Next {
        let list = self.paging.items.and_then(|path| find(page, path));
        let count = list.map_or(0, length);
        self.seen = self.seen.saturating_add(count);
        self.fullest = self.fullest.max(count);
        let total = self.paging.total.and_then(|path| number(find(page, path)?));
        // A gateway that does not count says 0.
        let total = total.filter(|total| *total > 0);
        self.total = total;

        if let (Some(by), Way::Either | Way::Token) = (self.paging.token, self.way)
            && follow(by, page, request)
        {
            self.way = Way::Token;
            return Next::Page;
        }
        match (self.paging.number, self.way) {
            (Some(by), Way::Number) => self.count(by, list, count, total, request),
            (Some(by), Way::Either) => {
                self.way = Way::Number;
                let asked_by_token = self.leave_token(by, count, request);
                match total {
                    // It was asked in the token's way, and the token says that there is no more.
                    None if asked_by_token => Next::End,
                    _ => self.count(by, list, count, total, request),
                }
            }
            (_, Way::Alone) => Next::End,
            _ => self.end(total, Some(0)),
        }
    }

    /// The page that `request` asks for now.
    pub(super) fn position(&self, request: &dyn Object) -> Option<Position> {
        match (self.paging.token, self.paging.number, self.way) {
            (Some(by), _, Way::Token) => text(request.get(by.token)).map(Position::Token),
            (_, Some(by), Way::Number) => Some(Position::Page {
                number: self.number,
                size: by.size.and_then(|at| number(request.get(at))),
            }),
            _ => None,
        }
    }

    /// Makes `request` ask for the page at `position`; false if the operation has no such
    /// pages.
    pub(super) fn begin_at(paging: Paging, position: &Position, request: &mut dyn Object) -> bool {
        match (position, paging.token, paging.number) {
            (Position::Token(token), Some(by), _) => set_text(request.get_mut(by.token), token),
            (Position::Page { number, size }, token, Some(by)) => {
                if let (Some(size), Some(at)) = (*size, by.size) {
                    set_number(request.get_mut(at), size);
                    // The service would go by that.
                    if let Some(other) = token.and_then(|by| by.size) {
                        request.get_mut(other).clear();
                    }
                }
                set_number(request.get_mut(by.page), *number)
            }
            _ => false,
        }
    }

    /// The page that is asked for next by number, and the last one that there is; none
    /// where pages are not counted, or the service does not say how many items there are.
    pub(super) fn counted(&self) -> Option<(i64, i64)> {
        let (by, total) = (self.paging.number?, self.total?);
        let is_counting = self.way == Way::Number && self.fullest > 0;
        let pages = total.saturating_sub(1) / self.fullest.max(1);
        is_counting.then(|| (self.number, by.first.saturating_add(pages)))
    }

    /// How many pages hold so many items, as far as is known: one at least.
    pub(super) fn pages_of(&self, items: usize) -> usize {
        let fullest = usize::try_from(self.fullest).unwrap_or(usize::MAX);
        items.div_ceil(fullest.max(1)).max(1)
    }

    /// Makes `request` ask for the page of this number.
    pub(super) fn ask(&self, number: i64, request: &mut dyn Object) -> bool {
        let by = self.paging.number;
        by.is_some_and(|by| set_number(request.get_mut(by.page), number))
    }

    /// Goes on by number where the app gave a size for pages by token. The service
    /// would go by that; so it is the size of pages by number from now on, if the
    /// service kept to it. Whether there was one.
    fn leave_token(&self, by: NumberPaging, count: i64, request: &mut dyn Object) -> bool {
        let Some(field) = self.paging.token.and_then(|token| token.size) else {
            return false;
        };
        let Some(size) = number(request.get(field)) else {
            return false;
        };
        request.get_mut(field).clear();
        if let Some(own) = by.size.filter(|_| size == count)
            && request.get(own).is_unset()
        {
            set_number(request.get_mut(own), size);
        }
        true
    }

    /// Counts the page number up.
    fn count(
        &mut self,
        by: NumberPaging,
        list: Option<&dyn Value>,
        count: i64,
        total: Option<i64>,
        request: &mut dyn Object,
    ) -> Next {
        let asked = by.size.and_then(|at| number(request.get(at)));
        let before = self.before.unwrap_or(0);
        // Pages before the first one had as many items as were asked for, if the
        // service allows so many; else as many as the fullest has.
        let least = before.saturating_mul(self.fullest);
        let most = match asked {
            Some(size) => Some(before.saturating_mul(size.max(self.fullest))),
            None if before == 0 => Some(0),
            None => None,
        };
        let with = |before: i64| before.saturating_add(self.seen);
        let last = match total {
            Some(total) => with(least) >= total || most.map(with) == Some(total),
            None => asked.is_some_and(|size| count < size),
        };
        if last || count == 0 {
            return self.end(total, most);
        }
        if let (None, Some(list)) = (total, list) {
            // Nothing says when to stop: some services give the last page for ever.
            let held = Some(fingerprint(list));
            if std::mem::replace(&mut self.last, held) == held {
                return Next::Repeated;
            }
        }
        match self.number.checked_add(1) {
            Some(next) if set_number(request.get_mut(by.page), next) => {
                self.number = next;
                Next::Page
            }
            _ => self.end(total, most),
        }
    }

    /// The end, which is no good one below the total. `before` is how many items the
    /// pages before the first one may have had.
    fn end(&self, total: Option<i64>, before: Option<i64>) -> Next {
        match (total, before, self.before, self.paging.items) {
            (Some(total), Some(before), Some(_), Some(_))
                if before.saturating_add(self.seen) < total =>
            {
                Next::Short {
                    seen: self.seen,
                    total,
                }
            }
            _ => Next::End,
        }
    }
}

/// Asks for the page of a reply's token, if there is a new one.
fn follow(by: TokenPaging, page: &dyn Object, request: &mut dyn Object) -> bool {
    let token = request.get_mut(by.token);
    match find(page, by.next).and_then(text) {
        Some(next) if text(token).as_ref() != Some(&next) => set_text(token, &next),
        _ => false,
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
        View::List(list) => i64::try_from(list.len()).unwrap_or(i64::MAX),
        _ => 0,
    }
}

/// Equal for equal lists.
fn fingerprint(list: &dyn Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    encode::to_json(list).hash(&mut hasher);
    hasher.finish()
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
