//! Turns the events of one exchange into an [`Exchange`]. Sans-io: it is given events and times and returns a value.

use bytes::BytesMut;

use super::{
    Anomaly, Body, BodyState, Connection, End, Event, Exchange, Fidelity, HeadBytes, Headers, Interim, NotCarried, OddHeads, Outcome,
    Request, Response, Side, Stages, Stamped, Timestamp, Timings, Unrecorded,
};

/// What [`Assembly::push`] answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assembled {
    /// More is to come.
    Pending,
    /// The exchange is whole. What arrives afterwards is answered with [`Assembled::Late`].
    Done(Box<Exchange>),
    /// The event does not concern an exchange (a mark, a gap, a tunnel) or arrived after its end.
    Late,
}

/// An exchange in the making.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    started: Option<Timestamp>,
    stages: Option<Stages>,
    request_bytes: HeadBytes,
    response_bytes: HeadBytes,
    interim: Vec<Interim>,
    request_ended: Option<Timestamp>,
    response_began: Option<Timestamp>,
    request: Option<Request>,
    request_body: BytesMut,
    response: Option<Response>,
    response_body: BytesMut,
    connection: Connection,
    messages: Vec<super::Message>,
    changes: Vec<super::Change>,
    anomalies: Vec<Anomaly>,
    request_cut: bool,
    ended: bool,
}

impl Assembly {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next event. Events that the protocol does not allow at this point are kept as an [`Anomaly`], never refused.
    pub fn push(&mut self, stamped: Stamped) -> Assembled {
        if self.ended {
            return Assembled::Late;
        }
        match stamped.event {
            Event::RequestHead { method, url, version, headers, bytes } => {
                if self.request.is_some() {
                    self.anomalies.push(Anomaly::EventOrder);
                    return Assembled::Pending;
                }
                self.started = Some(stamped.at);
                self.request_bytes = bytes;
                self.request_ended = Some(stamped.at);
                let (body, trailers) = (Body::empty(), Headers::new());
                self.request = Some(Request { method, url, version, headers, body, trailers });
            }
            Event::RequestBytes(bytes) => {
                self.require(self.request.is_some());
                // What is still sent when the answer has begun is no part of the time until the answer.
                if self.response_began.is_none() {
                    self.request_ended = Some(stamped.at);
                }
                self.request_body.extend_from_slice(&bytes);
            }
            Event::RequestCut => self.request_cut = true,
            Event::ResponseHead { status, reason, version, headers, bytes } => {
                self.require(self.request.is_some());
                if self.response.is_some() {
                    self.anomalies.push(Anomaly::EventOrder);
                    return Assembled::Pending;
                }
                // A 1xx head is informational and the final head is still to come (RFC 9110 section 15.2); 101 is final.
                if (100..200).contains(&status) && status != 101 {
                    self.interim.push(Interim { at: stamped.at, status, reason, headers });
                    return Assembled::Pending;
                }
                self.response_began = Some(stamped.at);
                self.response_bytes = bytes;
                let (body, trailers) = (Body::empty(), Headers::new());
                self.response = Some(Response { status, reason, version, headers, body, trailers, media_type: None });
            }
            Event::ResponseBytes(bytes) => {
                self.require(self.response.is_some());
                self.response_body.extend_from_slice(&bytes);
            }
            Event::Trailers(side, headers) => match (side, &mut self.request, &mut self.response) {
                (Side::Request, Some(request), _) => request.trailers = headers,
                (Side::Response, _, Some(response)) => response.trailers = headers,
                _ => self.anomalies.push(Anomaly::EventOrder),
            },
            Event::Message(message) => {
                self.require(self.response.as_ref().is_some_and(|response| response.status == 101));
                self.messages.push(message);
            }
            Event::Connection(connection, stages) => {
                self.connection = connection;
                self.stages = stages;
            }
            Event::Change(change) => self.changes.push(change),
            Event::Tunnel(_) | Event::Mark(_) | Event::Gap(_) | Event::Opened(_) | Event::Exhibit(_) => return Assembled::Late,
            Event::End(end) => return self.end(end, stamped.at),
        }
        Assembled::Pending
    }

