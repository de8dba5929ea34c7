//! Pages and items.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use alicloud_runtime::testing::Replay;
use alicloud_runtime::transport::{Body, SendOptions, Transport, TransportError};
use alicloud_runtime::{BoxFuture, Call, Client, Config, Credentials, Operation, Position, Retry};

use crate::ga;
use crate::list_listeners::{ErrorKind, Request, Response};
use crate::listeners::{BY_NUMBER, BY_TOKEN, READ};

pub(crate) fn paged(
    replay: &Replay,
    operation: &'static Operation,
    size: Option<i64>,
) -> Call<Response, ErrorKind> {
    let client = Client::new(&replay.config(), ga::product());
    let request = Request {
        page_size: size,
        ..Request::default()
    };
    Call::with_operation(&client, operation, Box::new(request))
}

pub(crate) fn page(states: &[&str], total: Option<i64>, token: Option<&str>) -> String {
    let listeners: Vec<_> = states
        .iter()
        .map(|s| serde_json::json!({"State": s}))
        .collect();
    serde_json::json!({"RequestId": "r", "Listeners": listeners, "TotalCount": total, "NextToken": token}).to_string()
}

pub(crate) fn replay(pages: &[String]) -> Replay {
    pages.iter().fold(Replay::new(), |replay, page| {
        replay.respond(200, page.clone())
    })
}

async fn states(
    call: Call<Response, ErrorKind>,
) -> Result<Vec<String>, alicloud_runtime::Error<ErrorKind>> {
    let mut items = call.items();
    let mut states = Vec::new();
    while let Some(item) = items.next().await {
        states.push(item?.state);
    }
    Ok(states)
}

