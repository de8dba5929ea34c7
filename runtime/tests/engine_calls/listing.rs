//! Paging over a double that really pages, by number and by token, as gateways do:
//! every item comes once, or an error says that some are missing.

use alicloud_runtime::{Call, Client, Operation};
use test_support::{Answer, FakeService, Request, answer};

use crate::ga;
use crate::list_listeners::{ErrorKind, Request as List, Response};
use crate::listeners::{BY_NUMBER, BY_TOKEN, by_either};

const ITEMS: i64 = 25;

/// What a service makes of a request for a page.
#[derive(Clone, Copy)]
struct Service {
    /// A token is given only to who asks by token: with `MaxResults` or a token.
    token_on_demand: bool,
    /// It knows of tokens at all.
    tokens: bool,
    /// The total of a reply by number, and by token.
    totals: (Option<i64>, Option<i64>),
    /// No page has more items.
    largest: i64,
    /// Beyond the last page, it gives that again.
    clings: bool,
    /// How many pages in a row have a token.
    tokens_at_most: i64,
}

const SERVICE: Service = Service {
    token_on_demand: true,
    tokens: true,
    totals: (Some(ITEMS), Some(0)),
    largest: 100,
    clings: false,
    tokens_at_most: 100,
};

impl Service {
    fn answer(self, seen: &Request) -> Answer {
        let number = |name: &str| seen.parameter(name)?.parse::<i64>().ok();
        let token = seen.parameter("NextToken").filter(|text| !text.is_empty());
        let is_by_token = self.tokens
            && (token.is_some()
                || number("MaxResults").is_some()
                || !self.token_on_demand && number("PageNumber").is_none());
        let size = if is_by_token {
            number("MaxResults").or(number("PageSize"))
        } else {
            number("PageSize")
        };
        let size = size.unwrap_or(10).min(self.largest);
        let start = if is_by_token {
            token.map_or(0, |token| {
                token
                    .strip_prefix("from-")
                    .expect("a token")
                    .parse()
                    .expect("a number")
            })
        } else {
            let page = number("PageNumber").unwrap_or(1);
            let last = (ITEMS - 1) / size + 1;
            (if self.clings { page.min(last) } else { page } - 1) * size
        };
        let end = (start + size).min(ITEMS);
        let next = (is_by_token && end < ITEMS && end / size <= self.tokens_at_most)
            .then(|| format!("from-{end}"));
        let listeners: Vec<_> = (start..end)
            .map(|item| serde_json::json!({"State": item.to_string()}))
            .collect();
        let total = if is_by_token {
            self.totals.1
        } else {
            self.totals.0
        };
        let body = serde_json::json!({
            "RequestId": "r",
            "Listeners": listeners,
            "TotalCount": total,
            "NextToken": next.unwrap_or_default(),
        });
        answer(200, body.to_string())
    }
}

/// The items that come, how many pages were asked for, and the error at the end.
async fn walk(
    service: Service,
    operation: &'static Operation,
    request: List,
) -> (Vec<i64>, Vec<Request>, Option<String>) {
    let double = FakeService::answering(move |seen| service.answer(seen)).await;
    let client = Client::new(&double.config(), ga::product());
    let call: Call<Response, ErrorKind> =
        Call::with_operation(&client, operation, Box::new(request));
    let mut items = call.items();
    let mut all = Vec::new();
    let mut error = None;
    while let Some(item) = items.next().await {
        assert!(error.is_none() && all.len() < 1000, "it does not end");
        match item {
            Ok(item) => all.push(item.state.parse().expect("a number")),
            Err(e) => error = Some(e.to_string()),
        }
    }
    (all, double.seen(), error)
}

/// Every item comes, once and in order.
async fn all(service: Service, operation: &'static Operation, request: List) -> Vec<Request> {
    let (items, seen, error) = walk(service, operation, request).await;
    assert_eq!(error, None);
    assert_eq!(items, (0..ITEMS).collect::<Vec<_>>());
    seen
}

fn sized(size: i64) -> List {
    List {
        page_size: Some(size),
        ..List::default()
    }
}

fn results(most: i64) -> List {
    List {
        max_results: Some(most),
        ..List::default()
    }
}

fn numbers(seen: &[Request]) -> Vec<Option<&str>> {
    seen.iter().map(|s| s.parameter("PageNumber")).collect()
}

fn has_token(seen: &[Request]) -> Vec<bool> {
    let token = |s: &Request| s.parameter("NextToken").is_some();
    seen.iter().map(token).collect()
}

