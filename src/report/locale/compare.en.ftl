
## Comparison of recordings: own page, own tables. Every id begins with cmp-.
cmp-title = Comparison of recordings
cmp-lead = { $used } of { $n } recordings in the register are counted.
cmp-case = Case { $title } ({ $id })
cmp-lead-note = What is counted is in how many recordings something was recorded. Why it was sent, who read it afterwards and what for, these recordings do not show.
cmp-footer = Made with { $tool } { $version }, comparison format { $format }. Every number can be traced to recordings and their entries.
cmp-rest = { $n ->
    [one] 1 more row stands in { $file }.
   *[other] { $n } more rows stand in { $file }.
}
cmp-left-out = { $n ->
    [one] There was no room for 1 more row; it is counted only.
   *[other] There was no room for { $n } more rows; they are counted only.
}
cmp-h-register = All recordings
cmp-i-register = Every recording of the case that is in its ledger, or every recording that was named: used or not, and why. A path of choices is what was planned; what was chosen stands beside it with the literal text of the button, as it was recorded. Of the start only this is said: which profile was used, and to how many hosts the first request carried a cookie. Storage, cache, tickets of connections and the network address may join visits all the same.
cmp-c-register = Register of recordings
cmp-e-register = No recording.
cmp-h-gaps = What was not seen
cmp-i-gaps = One row for each kind of gap, with the number that each recording gives; no statement above may be read without them. Gaps that keep something from being compared stand first.
cmp-gap-in = { $n ->
    [one] recording { $list }
   *[other] recordings { $list }
}
cmp-c-gaps = What the recordings that are used could not show
cmp-e-gaps = No gap was found in the recordings that are used.
cmp-h-sides = Two sides
cmp-asked = On one side: { $one }. On the other: { $other }.
cmp-i-sides = A line says in how many of the recordings that could tell something was recorded. Where repetitions of one scenario disagree, it varies and is no difference. What a side could not have shown is not compared. With one recording of a scenario a difference cannot be told from chance.
cmp-c-counts = Lines by what they say
cmp-c-lines = What was recorded on each side
cmp-c-bytes = Bytes by recipient: smallest and largest number in a recording
cmp-e-sides = Nothing was recorded.
cmp-line = Recorded in { $n } of { $of } recordings on one side and in { $m } of { $mof } on the other.
cmp-varies = It varies between repetitions of the same scenario ({ $scenario }: { $n } of { $of }).
cmp-values = Values: { $one } on one side, { $other } on the other, { $both } on both.
cmp-values-unknown = Values cannot be compared: their fingerprints were not made under the key of one case.
cmp-h-classes = With the audited Page and with controls
cmp-i-classes = The recordings of each scenario of the audited Page are set against those of control pages and of the start page with the same persona and planned path of choices. Class A: recorded in every visit to the Page and in no control. Class B: recorded with controls too, and carrying the Page’s number, name or address here. Class C: joined to one of these by an identifier of page load, session or browser. Class D: none of these. Fields in classes C and D are counted and have no row.
cmp-c-groups = Scenarios of the audited Page and their controls
cmp-c-classes = Endpoints, cookies and fields in their classes
cmp-e-classes = Nothing was put in a class: no control was recorded, or nothing was recorded.
cmp-class-counts = endpoints: { $endpoints }; cookies: { $cookies }; fields: { $fields }
cmp-class-line = Recorded in { $n } of { $of } { $of ->
    [one] visit
   *[other] visits
} to the Page and in { $m } of { $mof } { $mof ->
    [one] control visit
   *[other] control visits
}.
cmp-carries = With the Page, its { $what } stood in { $field } (recordings: { $n }; first in { $behind }).
cmp-joined = The value of an identifier of { $identifies } in { $here } was also recorded in { $there } of { $to } of class { $class } (recordings: { $n }; first in { $behind }).
cmp-controls-elsewhere = { $n ->
    [one] and in 1 control of another persona or path of choices
   *[other] and in { $n } controls of other personas or paths of choices
}
cmp-limit-a = That it would be recorded with no other page either does not follow from these controls.
cmp-limit-controls = It was recorded with controls too; these recordings therefore do not show that this was recorded because of this Page.
cmp-limit-varying = It was not recorded in every visit to the Page, so it is put in no class.
cmp-h-answers = Direct answers
cmp-i-answers = Each answer lists what was recorded, by scenario, with the recordings behind it, and names the scenarios for which it could not be established. What was recorded while a choice was under way is counted apart and never as after it.
cmp-e-answer = Where this could be established, it was not recorded.
cmp-not-established = Could not be established for:
cmp-h-matrix = Personas by planned paths of choices
cmp-i-matrix = In how many of the recordings that could tell each cookie was set and sent, and a request to each recipient was recorded. One table for each kind of target. The whole recording is counted: with a persona that logs out during the recording, what was set and sent before logging out is counted too.
cmp-c-matrix = Cookies and recipients
cmp-e-matrix = Nothing was recorded.
cmp-matrix-set = set { $n } of { $of }
cmp-matrix-sent = sent { $n } of { $of }
cmp-matrix-asked = request recorded, also if it was not sent: { $n } of { $of }
cmp-matrix-cannot-tell = cannot tell
cmp-h-series = A kept profile over time
cmp-i-series = The recordings of each profile that was kept, in order of time. V1, V2 … name the values of one cookie; equal values have the same name within a row.
cmp-c-series = Cookies of the profile, from recording to recording
cmp-e-series = No cookie was recorded.
cmp-series-of = Profile { $name }, recordings: { $n }
cmp-col-recording = Recording
cmp-col-scenario = Scenario
cmp-col-planned = As planned
cmp-col-start = Start
cmp-col-chosen = Choice on a screen, as recorded
cmp-col-used = Used
cmp-col-gap-in = In recordings
cmp-col-gap = What was not seen
cmp-col-hides = What recordings therefore could not show
cmp-col-kind = Kind
cmp-col-statement = What the counts say
cmp-col-lines = Lines
cmp-col-what = What
cmp-col-one = On one side
cmp-col-other = On the other
cmp-col-basis = Rests on
cmp-col-recipient = Recipient
cmp-col-persona = Scenario, persona and planned path
cmp-col-pages = Audited Page
cmp-col-controls = Controls
cmp-col-classes = In each class
cmp-col-class = Class
cmp-col-recorded = Recorded
cmp-col-others = Others
cmp-col-values = Values
cmp-col-expiry = End date
cmp-col-course = From recording to recording
cmp-by-rule = kind of request by rule
cmp-recording = recording { $n }
cmp-entries = { $n ->
    [one] entry { $list }
   *[other] entries { $list }
}
cmp-n-of = { $n } of { $of }
cmp-cannot-tell = { $n ->
    [one] 1 recording cannot tell ({ $gaps })
   *[other] { $n } recordings cannot tell ({ $gaps })
}
cmp-no-scenario = no scenario named
cmp-ledger-number = number { $n } in the ledger
cmp-no-ledger-number = not in a ledger
cmp-repetition = repetition { $n }
cmp-outcome-complete = all steps done
cmp-outcome = steps: { $text }
cmp-kept = { $name }, used before: { $n }
cmp-first-with-cookies = hosts whose first request carried a cookie that existed before any request to that domain or came from elsewhere: { $n } of { $hosts }
cmp-button = “{ $text }”
cmp-button-unmarked = text not marked
cmp-not-planned = not made by a plan
cmp-used = used
cmp-hides-nothing = not taken as a bar to any comparison; what effect it had is not established
cmp-recordings-n = { $n ->
    [one] 1 recording
   *[other] { $n } recordings
}
cmp-bytes-sent = sent { $least } to { $most }
cmp-bytes-answered = answered { $least } to { $most }
cmp-set-times = { $n ->
    [one] set 1 time
   *[other] set { $n } times
}
cmp-renewed-times = { $n ->
    [one] set again with the same value 1 time
   *[other] set again with the same value { $n } times
}
cmp-changed-times = { $n ->
    [one] set again with another value 1 time
   *[other] set again with another value { $n } times
}
cmp-sent-times = { $n ->
    [one] 1 request
   *[other] { $n } requests
}
cmp-same-value = { $n ->
    [one] in 1 recording with a value of an earlier one of the same profile
   *[other] in { $n } recordings with a value of an earlier one of the same profile
}
cmp-values-n = { $n ->
    [one] 1 value
   *[other] { $n } values
}
cmp-constant-days = { $n ->
    [0] one value, over less than a day
    [one] one value over 1 day at most
   *[other] one value over { $n } days at most
}
cmp-asked-until = asked to be kept until { $day }
cmp-w-kind-recipient = recipient
cmp-w-kind-host = host
cmp-w-kind-endpoint = endpoint
cmp-w-kind-cookie-set = cookie set
cmp-w-kind-cookie-sent = cookie sent
cmp-w-kind-field = field
cmp-w-kind-value = value of a field
cmp-w-kind-identifier = identifier
cmp-w-kind-bytes = bytes, whole
cmp-w-statement-one-side-only = recorded on one side, not on the other
cmp-w-statement-other-side-only = recorded on the other side, not on the one
cmp-w-statement-more-on-one-side = recorded in more recordings on one side
cmp-w-statement-more-on-other-side = recorded in more recordings on the other side
cmp-w-statement-same = recorded equally on both sides
cmp-w-statement-varying = varies between repetitions of the same scenario
cmp-w-statement-not-comparable = not compared: a side could not have shown it
cmp-w-statement-ranges-overlap = numbers of bytes sent overlap
cmp-w-statement-ranges-apart = numbers of bytes sent lie apart
cmp-w-basis-repetitions = repetitions of every scenario
cmp-w-basis-one-recording-only = one recording only of a scenario: chance cannot be ruled out
cmp-w-basis-none = nothing to compare
cmp-w-basis-no-controls = no control of this persona and path of choices was recorded
cmp-w-class-A = A
cmp-w-class-B = B
cmp-w-class-C = C
cmp-w-class-D = D
cmp-w-class-varying = varies
cmp-w-class-not-comparable = not compared: no control could have shown it
cmp-w-side-one = on one side
cmp-w-side-other = on the other side
cmp-w-why-discarded = discarded
cmp-w-why-baseline = the browser while idle
cmp-w-why-not-selected = not selected
cmp-w-why-copy = a copy of another recording
cmp-w-why-not-readable = could not be read
cmp-w-why-not-ended = begun and not ended
cmp-w-open-no-choice-recorded = no choice for the examined site was recorded
cmp-w-open-no-logout-recorded = no answer was recorded that deletes all cookies of being logged in that were recorded before, or one of them was set again after it
cmp-w-open-no-page = the page examined was not established
cmp-w-open-no-counterpart = no recording of others with this path of choices and target
cmp-w-open-cookies-not-recorded = the recording holds no cookies of requests
cmp-w-open-set-cookies-not-recorded = the recording holds no Set-Cookie lines
cmp-w-open-no-such-recording = no such recording
cmp-w-open-rows-left-out = its report had no room for all rows
cmp-w-persona-no-account = without an account
cmp-w-persona-logged-out = account, logged out during the recording
cmp-w-persona-logged-in = logged in
cmp-w-persona-administrator = administrator of the Page
cmp-w-path-no-choice = planned path: nothing is chosen
cmp-w-path-decline = planned path: decline what is optional
cmp-w-path-allow = planned path: allow everything
cmp-w-path-withdraw = planned path: allow everything, take it back later
cmp-w-path-other = planned path: another one
cmp-w-target-audited-page = audited Page
cmp-w-target-control-page = control: another Page
cmp-w-target-start-page = control: start page
cmp-w-target-second-site = second site
cmp-w-operated-manual = operated by a person
cmp-w-operated-scripted = operated by a script
cmp-w-operated-mixed = operated by a script and a person
cmp-w-profile-fresh = new profile made by the tool
cmp-w-profile-kept = profile kept between recordings
cmp-w-profile-not-known = profile not known
cmp-w-state-first = recorded for the first time
cmp-w-state-kept = same value as in the recording before
cmp-w-state-changed = another value
cmp-w-state-kept-and-changed = the same value and another
cmp-w-state-recorded = recorded
cmp-w-state-not-recorded = not recorded
cmp-w-state-cannot-tell = cannot be told
cmp-w-expiry-slides = set again with the same value; the end date asked for was later each recorded time
cmp-w-expiry-fixed = set again with the same end date
cmp-w-expiry-mixed = moved later some of the times
cmp-w-expiry-not-set-again = no answer recorded that set it again with the same value; whether a script did is not established
cmp-w-expiry-not-comparable = cannot be compared
cmp-w-gap-cut-off = recording cut off
cmp-w-gap-no-request-cookies = no cookies of requests recorded
cmp-w-gap-no-set-cookies = no Set-Cookie lines recorded
cmp-w-gap-no-request-headers = no header fields of requests recorded
cmp-w-gap-no-response-headers = no header fields of answers recorded
cmp-w-gap-no-response = no answers recorded
cmp-w-gap-no-request-body = bodies of requests missing
cmp-w-gap-no-response-body = bodies of answers missing
cmp-w-gap-no-messages = WebSocket messages missing
cmp-w-gap-messages-cut = WebSocket messages cut
cmp-w-gap-messages-unread = bytes not read as messages
cmp-w-gap-tunnels = tunnels not read
cmp-w-gap-under-way = exchanges lost in an interruption
cmp-w-gap-rows-left-out = rows that its report had no room for
cmp-w-q-set-before-choice = Cookies set before any choice
cmp-w-q-recipients-before-choice = Recipients asked before any choice
cmp-w-q-telemetry-before-choice = Diagnostic endpoints asked before any choice
cmp-w-q-in-transition = While a choice was under way
cmp-w-q-sent-after-decline = Cookies still sent after optional things were declined
cmp-w-q-set-after-decline = Cookies set by answers after declining what is optional
cmp-w-q-sent-after-withdrawal = Cookies still sent after an earlier choice was taken back
cmp-w-q-set-after-withdrawal = Cookies set by answers after taking back an earlier choice
cmp-w-q-members = Recorded when logged in, and not without
cmp-w-q-administrators = Recorded for administrators, and not for others
cmp-w-q-after-logout = After logging out
cmp-w-q-returning = A visitor who returns with a kept profile
cmp-w-qi-set-before-choice = Set by an answer before the first choice for the examined site, or where none was planned and none was recorded. Whether consent was needed is a legal question and does not follow from this.
cmp-w-qi-recipients-before-choice = Registrable domains that were asked before the first choice for the examined site, or where none was planned and none was recorded.
cmp-w-qi-telemetry-before-choice = Endpoints that a named source, or dataspoor itself, puts in the category diagnostic or analytics (which of the two stands with the endpoint), asked before the first choice for the examined site, or where none was planned and none was recorded.
cmp-w-qi-in-transition = From the click, or the request with the choice, to the beginning of its answer. None of this is counted as after the choice.
cmp-w-qi-sent-after-decline = Sent in requests that began after the answer to the choice. Being sent still is another thing than being set again; see the next table.
cmp-w-qi-set-after-decline = Set by a Set-Cookie header in answers to requests that began after the answer to the choice. Whether a script set a cookie after it is not established by this.
cmp-w-qi-sent-after-withdrawal = Sent in requests that began after the answer to the choice by which an earlier one was taken back.
cmp-w-qi-set-after-withdrawal = Set by a Set-Cookie header in answers to requests that began after the answer to the choice that took back an earlier one. Whether a script set a cookie after it is not established by this.
cmp-w-qi-members = Recorded with an account that is logged in, administrators included, and in no recording of others; the numbers beside it are of others with the same planned path of choices and target.
cmp-w-qi-administrators = Recorded for administrators of the Page and in no recording of others; the numbers beside it are of others with the same planned path of choices and target.
cmp-w-qi-after-logout = Cookies set and sent, and registrable domains asked, in requests that began after the answer that logs out, and in answers to them. That answer is the one that deletes the last of the cookies recorded before of which a rule says that they belong to being logged in; none of them was set again after it. Nothing from before it is counted. The numbers beside it are of whole recordings without an account with the same planned path of choices and target.
cmp-w-qi-returning = Cookies sent from a profile that was used in an earlier recording.