    /// The exchange as it would be if it ended now. `None` before its request.
    #[must_use]
    pub fn so_far(&self, at: Timestamp) -> Option<Exchange> {
        match self.clone().push(Stamped { exchange: 0, at, event: Event::End(End::Complete) }) {
            Assembled::Done(exchange) => Some(*exchange),
            Assembled::Pending | Assembled::Late => None,
        }
    }

    /// Takes out the messages so far, for whoever keeps them elsewhere: a connection may carry them for hours.
    pub fn take_messages(&mut self) -> Vec<super::Message> {
        std::mem::take(&mut self.messages)
    }

    fn require(&mut self, in_order: bool) {
        if !in_order {
            self.anomalies.push(Anomaly::EventOrder);
        }
    }

    fn end(&mut self, end: End, at: Timestamp) -> Assembled {
        self.ended = true;
        let Some(mut request) = self.request.take() else {
            // An end without a beginning is no exchange: nobody knows what was asked.
            return Assembled::Late;
        };
        let cut = !matches!(end, End::Complete);
        let state = |open: bool| if open { BodyState::Truncated(Unrecorded::Disconnected) } else { BodyState::Raw };
        let answered = self.response.is_some();
        request.body = Body::new(state(self.request_cut || cut && !answered), std::mem::take(&mut self.request_body).freeze());
        let response = self.response.take().map(|mut response| {
            response.body = Body::new(state(cut), std::mem::take(&mut self.response_body).freeze());
            response
        });
        let outcome = match (response, end) {
            (Some(response), _) if response.status == 101 => Outcome::Switched(response),
            (Some(response), _) => Outcome::Response(response),
            (None, End::Failed { stage, cause }) => Outcome::Failed { stage, cause },
            (None, End::Complete | End::Abandoned) => Outcome::Abandoned,
        };
        let timings = self.timings(at);
        Assembled::Done(Box::new(Exchange {
            started: self.started,
            page: None,
            connection: std::mem::take(&mut self.connection),
            request,
            outcome,
            messages: std::mem::take(&mut self.messages),
            timings,
            fidelity: match (self.request_bytes.exact(), self.response_bytes.exact() || !answered) {
                (true, true) => Fidelity::ByteExact,
                (true, false) => Fidelity::RequestExact,
                (false, true) if answered => Fidelity::ResponseExact,
                (false, _) => Fidelity::AsParsed,
            },
            odd_heads: OddHeads { request: self.request_bytes.other().cloned(), response: self.response_bytes.other().cloned() },
            interim: std::mem::take(&mut self.interim),
            changes: std::mem::take(&mut self.changes),
            not_carried: NotCarried::default(),
            anomalies: std::mem::take(&mut self.anomalies),
            resource_type: None,
            initiator: None,
            listed_cookies: Vec::new(),
        }))
    }

    /// The stages follow each other without a hole: their sum up to the head of the response is the time between both.
    fn timings(&self, end: Timestamp) -> Timings {
        let nanoseconds = |from: Option<Timestamp>, to: Option<Timestamp>| to?.as_nanoseconds().checked_sub(from?.as_nanoseconds());
        let milliseconds = |nanoseconds: i64| nanoseconds as f64 / 1e6;
        let ready = self.stages.map(|stages| stages.ready).filter(|ready| self.response_began.is_none_or(|began| *ready <= began));
        let sent = self.request_ended.max(ready);
        let mut timings = Timings {
            send: nanoseconds(ready.or(self.started), sent).map(milliseconds),
            wait: nanoseconds(sent, self.response_began).map(milliseconds),
            receive: nanoseconds(self.response_began, Some(end)).map(milliseconds),
            ..Timings::default()
        };
        if let (Some(stages), Some(before)) = (self.stages, nanoseconds(self.started, ready)) {
            let (dns, connect, tls) = (stages.dns.unwrap_or(0), stages.connect.unwrap_or(0), stages.tls.unwrap_or(0));
            // A connection may have been begun for another request: then what was waited for is less than what it took.
            if dns + connect + tls <= before {
                timings.dns = stages.dns.map(milliseconds);
                timings.connect = (stages.connect.is_some() || stages.tls.is_some()).then(|| milliseconds(connect + tls));
                timings.tls = stages.tls.map(milliseconds);
                timings.blocked = Some(milliseconds(before - dns - connect - tls));
            } else {
                timings.blocked = Some(milliseconds(before));
            }
        }
        timings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Direction, FailureStage, Message, Opcode};