#[tokio::test]
async fn what_gives_no_token_until_it_is_asked_for_one_is_paged_by_number() {
    for request in [List::default(), sized(10)] {
        let seen = all(SERVICE, by_either(), request).await;
        assert_eq!(numbers(&seen), [None, Some("2"), Some("3")]);
        assert_eq!(has_token(&seen), [false; 3]);
    }
    let seen = all(SERVICE, by_either(), sized(100)).await;
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn a_size_for_pages_by_token_pages_by_token() {
    let seen = all(SERVICE, by_either(), results(10)).await;
    assert_eq!(numbers(&seen), [None; 3]);
    assert_eq!(has_token(&seen), [false, true, true]);
    assert!(seen.iter().all(|s| s.parameter("MaxResults") == Some("10")));
}

#[tokio::test]
async fn a_token_that_comes_unasked_is_followed() {
    let service = Service {
        token_on_demand: false,
        ..SERVICE
    };
    for request in [List::default(), sized(7), results(7)] {
        let seen = all(service, by_either(), request).await;
        assert!(numbers(&seen).iter().all(Option::is_none));
        assert!(has_token(&seen)[1..].iter().all(|has| *has));
    }
}

#[tokio::test]
async fn a_service_that_gave_up_its_tokens_is_paged_by_number() {
    let service = Service {
        tokens: false,
        ..SERVICE
    };
    // It ignores the size for pages by token; that is not sent on.
    let seen = all(service, by_either(), results(20)).await;
    assert_eq!(numbers(&seen), [None, Some("2"), Some("3")]);
    assert_eq!(seen[1].parameter("MaxResults"), None);
    assert_eq!(seen[1].parameter("PageSize"), None);
    // It keeps to it: then the size stays what it was.
    let seen = all(service, by_either(), results(10)).await;
    assert_eq!(seen[2].parameter("PageSize"), Some("10"));
}

#[tokio::test]
async fn a_number_or_a_token_of_the_apps_own_decides() {
    let second = List {
        page_number: Some(2),
        page_size: Some(10),
        ..List::default()
    };
    let (items, seen, error) = walk(SERVICE, by_either(), second).await;
    assert_eq!((items, error), ((10..ITEMS).collect(), None));
    assert_eq!(numbers(&seen), [Some("2"), Some("3")]);

    let default_size = List {
        page_number: Some(2),
        ..List::default()
    };
    let (items, seen, error) = walk(SERVICE, &BY_NUMBER, default_size).await;
    assert_eq!((items, error), ((10..ITEMS).collect(), None));
    assert_eq!(seen.len(), 2);

    // Where it began is not known, so that the total says nothing.
    let later = List {
        next_token: Some("from-20".into()),
        max_results: Some(10),
        ..List::default()
    };
    let counting = Service {
        totals: (Some(ITEMS), Some(ITEMS)),
        ..SERVICE
    };
    let (items, seen, error) = walk(counting, by_either(), later).await;
    assert_eq!((items, error), ((20..ITEMS).collect(), None));
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn pages_that_are_smaller_than_asked_for_do_not_end_it() {
    let service = Service {
        largest: 8,
        ..SERVICE
    };
    for operation in [&BY_NUMBER, by_either()] {
        assert_eq!(all(service, operation, sized(20)).await.len(), 4);
    }
    let second = List {
        page_number: Some(2),
        ..sized(20)
    };
    let (items, _, error) = walk(service, &BY_NUMBER, second).await;
    assert_eq!((items, error), ((8..ITEMS).collect(), None));
}

#[tokio::test]
async fn ending_below_the_total_is_an_error_that_says_so() {
    // By number: the service counts more than it gives.
    let service = Service {
        totals: (Some(40), Some(40)),
        ..SERVICE
    };
    for operation in [&BY_NUMBER, by_either()] {
        for request in [List::default(), sized(10)] {
            let (items, _, error) = walk(service, operation, request).await;
            assert_eq!(items.len(), 25);
            let expected = "ListListeners: the reply (status 200, request id r) states a total of 40 items, but the pages ended after 25";
            assert_eq!(error.as_deref(), Some(expected));
        }
    }
    // By token: the tokens end too early.
    let service = Service {
        tokens_at_most: 1,
        totals: (Some(ITEMS), Some(ITEMS)),
        ..SERVICE
    };
    for operation in [&BY_TOKEN, by_either()] {
        let (items, _, error) = walk(service, operation, results(10)).await;
        assert_eq!(items.len(), 20);
        let error = error.expect("an error");
        assert!(
            error.ends_with("a total of 25 items, but the pages ended after 20"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_service_without_a_total_is_paged_to_its_end() {
    for clings in [false, true] {
        let service = Service {
            totals: (None, None),
            clings,
            ..SERVICE
        };
        for operation in [&BY_NUMBER, by_either()] {
            assert_eq!(all(service, operation, sized(10)).await.len(), 3);
            // One more, to see that there is nothing more: no size was asked for.
            assert_eq!(all(service, operation, List::default()).await.len(), 4);
        }
        all(service, by_either(), results(10)).await;
        assert_eq!(all(service, by_either(), results(100)).await.len(), 1);
    }
}

#[tokio::test]
async fn numbers_at_the_end_of_their_range_do_not_panic() {
    for page in [i64::MIN, i64::MAX] {
        for total in [None, Some(i64::MAX)] {
            let body = serde_json::json!({"RequestId": "r", "TotalCount": total, "Listeners": [{"State": "1"}]});
            let double = FakeService::start([answer(200, body.to_string())]).await;
            let client = Client::new(&double.config(), ga::product());
            let request = List {
                page_number: Some(page),
                page_size: Some(i64::MAX),
                ..List::default()
            };
            let call: Call<Response, ErrorKind> =
                Call::with_operation(&client, &BY_NUMBER, Box::new(request));
            let mut pages = call.pages();
            assert!(pages.next().await.expect("a page").is_ok());
        }
    }
}