pub(crate) fn asked(replay: &Replay, parameter: &str) -> Vec<Option<String>> {
    replay
        .requests()
        .iter()
        .map(|sent| sent.query(parameter).map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn numbered_pages_end_with_the_total() {
    let replay = replay(&[
        page(&["a", "b"], Some(4), None),
        page(&["c", "d"], Some(4), None),
    ]);
    let all = states(paged(&replay, &BY_NUMBER, Some(2)))
        .await
        .expect("success");
    assert_eq!(all, ["a", "b", "c", "d"]);
    assert_eq!(asked(&replay, "PageNumber"), [None, Some("2".to_owned())]);
    assert_eq!(
        asked(&replay, "PageSize"),
        [Some("2".to_owned()), Some("2".to_owned())]
    );
}

#[tokio::test]
async fn numbered_pages_end_with_a_short_or_an_empty_page() {
    let short = replay(&[page(&["a", "b"], None, None), page(&["c"], None, None)]);
    assert_eq!(
        states(paged(&short, &BY_NUMBER, Some(2)))
            .await
            .expect("success")
            .len(),
        3
    );
    assert_eq!(short.requests().len(), 2);

    // Without a size, nobody knows what a short page is.
    let empty = replay(&[
        page(&["a", "b"], None, None),
        page(&["c"], None, None),
        page(&[], None, None),
    ]);
    assert_eq!(
        states(paged(&empty, &BY_NUMBER, None))
            .await
            .expect("success")
            .len(),
        3
    );
    assert_eq!(empty.requests().len(), 3);
}

#[tokio::test]
async fn paging_goes_on_from_the_page_that_was_asked_for() {
    let replay = replay(&[
        page(&["c", "d"], Some(5), None),
        page(&["e"], Some(5), None),
    ]);
    let client = Client::new(&replay.config(), ga::product());
    let request = Request {
        page_number: Some(2),
        page_size: Some(2),
        ..Request::default()
    };
    let call = Call::with_operation(&client, &BY_NUMBER, Box::new(request));
    assert_eq!(states(call).await.expect("success"), ["c", "d", "e"]);
    assert_eq!(
        asked(&replay, "PageNumber"),
        [Some("2".to_owned()), Some("3".to_owned())]
    );
}

#[tokio::test]
async fn tokens_are_followed_until_one_is_missing_empty_or_repeated() {
    for last in [None, Some(""), Some("t2")] {
        let replay = replay(&[
            page(&["a"], None, Some("t1")),
            // An empty page does not end it as long as there is a token.
            page(&[], None, Some("t2")),
            page(&["b"], None, last),
        ]);
        let all = states(paged(&replay, &BY_TOKEN, None))
            .await
            .expect("success");
        assert_eq!(all, ["a", "b"]);
        assert_eq!(
            asked(&replay, "NextToken"),
            [None, Some("t1".to_owned()), Some("t2".to_owned())]
        );
    }
}

#[tokio::test]
async fn an_error_ends_the_pages() {
    let replay = Replay::new()
        .respond(200, page(&["a"], None, Some("t1")))
        .respond(404, "");
    let mut pages = paged(&replay, &BY_TOKEN, None).pages();
    assert!(matches!(pages.next().await, Some(Ok(_))));
    assert!(matches!(pages.next().await, Some(Err(error)) if error.status() == Some(404)));
    assert!(pages.next().await.is_none());
    // Where it can be taken up again.
    assert_eq!(pages.position(), Some(&Position::Token("t1".to_owned())));
}

#[tokio::test]
async fn an_operation_that_does_not_page_has_one_page() {
    let replay = replay(&[page(&["a"], Some(100), Some("t"))]);
    let mut pages = paged(&replay, &READ, None).pages();
    assert!(pages.next().await.is_some());
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn pages_and_items_end_at_their_limit_and_no_more_is_asked_for() {
    let all = [
        page(&["a", "b"], Some(6), None),
        page(&["c", "d"], Some(6), None),
        page(&["e", "f"], Some(6), None),
    ];
    let pages = replay(&all);
    let mut limited = paged(&pages, &BY_NUMBER, Some(2)).pages().limit(2);
    let mut count = 0;
    while let Some(page) = limited.next().await {
        count += page.expect("a page").listeners.len();
    }
    assert_eq!((count, pages.left()), (4, 1));

    let items = replay(&all);
    let mut limited = paged(&items, &BY_NUMBER, Some(2)).items().limit(2);
    assert_eq!(
        limited.next().await.expect("an item").expect("it").state,
        "a"
    );
    assert_eq!(
        limited.next().await.expect("an item").expect("it").state,
        "b"
    );
    assert!(limited.next().await.is_none());
    assert_eq!(items.left(), 2);

    let none = replay(&all);
    assert!(
        paged(&none, &BY_NUMBER, None)
            .pages()
            .limit(0)
            .next()
            .await
            .is_none()
    );
    assert_eq!(none.left(), 3);
}

#[tokio::test]
async fn a_paging_goes_on_where_it_was_left() {
    for (operation, pages, expected) in [
        (
            &BY_NUMBER,
            [
                page(&["a", "b"], Some(4), None),
                page(&["c", "d"], Some(4), None),
            ],
            "page:2:2",
        ),
        (
            &BY_TOKEN,
            [
                page(&["a", "b"], None, Some("t1")),
                page(&["c", "d"], None, None),
            ],
            "token:t1",
        ),
    ] {
        let replay = replay(&pages);
        let mut first = paged(&replay, operation, Some(2)).pages();
        first.next().await.expect("a page").expect("it");
        let kept = first.position().expect("there is another page").to_string();
        drop(first);
        assert_eq!(kept, expected);
        let position: Position = kept.parse().expect("a position");
        let mut rest = paged(&replay, operation, None).pages_from(&position);
        assert_eq!(rest.position(), Some(&position));
        let page = rest.next().await.expect("a page").expect("it");
        assert_eq!(page.listeners[0].state, "c");
        assert!(rest.next().await.is_none() && rest.position().is_none());
        let sent = &replay.requests()[1];
        match position {
            Position::Token(token) => assert_eq!(sent.query("NextToken"), Some(&*token)),
            _ => {
                assert_eq!(sent.query("PageNumber"), Some("2"));
                assert_eq!(sent.query("PageSize"), Some("2"));
            }
        }
    }
}

#[tokio::test]
async fn a_position_that_the_operation_does_not_have_is_an_error() {
    let position = Position::Token("t".to_owned());
    let mut pages = paged(&Replay::new(), &BY_NUMBER, None).pages_from(&position);
    let error = pages
        .next()
        .await
        .expect("an item")
        .map(drop)
        .expect_err("no token");
    let said = error.to_string();
    assert!(
        said.contains("has no page `token:t` to begin with"),
        "{said}"
    );
    assert!(pages.next().await.is_none());
    for text in ["", "page:", "page:x", "page:1:", "token:", "3"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
}

/// A service with `total` items, two on a page, whose later pages are answered sooner.
#[derive(Clone, Debug)]
struct Counting {
    total: i64,
    state: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    pages: Vec<i64>,
    in_flight: usize,
    most: usize,
}

impl Counting {
    fn new(total: i64) -> Self {
        let state = Arc::default();
        Self { total, state }
    }

    /// A call that pages through all of it by number, as a generated client makes it.
    fn call(&self) -> Call<Response, ErrorKind> {
        ga::Client::new(&self.config()).list_listeners(Request::new().page_size(2))
    }

    fn config(&self) -> Config {
        let config = Config::new(Credentials::new("id", "secret")).endpoint("localhost");
        config.retry(Retry::off()).transport(self.clone())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.state.lock().expect("no test panics with it")
    }
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Body>,
        _: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let query = request.uri().query().unwrap_or_default();
        let number = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("PageNumber="));
        let number: i64 = number.map_or(1, |number| number.parse().expect("a number"));
        Box::pin(async move {
            {
                let mut seen = self.seen();
                seen.pages.push(number);
                seen.in_flight += 1;
                seen.most = seen.most.max(seen.in_flight);
            }
            let sooner = Duration::from_millis(1000 - 10 * number.unsigned_abs());
            tokio::time::sleep(sooner).await;
            self.seen().in_flight -= 1;
            let first = (number - 1) * 2;
            let items: Vec<String> = (first..(first + 2).min(self.total))
                .map(|it| it.to_string())
                .collect();
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            Ok(http::Response::new(Body::from(page(
                &items,
                Some(self.total),
                None,
            ))))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn counted_pages_are_fetched_side_by_side_and_come_in_order() {
    for (width, most) in [(1, 1), (4, 4), (1000, 9)] {
        let service = Counting::new(19);
        let mut items = service.call().items().parallel(width);
        let mut got = Vec::new();
        while let Some(item) = items.next().await {
            got.push(item.expect("an item").state);
        }
        let expected: Vec<String> = (0..19).map(|it| it.to_string()).collect();
        assert_eq!(got, expected, "{width}");
        let seen = service.seen();
        assert_eq!(seen.most, most, "{width}");
        // Each page once, and none after the last one.
        assert_eq!(seen.pages, (1..=10).collect::<Vec<i64>>(), "{width}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_page_is_fetched_ahead_that_the_limit_leaves_out() {
    let service = Counting::new(100);
    let mut pages = service.call().pages().parallel(8).limit(3);
    while let Some(page) = pages.next().await {
        page.expect("a page");
    }
    assert_eq!(service.seen().pages, [1, 2, 3]);

    let service = Counting::new(100);
    let mut items = service.call().items().parallel(8).limit(5);
    while let Some(item) = items.next().await {
        item.expect("an item");
    }
    assert_eq!(service.seen().pages, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn pages_on_their_way_do_not_hold_up_what_is_done_with_a_page() {
    let service = Counting::new(19);
    let client = ga::Client::new(&service.config().max_in_flight(2));
    let mut pages = client
        .list_listeners(Request::new().page_size(2))
        .pages()
        .parallel(4);
    let mut got = 0;
    while let Some(page) = pages.next().await {
        got += page.expect("a page").listeners.len();
        let other = client.list_listeners(Request::new());
        let other = other.deadline(Duration::from_secs(60)).await;
        other.expect("its place in flight");
    }
    assert_eq!((got, service.seen().most), (19, 2));
    // Nor does one of them outlive the pages.
    let service = Counting::new(19);
    let mut pages = service.call().pages().parallel(4);
    pages.next().await.expect("one").expect("a page");
    let given_up = tokio::time::timeout(Duration::from_millis(1), pages.next()).await;
    assert!(given_up.is_err());
    drop(pages);
    tokio::time::sleep(Duration::from_secs(10)).await;
    // What is dropped is not told that it ended.
    assert_eq!(service.seen().in_flight, 4);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_set_while_a_page_is_on_its_way_holds() {
    for width in [1, 4] {
        let service = Counting::new(19);
        let mut pages = service.call().pages().parallel(width);
        pages.next().await.expect("one").expect("a page");
        let given_up = tokio::time::timeout(Duration::from_millis(1), pages.next()).await;
        assert!(given_up.is_err());
        let mut pages = pages.limit(0);
        assert!(pages.next().await.is_none(), "{width}");
        assert!(pages.next().await.is_none(), "{width}");
    }
}

#[tokio::test]
async fn pages_by_token_come_one_after_the_other_whatever_is_asked_for() {
    let replay = replay(&[
        page(&["a"], Some(3), Some("t1")),
        page(&["b"], Some(3), Some("t2")),
        page(&["c"], Some(3), None),
    ]);
    let client = ga::Client::new(&replay.config());
    let mut items = client.list_listeners(Request::new()).items().parallel(8);
    let mut got = Vec::new();
    while let Some(item) = items.next().await {
        got.push(item.expect("an item").state);
    }
    assert_eq!(got, ["a", "b", "c"]);
    assert_eq!(replay.left(), 0);
}

#[tokio::test]
async fn an_error_among_pages_that_are_fetched_ahead_ends_them_in_its_place() {
    // The first page, then the second to the fourth side by side.
    let replay = Replay::new()
        .respond(200, page(&["a", "b"], Some(8), None))
        .respond(200, page(&["c", "d"], Some(8), None))
        .respond(403, r#"{"Code":"Forbidden"}"#)
        .respond(200, page(&["g", "h"], Some(8), None));
    let client = ga::Client::new(&replay.config().retry(Retry::off()));
    let mut pages = client
        .list_listeners(Request::new().page_size(2))
        .pages()
        .parallel(8);
    assert_eq!(
        pages.next().await.expect("one").expect("it").listeners[0].state,
        "a"
    );
    assert_eq!(
        pages.next().await.expect("one").expect("it").listeners[0].state,
        "c"
    );
    let error = pages
        .next()
        .await
        .expect("one")
        .map(drop)
        .expect_err("refused");
    assert_eq!(error.code(), Some("Forbidden"));
    assert!(pages.next().await.is_none());
}
