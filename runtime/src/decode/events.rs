//! Server-sent events, after the grammar of the WHATWG (HTML, section 9.2.6), by bytes: a
//! piece of a body may end anywhere, within a character too. In two things it is more
//! lenient than a browser: an event that the end of the body cuts off from its empty line
//! still counts, and nobody reconnects, so that `retry` is only told.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

/// An event as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentEvent {
    /// The last id that the stream has given; empty where it gave none yet.
    pub(crate) id: String,
    /// Its type; empty where it has none.
    pub(crate) event: String,
    /// How long a browser would wait before it asks again; of the last line that says so.
    pub(crate) retry: Option<Duration>,
    /// The lines of its data, with a line feed between each two.
    pub(crate) data: Bytes,
}

/// An event has more bytes than it may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct EventTooLarge;

/// Takes a body piece by piece, and gives its events. It keeps one event at most, beside
/// the piece that was taken last.
#[derive(Debug)]
pub(crate) struct EventParser {
    /// What was taken and not read yet.
    pending: BytesMut,
    /// How much of that was looked through for the end of a line.
    scanned: usize,
    /// A line feed that comes next belongs to the carriage return before it.
    after_return: bool,
    is_first_line: bool,
    id: String,
    event: String,
    retry: Option<Duration>,
    data: BytesMut,
    has_data: bool,
    /// There was a line that is neither a field nor a comment.
    met_something_else: bool,
    limit: usize,
}