    fn run(events: Vec<Event>) -> (Assembly, Assembled) {
        let mut assembly = Assembly::new();
        let mut last = Assembled::Pending;
        for (index, event) in events.into_iter().enumerate() {
            let at = Timestamp::from_nanoseconds(index as i64 * 1_000_000);
            last = assembly.push(Stamped { exchange: 1, at, event });
        }
        (assembly, last)
    }

    fn head() -> Event {
        let headers = Headers::new();
        Event::RequestHead {
            method: "POST".into(),
            url: "https://a.example/".into(),
            version: "HTTP/2".into(),
            headers,
            bytes: HeadBytes::Parsed,
        }
    }

    fn answer(status: u16) -> Event {
        Event::ResponseHead { status, reason: String::new(), version: "HTTP/2".into(), headers: Headers::new(), bytes: HeadBytes::Parsed }
    }

    fn exchange(assembled: Assembled) -> Exchange {
        match assembled {
            Assembled::Done(exchange) => *exchange,
            other => panic!("not done: {other:?}"),
        }
    }

    #[test]
    fn a_whole_exchange() {
        let (mut assembly, done) = run(vec![
            head(),
            Event::RequestBytes(b"ab"[..].into()),
            Event::RequestBytes(b"c"[..].into()),
            answer(103),
            answer(200),
            Event::ResponseBytes(b"xyz"[..].into()),
            Event::End(End::Complete),
        ]);
        let exchange = exchange(done);
        assert_eq!(exchange.request.body.in_memory().unwrap_or_default(), b"abc");
        let response = exchange.outcome.response().expect("answered");
        assert_eq!((response.status, response.body.in_memory().unwrap_or_default()), (200, &b"xyz"[..]));
        assert_eq!(response.body.state(), BodyState::Raw);
        assert_eq!(exchange.timings.send, Some(2.0));
        assert_eq!(exchange.timings.wait, Some(2.0));
        assert!(exchange.anomalies.is_empty());
        assert_eq!(exchange.interim.iter().map(|head| head.status).collect::<Vec<_>>(), [103]);
        let late = Stamped { exchange: 1, at: Timestamp::from_nanoseconds(9), event: Event::ResponseBytes(b"!"[..].into()) };
        assert_eq!(assembly.push(late), Assembled::Late);
    }

    #[test]
    fn cut_off_answers_are_truncated_and_unanswered_requests_failed() {
        let reset = || Event::End(End::Failed { stage: FailureStage::Reset, cause: "reset".into() });
        let cut = exchange(run(vec![head(), answer(200), Event::ResponseBytes(b"x"[..].into()), reset()]).1);
        assert_eq!(cut.outcome.response().map(|response| response.body.state()), Some(BodyState::Truncated(Unrecorded::Disconnected)));
        assert_eq!(cut.request.body.state(), BodyState::Raw);
        let failed = exchange(run(vec![head(), reset()]).1);
        assert!(matches!(failed.outcome, Outcome::Failed { stage: FailureStage::Reset, .. }));
        assert_eq!(exchange(run(vec![head(), Event::End(End::Abandoned)]).1).outcome, Outcome::Abandoned);
    }

    #[test]
    fn switching_protocols_keeps_messages() {
        let message =
            Message { direction: Direction::Sent, at: None, opcode: Opcode::Text, payload: Body::new(BodyState::Raw, &b"hi"[..]) };
        let done = run(vec![head(), answer(101), Event::Message(message.clone()), Event::End(End::Complete)]).1;
        let exchange = exchange(done);
        assert!(matches!(exchange.outcome, Outcome::Switched(_)));
        assert_eq!(exchange.messages, [message]);
    }

    #[test]
    fn disorder_is_an_anomaly_and_an_end_alone_is_no_exchange() {
        let done = run(vec![Event::ResponseBytes(b"x"[..].into()), head(), head(), answer(200), answer(200), Event::End(End::Complete)]).1;
        assert_eq!(exchange(done).anomalies, [Anomaly::EventOrder; 3]);
        assert_eq!(run(vec![Event::End(End::Complete)]).1, Assembled::Late);
    }
}