impl EventParser {
    /// For events of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            pending: BytesMut::new(),
            scanned: 0,
            after_return: false,
            is_first_line: true,
            id: String::new(),
            event: String::new(),
            retry: None,
            data: BytesMut::new(),
            has_data: false,
            met_something_else: false,
            limit,
        }
    }

    /// Takes a piece, once [`next`](Self::next) gives nothing more of those before it.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.pending.extend_from_slice(piece);
    }

    /// The next event that is complete; `None` until another piece is there.
    pub(crate) fn next(&mut self) -> Result<Option<SentEvent>, EventTooLarge> {
        while let Some(line) = self.line() {
            if self.data.len() + line.len() > self.limit {
                return Err(EventTooLarge);
            }
            if let Some(event) = self.read(&line) {
                return Ok(Some(event));
            }
        }
        match self.data.len() + self.pending.len() > self.limit {
            true => Err(EventTooLarge),
            false => Ok(None),
        }
    }

    /// The event that the end of the body completes, if there is one.
    pub(crate) fn end(&mut self) -> Option<SentEvent> {
        let line = std::mem::take(&mut self.pending);
        self.scanned = 0;
        if !line.is_empty() {
            self.read(&line);
        }
        self.dispatch()
    }

    /// Whether a line was met that a stream of events does not have.
    pub(crate) fn met_something_else(&self) -> bool {
        self.met_something_else
    }

    /// The next line that is complete, without its end.
    fn line(&mut self) -> Option<BytesMut> {
        if self.after_return && !self.pending.is_empty() {
            self.after_return = false;
            if self.pending[0] == b'\n' {
                drop(self.pending.split_to(1));
            }
        }
        let unseen = &self.pending[self.scanned..];
        let Some(found) = memchr::memchr2(b'\r', b'\n', unseen) else {
            self.scanned = self.pending.len();
            return None;
        };
        let line = self.pending.split_to(self.scanned + found);
        self.scanned = 0;
        self.after_return = self.pending.split_to(1)[0] == b'\r';
        Some(line)
    }

    /// Reads a line; an empty one completes an event.
    fn read(&mut self, mut line: &[u8]) -> Option<SentEvent> {
        if std::mem::take(&mut self.is_first_line) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch();
        }
        let (name, value) = match memchr::memchr(b':', line) {
            Some(at) => (&line[..at], &line[at + 1..]),
            None => (line, &b""[..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                if self.has_data {
                    self.data.extend_from_slice(b"\n");
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            b"event" => self.event = text(value),
            b"id" if !value.contains(&0) => self.id = text(value),
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                let milliseconds = std::str::from_utf8(value).ok().and_then(|v| v.parse().ok());
                self.retry = milliseconds.map(Duration::from_millis).or(self.retry);
            }
            // A comment has no name.
            b"" | b"id" | b"retry" => {}
            _ => self.met_something_else = true,
        }
        None
    }

    /// What the lines since the last empty one say; without data, nothing.
    fn dispatch(&mut self) -> Option<SentEvent> {
        let event = std::mem::take(&mut self.event);
        let data = std::mem::take(&mut self.data).freeze();
        std::mem::take(&mut self.has_data).then(|| SentEvent {
            id: self.id.clone(),
            event,
            retry: self.retry,
            data,
        })
    }
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The events of a body that comes in such pieces: id, type and data.
    fn events<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Vec<(String, String, String)> {
        let mut parser = EventParser::new(1 << 20);
        let mut all = Vec::new();
        for piece in pieces {
            parser.push(piece);
            while let Some(event) = parser.next().expect("small events") {
                all.push(event);
            }
        }
        all.extend(parser.end());
        let told = |e: SentEvent| (e.id, e.event, String::from_utf8_lossy(&e.data).into_owned());
        all.into_iter().map(told).collect()
    }

    fn data(body: &str) -> Vec<String> {
        let events = events([body.as_bytes()]);
        events.into_iter().map(|(_, _, data)| data).collect()
    }

    #[test]
    fn lines_end_in_each_of_three_ways() {
        for end in ["\n", "\r", "\r\n"] {
            let body = ["data: a", "data: b", "", ": c", "data: d", "", ""].join(end);
            assert_eq!(data(&body), ["a\nb", "d"], "{end:?}");
        }
        assert_eq!(data("data: a\r\ndata: b\n\rdata: c\r\r"), ["a\nb", "c"]);
    }

    #[test]
    fn fields_are_read_as_the_standard_has_it() {
        let body =
            "\u{feff}: comment\nid: 7\nevent: result\ndata:  two spaces\ndata\nfoo: bar\n\ndata:x";
        let expected = [
            ("7", "result", " two spaces\n"),
            // The type is of one event, the id of all that follow; and the end counts.
            ("7", "", "x"),
        ];
        let expected = expected.map(|(i, e, d)| (i.to_owned(), e.to_owned(), d.to_owned()));
        assert_eq!(events([body.as_bytes()]), expected);
        // Without data there is no event, with empty data there is one.
        assert_eq!(data("event: ping\n\nid: 1\n\ndata\n\n"), [""]);
        // A zero in an id, and more than one byte order mark.
        assert_eq!(events([&b"id: a\0b\ndata: 1\n\n"[..]])[0].0, "");
        assert_eq!(data("\u{feff}\u{feff}data: 1\n\n"), Vec::<String>::new());
    }

    #[test]
    fn the_time_to_reconnect_is_digits() {
        let mut parser = EventParser::new(100);
        parser.push(b"retry: 1500\ndata: 1\n\nretry: 1s\nretry:\ndata: 2\n\n");
        for _ in 0..2 {
            let event = parser.next().expect("small").expect("an event");
            assert_eq!(event.retry, Some(Duration::from_millis(1500)));
        }
    }

    #[test]
    fn a_carriage_return_completes_an_event_at_once() {
        let mut parser = EventParser::new(100);
        parser.push(b"data: 1\r\n\r");
        assert!(parser.next().expect("small").is_some());
        parser.push(b"\ndata: 2\n\n");
        let event = parser.next().expect("small").expect("an event");
        assert_eq!(event.data, "2");
    }

    #[test]
    fn an_event_is_bounded_and_a_stream_is_not() {
        let mut parser = EventParser::new(20);
        for _ in 0..100 {
            parser.push(b": a comment\ndata: 0123456789\n\n");
            assert!(parser.next().expect("small").is_some());
            assert_eq!(parser.next(), Ok(None));
        }
        // In one line without an end, and in many that have one.
        parser.push(b"data: 0123456789 and more");
        assert_eq!(parser.next(), Err(EventTooLarge));
        let mut parser = EventParser::new(20);
        parser.push(b"data: 01234\ndata: 01234\ndata: 01234\ndata: 01234\n");
        assert_eq!(parser.next(), Err(EventTooLarge));
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let name = prop_oneof![
            Just("data"),
            Just("id"),
            Just("event"),
            Just("retry"),
            Just(""),
            Just("x"),
        ];
        let value = prop_oneof![
            Just(String::new()),
            "[a-z :é\u{feff}]{0,9}",
            Just("1\0".into())
        ];
        let separator = prop_oneof![Just(": "), Just(":"), Just("")];
        let end = prop_oneof![
            Just("\n"),
            Just("\r"),
            Just("\r\n"),
            Just("\n\n"),
            Just("\r\n\r\n")
        ];
        (name, separator, value, end).prop_map(|(n, s, v, e)| [n, s, &v, e].concat().into_bytes())
    }

    proptest! {
        /// However a stream is cut, the events are the same.
        #[test]
        fn where_pieces_end_makes_no_difference(
            lines in proptest::collection::vec(line(), 0..12),
            junk in proptest::collection::vec(any::<u8>(), 0..6),
            cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
        ) {
            let mut body = lines.concat();
            body.extend(junk);
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            cuts.extend([0, body.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|ends| &body[ends[0]..ends[1]]);
            let whole = events([&body[..]]);
            prop_assert_eq!(events(pieces), whole.clone());
            prop_assert_eq!(events(body.chunks(1)), whole);
        }
    }
}
