### Texts of the annex in English. Every id and every variable here also stands in nl.ftl (a test holds that).
### Wording is bound by claims.md: say what was recorded, never more. `Backticks` become code in HTML.

## Document
title = Annex: recorded data flows
overline = Annex to a data protection impact assessment (DPIA)
title-simulated = Simulated – { $title }
subtitle = Recorded network traffic, examined relative to { $site }
subtitle-no-page = Recorded network traffic of which the page examined was not established
skip = Skip to the content
contents = Contents
simulated-short = Simulated recording
simulated-line = Simulated recording: fictitious platform; says nothing about what Meta does.
simulated-long = The recording was made with a simulated platform on host names that look real. It shows how this annex is made up and says nothing about what Meta does.
caption = Table { $n }. { $text }
table-ref = table { $n }
chapter-ref = chapter { $n }
footer = Made with { $tool } { $version }, annex format { $format }. Every row can be traced to numbered entries of the recording.
page-of = page
attached-log = Evidence log: one record a line, with a chain of digests; the tables rest on it
attached-table = Table of this annex
not-established = not established
not-recorded = not recorded
none-recorded = none recorded
more-names = and { $n } more
part-rows = Rows { $from } to { $to } of { $n }
part-numbers = { $count } of the { $n } rows: numbers { $from } to { $to }
part-others = the others stand in the parts below this table
tools-open = Filter and sort
tools-filter = Rows with these words
tools-sort = Sorted by
tools-as-filed = the order of the file
tools-back = the other way round
tools-whole = The whole table again
tools-more = Show more rows
tools-told = Rows that fit: { $found } of { $all }. Shown below: { $shown }. Filtered or sorted here by whoever reads this page; the file itself still has every row.
cut = [{ $n ->
    [one] 1 more character
   *[other] { $n } more characters
} in the recording]
day-month = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

## Headings
h-recording = The recording and what it shows
h-recipients = Recipients: domains to which requests were addressed
h-cookies = Cookies
h-flows = Data flows per endpoint
h-timeline = Time line of the visit
h-choices = Set and sent, before and after the choice on the screen
h-trail = Trail to other sites, and identifiers
h-gaps = What this recording could not show
h-method = Method
h-custody = Chain of custody
h-verify = How to verify this annex
h-sources = Sources
h-glossary = Words used

## 1 Recording
c-recording = The recording and how it was examined
k-item = Item
k-value = Value
k-file = File
k-size = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
k-format = format { $format }
k-wrappings = wrapped in { $list }
k-folder = Folder
k-head = Digest of the last record of the custody log (SHA-256)
k-sha = SHA-256 of the file
k-nature = Kind of recording
k-period = Period (UTC)
k-period-first = start of the first request:
k-period-last = start of the last request:
k-with = Recorded with
k-with-note = as the recording itself says; not checked
k-program = program:
k-browser = browser:
k-baseline = baseline:
k-comment = Comment in the recording
k-scenario = Scenario
k-page = Page examined
k-page-site = registrable domain { $site }
k-page-owner = owner according to the rules:
k-page-count = { $n ->
    [0] the recording names no pages
    [one] the recording names 1 page
   *[other] the recording names { $n } pages
}
k-overruled = Another candidate was set aside:
k-auditee = Domains of the organisation itself
k-auditee-note = { $n ->
    [0] no request to these domains was left out; hosts under them that are another name of somebody else’s stand in table 2b
    [one] 1 request to these domains was left out of tables 2 to 4; hosts under them that are another name of somebody else’s stand in table 2b
   *[other] { $n } requests to these domains were left out of tables 2 to 4; hosts under them that are another name of somebody else’s stand in table 2b
}
k-platform = Platform
k-case = Positions
k-case-yes = Given by the operator in a case.
k-case-given = Given by the operator, not in a case.
k-case-no = There is no case in which positions were given; positions are therefore not established, unless a rule describes traffic of the browser itself.
k-made = Examined with
k-rules = SHA-256 over all rule files
k-entries = Entries
basis-operator = named by the operator
basis-page-title = from the title of the first page that the recording names
basis-later-page-title = from the title of a later page that the recording names
basis-first-document = from the first document in the recording
basis-referers = from the Referer header fields of the requests
basis-first-entry = from the host of the first entry, for lack of anything better
basis-none = nothing in the recording from which it could be established
s-examined = What was examined
s-made-elsewhere = A recording of network traffic, made earlier by another program, was read entry by entry.
s-made-here = A recording of network traffic, made with the intercepting proxy of { $tool }, was read entry by entry.
s-examined-text = For each request it was noted to which host it was addressed, which cookies it carried, which cookies the answer asked the browser to set, and which rules or lists apply to it. “Same site” and “other owner” are meant relative to { $site }.
s-examined-text-no-page = For each request it was noted to which host it was addressed, which cookies it carried, which cookies the answer asked the browser to set, and which rules or lists apply to it. The page examined was not established, so relations were not established either.
s-recorded = What was recorded
f-entries = { $n ->
    [one] entry
   *[other] entries
}
f-domains = { $n ->
    [one] registrable domain
   *[other] registrable domains
}
f-cookies = { $n ->
    [one] cookie, set or sent
   *[other] cookies, set or sent
}
f-other = { $n ->
    [one] request to another registrable domain than the page’s
   *[other] requests to another registrable domain than the page’s
}
s-hosts = { $n ->
    [one] The requests were addressed to 1 host
   *[other] The requests were addressed to { $n } different hosts
}
s-owner = { $n ->
    [one] For 1 request a rule names the owner of the domain
   *[other] For { $n } requests a rule names the owner of the domain
}
s-set = { $n ->
    [one] 1 Set-Cookie line was recorded in answers
   *[other] { $n } Set-Cookie lines were recorded in answers
}
s-sent = { $n ->
    [one] 1 cookie was recorded in requests, counted per request
   *[other] { $n } cookies were recorded in requests, counted per request
}
s-findings = { $n ->
    [one] 1 request matches at least one rule about an endpoint or a cookie, or a filter list
   *[other] { $n } requests match at least one rule about an endpoint or a cookie, or a filter list
}
s-hostless = { $n ->
    [one] 1 entry has no host and was sent to nobody
   *[other] { $n } entries have no host and were sent to nobody
}
s-choices = { $n ->
    [0] No choice on a cookie screen was recorded
    [one] 1 choice on a cookie screen was recorded
   *[other] { $n } choices on a cookie screen were recorded
}
s-trail = { $n ->
    [0] No equal values were recorded with the examined site and with another site
    [one] 1 pair of places with an equal value was recorded: with the examined site and with another site
   *[other] { $n } pairs of places with an equal value were recorded: with the examined site and with another site
}
s-trail-own = { $n ->
    [one] Of 1 pair both places were recorded apart from the visit to the examined site: with another site and in a request to or an answer of the platform
   *[other] Of { $n } pairs both places were recorded apart from the visit to the examined site: with another site and in a request to or an answer of the platform
}
s-gaps = { $n ->
    [0] No kind of gap was found in the recording; the general limits apply
    [one] 1 kind of gap was found
   *[other] { $n } kinds of gaps were found
}
s-not = What this annex does not show
s-not-1 = What a recipient does with data after the request, and for what purpose. Purposes in this annex are statements of the sources named.
s-not-2 = Whether the recording is complete and honest, and whether it is typical of other visits, browsers and days.
s-not-3 = In which country data were stored, and by whom they can be read.
s-not-4 = Whether a legal norm was met. That is a legal assessment and does not follow from this annex.
s-not-more = The gaps of this recording and the general limits are in
how = How to read this annex
how-relation = Relation
how-relation-text = How the domain of a request relates to the page examined: same site (same registrable domain), same owner (another domain of which the rules name the same owner), other owner, or not established. This is a technical distinction, not a role in law.
how-position = Position
how-position-text = The place of an organisation in this examination (organisation examined, platform, affiliated with the platform, other), as given by the operator. It is not a qualification under the GDPR.
how-claim = According to sources
how-claim-text = What somebody says about a cookie or an endpoint, with that person or organisation named. Statements of different sources stand beside each other and are never merged. A match with a filter list means only that the list says so.
how-ne = Not established
how-ne-text = Nothing in the recording or the rules answers the question. An empty answer is never filled in by guessing.
how-entry = Entry and row
how-entry-text = An entry is a numbered request with its answer in the recording. Rows keep their number when the analysis is repeated with the same recording and the same rules.
how-escape = Marked characters
how-escape-text = Recorded text is printed as it was recorded. Characters that cannot be seen or that change the direction of writing are printed as a marked code, such as { $sample }.

## 2 Recipients
c-recipients = Registrable domains to which recorded requests were addressed
i-recipients = One row per registrable domain, most requests first; where the rules name different holders for hosts of one domain, a row for each holder. “Recipient” means that a request addressed to this domain was recorded. It does not mean that the request arrived or was used, and it is not meant as a term of the GDPR.
e-recipients = No requests with a host were recorded.
col-nr = Nr
col-domain = Registrable domain
col-relation = Relation
col-requests = Requests
col-sources = According to sources
col-lists = On lists of others
hosts-label = hosts:
first-entry = first entry { $nr }
owner-rule = rule { $place }
list-says = list { $list }: { $n ->
    [one] 1 request
   *[other] { $n } requests
}
no-list = no match
no-lists-used = no lists used
relation-same-site = same site
relation-same-owner = same owner
relation-other-owner = other owner
relation-owner-not-established = owner not established
relation-page-not-established = page not established
position-auditee = organisation examined
position-platform = platform
position-platform-affiliate = affiliated with the platform
position-other = other
position-browser = traffic of the browser itself
position-not-established = not established

## 2 Recipients: holder, network, contract party
col-holder = Holder of the domain (owner)
col-network = Operator of the network
col-contract = Party named in the terms
i-three = Holder of the domain, operator of the network and the party named in the terms are three different questions, each answered by a source of its own. None of the three is filled in from another: where a column says “not established”, no rule or list answers that question.
with-cookies = { $n ->
    [0] none with cookies
   *[other] { $n } with cookies
}
set-lines = { $n ->
    [one] 1 Set-Cookie line
   *[other] { $n } Set-Cookie lines
}
owner-seat = seat of the organisation according to the source: { $country }
holder-label = holder of the domain:
network-by-number = by the number { $number } that a database gives for the address
network-by-database = { $number }, organisation according to database { $list }; the address was registered to it
contract-for = for { $service }
claim-limits = What this does not show: { $text }
certainty-unverified = not checked against a source
not-rederivable = Not re-derivable without list { $list }
alias-ref = other names of a host: table 2b, row { $nr }

## 2a Addresses
h-addresses = Addresses at which recipients answered
c-addresses = Addresses of servers and to whom they were registered
i-addresses = One row per recipient and address, as far as the recording holds addresses of servers.
e-addresses = The recording holds no addresses of servers.
addresses-limits = A row says that, according to the database of that date, the address was registered to that organisation in that country. This shows neither where the data were stored nor whether they were transferred.
col-address = Address
col-hosts = Hosts
col-registered = Registered to (number and organisation of the autonomous system, country), according to
address-not-looked-up = not looked up: no database of addresses was used
address-not-held = not in this database
address-said = { $number }, { $organisation }, { $country }
address-database = according to { $list } ({ $database }) of { $date }

## 2b Other names
h-aliases = Hosts that are another name of a host of another site
c-aliases = Hosts whose name leads to a host of another registrable domain (CNAME)
i-aliases = A host whose name lies under the site of a page can be another name (CNAME) of a host of somebody else. A browser treats such a host as part of the site. Only hosts under the site of the page that asked, under the site examined or under a domain of the organisation examined are looked at, and only names that lead to a registrable domain of which the rules do not name the same holder. A network that answers for whoever hires it is marked as such.
e-aliases-not-asked = Not established: this recording holds no answer of a name server, so it does not show either which names lie behind the hosts. No list used here knows one of the hosts as another name.
e-aliases = No such names were recorded, and no list used here knows one of the hosts as such.
col-alias-host = Host that was asked for
col-alias-names = Names gone through
col-alias-ends = Leads to
col-alias-lists = According to lists
alias-basis-recorded-names = from the answer of the name server, as recorded
alias-basis-list-of-hosts = according to a list only: the recording holds no names
alias-network = belongs to a network according to a rule
alias-known-host = list { $list } has the host { $listed } as another name
alias-known-name = list { $list } has { $listed } as a host to which others lead
alias-known-tracker = list { $list } has { $listed } in its database of trackers
alias-target = of { $text }
alias-company = of { $text }, in the words of the list
list-place = place in the list: { $place }

## Outside lists
list-says-by-name = list { $list }, under another name to which the host leads: { $n ->
    [one] 1 request
   *[other] { $n } requests
}
list-by-name = under the name { $name }, to which the host leads
list-owner = in list { $list }: owner { $owner }, category { $categories }
list-owner-place = by { $matched }, place in the list: { $place }
list-names-none = none named
claim-list = list { $list }
claim-list-own-words = in the words of the list, not translated
claim-list-lifetime = lifetime according to the list: { $text }
claim-list-service = service: { $text }
claim-list-controller = controller of the data according to the list: { $text }
claim-list-any-domain = The row names no domain: it speaks of every cookie of this name.
input-filter = filter list
input-cookies = database of cookies
input-trackers = database of trackers
input-aliases = list of other names of hosts
input-suffixes = Public Suffix List
input-addresses = database of addresses
list-origin = obtained from:
list-retrieved = obtained at:
list-licence = licence:
list-hand-over-yes = may be handed over together with the case
list-hand-over-no = may not be handed over: results that rest on it are marked as not re-derivable without it
list-hand-over-unknown = whether it may be handed over is not established: results that rest on it are marked as not re-derivable without it
list-matched-by-name = { $n ->
    [one] under another name only: 1
   *[other] under another name only: { $n }
}

## Claims
by-vendor = vendor
by-vendor-as-told = vendor, as reported by { $publisher }
source-not-consulted = source itself not consulted
by-independent = source other than the vendor
by-authority = authority or court
by-own = own reading
certainty-stated = stated by the source
certainty-derived = derived: follows from what the source shows, the source does not say it in these words
certainty-derived-short = derived
claim-no-category = no category named
claim-lifetime = lifetime according to this source: { $lifetime }
claim-rule = rule { $rule }, { $place }
source-ref = source { $nr }
life-session = session
life-s = { $n ->
    [one] 1 second
   *[other] { $n } seconds
}
life-min = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
life-h = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
life-d = { $n ->
    [one] 1 day
   *[other] { $n } days
}
life-months = { $n ->
    [one] 1 month
   *[other] { $n } months
}
life-years = { $n ->
    [one] 1 year
   *[other] { $n } years
}

## 3 Cookies
c-cookies = Cookies that were set or sent according to the recording
i-cookies = One row per cookie. “Set” means that an answer with a `Set-Cookie` line was recorded; whether the browser kept the cookie can be seen only where it was sent later. “Sent” means that a request with the cookie was recorded. Values are not printed: equal fingerprints within this annex mean equal values.
e-cookies = No cookies were recorded.
n-cookies-title = Absence of cookies proves nothing here
n-no-request-cookies = No request in the whole recording carries a `Cookie` header field. Programs that export recordings often leave these fields out. That this table does not show a cookie as sent therefore does not mean that it was not sent.
n-no-set-cookies = No answer in the whole recording carries a `Set-Cookie` header field. Programs that export recordings often leave these fields out. That this table does not show a cookie as set therefore does not mean that it was not set.
col-cookie = Cookie
col-set = Set-Cookie recorded
col-lifetime = Lifetime and attributes
col-sent-to = Sent to
col-history = History and values
cookie-domain-label = domain:
cookie-host-only = this host only
cookie-subdomains = also its subdomains
cookie-path-label = path:
cookie-partitioned = kept apart for each top-level site (Partitioned)
origin-set-cookie = by an answer from
origin-cookie-list = only in the recording’s list of cookies; no Set-Cookie line recorded
origin-sent-only = sent, no Set-Cookie recorded
first-set = first:
cookie-first-entry = entry { $nr }
cookie-first-sent = first recorded in entry { $nr }
lifetime-days = { $n ->
    [one] { $days } day asked for
   *[other] { $days } days asked for
}
lifetime-seconds = { $n ->
    [one] 1 second
   *[other] { $n } seconds
}
lifetime-session = session: ends with the browser session
lifetime-also-session = also set as a session cookie at least once
lifetime-none = no lifetime asked for
lifetime-shortest = shortest asked for, in days: { $days }
lifetime-effective = effective, in days: at most { $days }
lifetime-cut = browsers that follow RFC 6265bis (section 5.5) keep at most 400 days
lifetime-above = longer than the comparison line of { $days } days ({ $label })
lifetime-above-asked = the effective lifetime is not
attr-yes = { $name }: yes
attr-no = { $name }: no
attr-samesite = SameSite: { $value }
attr-samesite-none = SameSite: not stated
sent-line = { $n ->
    [one] 1 request
   *[other] { $n } requests
}
sent-total = { $n ->
    [one] 1 request in total
   *[other] { $n } requests in total
}
sent-never = not recorded as sent
sent-other-value = { $n ->
    [one] in 1 request with another value than the last recorded Set-Cookie gave it
   *[other] in { $n } requests with another value than the last recorded Set-Cookie gave it
}
hist-set = set: { $n }
hist-renewed = set again with the same value: { $n }
hist-changed = set again with another value: { $n }
hist-deleted = deletion asked for by an answer: { $n }
hist-refused = { $n ->
    [one] 1 Set-Cookie line that a browser should refuse according to RFC 6265bis; whether it did was not recorded
   *[other] { $n } Set-Cookie lines that a browser should refuse according to RFC 6265bis; whether it did was not recorded
}
hist-faults = faults in Set-Cookie lines:
values-count = { $n ->
    [one] 1 value seen
   *[other] { $n } different values seen
}
values-bytes = { $n ->
    [one] length 1 byte
   *[other] length { $n } bytes
}
values-range = length { $from } to { $to } bytes
values-fingerprints = { $n ->
    [one] fingerprint:
   *[other] fingerprints:
}
said-of-endpoints = Row { $nr }: what sources say of endpoints there that were requested.
said-of-cookie = Row { $nr }: what sources say of this cookie.
claims-none = not established: no rule describes this
fault-perhaps-joined = perhaps several cookies joined by commas in one line; only the first was read
fault-empty = neither name nor value
fault-control-character = control character in the line
fault-too-long = name and value longer than 4,096 bytes together
fault-attribute-too-long = attribute longer than 1,024 bytes, which is then ignored
fault-expires-unreadable = end date not readable, so the line asks for a session cookie
fault-max-age-unreadable = Max-Age not readable
fault-prefix-secure = name with the prefix __Secure- without Secure
fault-prefix-host = name with the prefix __Host- without what that prefix requires
fault-same-site-none-insecure = SameSite=None without Secure
fault-partitioned-insecure = Partitioned without Secure
fault-nameless-prefix = no name, and a value that looks like a prefixed name
fault-domain-not-of-host = domain does not fit the host that answered
fault-domain-is-public-suffix = domain is a public suffix

## 3a, 3b Lifetimes
h-lines = Comparison lines
c-lines = Lines with which lifetimes are compared
i-lines = A line is a number of days that a source names, with what the source says it is for. Table 3 says which lines a lifetime asked for is above. That a lifetime is above a line says nothing about whether it may be that long: for which cookies a line is meant, and whether it binds anybody, is a legal assessment. Other lines can be given in a rule file.
e-lines = The rules that were used name no comparison lines.
col-line = Line
col-line-days = Days
col-line-meaning = What the source says
h-lifetimes = Lifetimes: stated and recorded
c-lifetimes = Lifetimes that sources state, beside those in the recording
i-lifetimes = One row per cookie and per source that states a lifetime. Beside it stand the shortest and the longest lifetime that recorded Set-Cookie lines asked for, and the effective ones, of which browsers that follow RFC 6265bis keep at most 400 days. A statement in months is counted with 30.44 days a month, one in years with 365.25 days a year. As the same counts a difference of at most one day; below 20 days of at most 5 %, for statements in months of at most 2 % and for statements in years of at most 0.1 %, where that is more than a day. The table does not say who is right: a source can describe another version, another time or another visitor.
e-lifetimes = No source that the rules name states a lifetime for a recorded cookie.
col-stated-by = Stated by
col-stated = Lifetime stated
col-asked = Lifetime asked for
col-effective = Effective lifetime
col-difference = Recorded, compared with stated
duration-days = { $n ->
    [one] { $days } day
   *[other] { $days } days
}
duration-shortest = shortest:
duration-longest = longest:
lifetime-tolerance = { $n ->
    [one] tolerance: 1 second
   *[other] tolerance: { $n } seconds
}
diff-asked = asked for:
diff-effective = effective:
diff-same = the same, within the tolerance
diff-longer = longer than stated
diff-shorter = shorter than stated
diff-longer-and-shorter = sometimes longer and sometimes shorter than stated
diff-session-asked = a session cookie, where a time is stated
diff-time-asked = a time, where a session is stated
diff-no-set-cookie = no Set-Cookie recorded
diff-nothing-kept = only lines that delete the cookie or that a browser should refuse
diff-not-computable = an end date was given; the time of the answer is not known
s-lifetimes = { $n ->
    [0] For no recorded cookie does a source state a lifetime
    [one] 1 statement of a source about a lifetime stands beside what was recorded
   *[other] { $n } statements of sources about lifetimes stand beside what was recorded
}

## 3c Cache validators
h-validators = Values that a browser keeps with a copy
c-validators = Cache validators that were sent back, or that differ though the bytes are the same
i-validators = An answer can carry a value (`ETag` or `Last-Modified`) that the browser keeps with its copy of the answer and sends back on its next visit, when it asks whether the copy is still good. One row per resource (host and path) of which the browser sent a value back, or of which answers with the same bytes came with different values. Values are not printed: equal fingerprints within this annex mean equal values.
i-validators-limits = What a value is used for is not observable, and that a value identifies anybody does not follow from this table: a date or a count of versions is a value too. Whether a value differs between browsers takes recordings of several. Bytes are compared only where a body was recorded whole, with status 200 and at most 1 MiB.
e-validators = No validator was recorded as sent back, and none as different with the same bytes.
col-resource = Resource
col-validator = Kind
col-validator-values = Values
col-given = Given
col-sent-back = Sent back
col-same-bytes = Same bytes, other value
validator-kind-etag = entity tag (`ETag`, sent back as `If-None-Match`)
validator-kind-last-modified = date (`Last-Modified`, sent back as `If-Modified-Since`)
validator-given = { $n ->
    [one] by 1 answer
   *[other] by { $n } answers
}
validator-not-given = { $n ->
    [one] in 1 request with a value that no earlier recorded answer of this resource gave in the stretch
   *[other] in { $n } requests with a value that no earlier recorded answer of this resource gave in the stretch
}
validator-of-content = { $n ->
    [one] 1 value is derived from the content: SHA-1 or SHA-256 of the bytes
   *[other] { $n } values are derived from the content: SHA-1 or SHA-256 of the bytes
}
validator-elsewhere = { $n ->
    [one] a value of these was also seen for 1 other resource
   *[other] a value of these was also seen for { $n } other resources
}
validator-same-bytes = { $n ->
    [one] 1 answer
   *[other] { $n } answers
}
validators-resources = { $n ->
    [0] No validators were recorded.
   *[other] Validators recorded, counted by host, path and kind: { $n }.
}
validators-answers = { $n ->
    [one] 1 answer gives one.
   *[other] { $n } answers give one.
}
validators-requests = { $n ->
    [one] 1 request sends one back.
   *[other] { $n } requests send one back.
}
validators-left-out = { $n ->
    [one] 1 value or row was left out because the table would have grown too long; single values stand in the evidence log.
   *[other] { $n } values or rows were left out because the table would have grown too long; single values stand in the evidence log.
}
s-validators = { $n ->
    [0] No value kept with a copy was recorded as sent back, or as different with the same bytes
   *[other] Validators, counted by host, path and kind, that were sent back or differed with the same bytes: { $n }
}

## 4 Flows
c-flows = Requests per host, method and path
i-flows = One row per host, method and path, in the order of the first entry. Times are in UTC.
urls-masked = Of query parameters only the names are printed, never the values.
urls-full = Values of query parameters are printed in this annex; the names are listed apart.
left-out = { $n ->
    [one] 1 row was left out because the table would have become too long; it is in the evidence log.
   *[other] { $n } rows were left out because the table would have become too long; they are in the evidence log.
}
e-flows = No flows were recorded.
col-endpoint = Endpoint
col-time = First time and entries
col-answers = Requests and answers
col-who = Relation, owner and position
col-cookie-names = Names of cookies
parameters-label = query parameters:
entries-label = { $n ->
    [one] entry
   *[other] entries
}
entries-first = … (the first { $n } are shown)
requests-n = { $n ->
    [one] 1 request
   *[other] { $n } requests
}
status-label = status:
status-none = no status recorded
flow-not-sent = { $n ->
    [one] 1 of these never left the browser, by the recording itself (cache or stopped by the browser); its cookies are not counted as sent
   *[other] { $n } of these never left the browser, by the recording itself (cache or stopped by the browser); their cookies are not counted as sent
}
flow-refused = { $n ->
    [one] 1 of these was stopped by the recording program and not sent to the host; its cookies are not counted as sent
   *[other] { $n } of these were stopped by the recording program and not sent to the host; their cookies are not counted as sent
}
flow-also-idle = { $n ->
    [one] 1 of these was also recorded while the same browser was idle (in the 1 baseline of this case)
   *[other] { $n } of these were also recorded while the same browser was idle (in the 1 baseline of this case)
}
redirects-label = redirects to:
cause-label = caused, as the recording says, by:
cause-navigation = navigation
cause-frame = frame
cause-document = document
cause-script = script
cause-preflight = preflight of the browser
cause-redirect = redirect
cause-not-established = not established
body-bytes = { $n ->
    [one] 1 byte of request bodies recorded
   *[other] { $n } bytes of request bodies recorded
}
relation-label = relation:
owner-label = owner:
position-label = position:
sent-label = sent:
set-label = set:
list-match = List { $list } says:
list-line = line { $line }
list-exception = overruled by an exception of the same list:

## 5 Time line
c-timeline = Course of the visit
i-timeline = One row per event, by stretch and in order of time (UTC). A stretch is the part of the recording that begins with a new browser profile; without such a mark the whole recording is one stretch. “Opened” means that a request for a document in a window was recorded.
timeline-left-out = { $n ->
    [one] 1 event was left out because the table would have grown too long; the request stands in the evidence log.
   *[other] { $n } events were left out because the table would have grown too long; the requests stand in the evidence log.
}
e-timeline = No requests with a host were recorded.
stretch-n = stretch { $n }
stretch-began = New browser profile, marked by { $by } on
stretch-unmarked = No new browser profile was marked at the beginning.
stretch-requests = { $n ->
    [one] 1 request,
   *[other] { $n } requests,
}
stretch-hosts = { $n ->
    [one] to 1 host; first requests to a host that carried cookies: { $cookies }.
   *[other] to { $n } hosts; first requests to a host that carried cookies: { $cookies }.
}
stretch-empty = No requests with a host were recorded.
stretch-jar = In each stretch the history of cookies begins anew: a cookie that was set in an earlier stretch only stands as sent without a recorded Set-Cookie. A new browser profile does not exclude that visits can be joined in other ways, such as by the network address.
col-stretch = Stretch
col-when = Time
col-offset = Milliseconds since the first request
col-event = Event
col-said-by = According to
col-entry = Entry
event-stretch = New browser profile
event-first-request = First request, to
event-opened = Opened:
event-navigated = Another page fetched without a document:
moment-rule = by rule
event-page = Page that the recording names
event-note = Note
event-choice = Choice on the screen, for
event-first-to-site = First request to another site:
event-last-request = Last request
said-operator = the operator
said-script = the script that drove the browser
said-request = a recorded request
said-traffic = the recording itself
button-text = text of the button:
button-not-marked = text of the button not recorded
choice-ref = choice { $n }

## 6 Choice
c-choices = Choices on a screen
i-choices = What was chosen on a cookie screen, with the literal text of the button where somebody marked it. If a request was recorded in which the choice is sent, that request decides; a mark decides only where no such request was recorded within 10 seconds after it, nor, for a mark made by a person, in the 30 seconds before it. Whether a choice is consent is a legal assessment and does not follow from this.
e-choices = No choice on a screen was recorded.
col-button = Literal text of the button
col-choice-site = For
col-says = What the request says
col-choice-times = Times
col-choice-rule = Recognised by
text-by = text according to { $by }
scope-label = holds for:
scope-browser = this browser
scope-account = the account
says-decline-optional = optional cookies declined
says-allow-optional = optional cookies allowed, all or some of them
says-allow-all = all cookies allowed
says-saved = a choice was saved; which one cannot be read
says-withdrawn = an earlier choice was taken back
no-choice-request = no request with the choice recorded
choice-clicked = click:
choice-asked = request:
choice-answered = beginning of the answer:
choice-unanswered = without a recorded answer everything from here on counts as transition
choice-marked = marked:
choice-window = without a recorded request the first 10 seconds after the click count as transition
choice-window-person = without a recorded request the 10 seconds before and after the mark count as transition: a person may mark before or after the click
c-choice-cookies = Cookies before, during and after each choice
i-choice-cookies = One row per choice and cookie. What counts is the state at the start of the request; what an answer sets takes the state of its request. “Transition” lasts from the click or the request to the beginning of the answer and does not count as “after”. “Before” is everything in the stretch up to the choice, “after” everything up to a further choice for the same site. “Still sent after the choice” is another statement than “set after the choice”.
e-choice-cookies = No cookies were recorded in the stretches with a choice.
col-choice = Choice
col-set-before = Set before
col-set-transition = Set in transition
col-set-after = Set after
col-sent-before = Sent before
col-sent-transition = Sent in transition
col-sent-after = Sent after
times-n = { $n ->
    [one] 1 time
   *[other] { $n } times
}
times-first = first: entry { $nr }
times-never = not recorded
seen-first-before = first before the choice
seen-first-transition = new since the choice: first in the transition
seen-first-after = new since the choice: first after it
set-by-answer = { $n ->
    [one] of which 1 time by the answer to the choice request itself
   *[other] of which { $n } times by the answer to the choice request itself
}
deleted-since = { $n ->
    [one] deletion asked for since the choice: 1 time
   *[other] deletion asked for since the choice: { $n } times
}
still-sent = not set again after the choice, but still sent

## 7 Trail
c-trail = Equal values with the examined site and with other sites
i-trail = One row per pair of places with an equal value that was recorded in the same stretch, that is in one browser profile: a cookie that was sent to a recipient while the examined site was visited, and again later from a page of another site; a parameter that a redirect added to an address of another site; or a cookie of another site whose value stood in a request to the platform.
i-trail-limits = Rows join values that are equal byte for byte, by a keyed fingerprint, and values that the search described below found encoded or as a digest; in table 8 no parts of values, and no values shorter than 8 bytes (16 for redirects). An equal value shows that it is equal, not what a recipient does with it. Whether a browser sends cookies in requests between sites depends on its cookie policy.
trail-left-out = { $n ->
    [one] 1 value or row was left out because the table would have grown too long.
   *[other] { $n } values or rows were left out because the table would have grown too long.
}
e-trail = No equal values were recorded in both places. That does not show that there were none.
col-value = Cookie or parameter
col-trail-recipient = Addressed to
col-one = First recorded
col-other = And in
col-between = Time between
col-policy = Browser and cookie policy
policy-note = as the recording says; the cookie policy stands here only if the recording names it and is not established otherwise
trail-sent-again = cookie, sent again from another site
trail-link-decoration = parameter that a redirect added to the address
trail-own-cookie = value of a cookie of the other site
trail-carried-by = in
trail-to = request to
trail-from = from a page or frame of
state-none = no choice for { $site } recorded
state-before = before a choice for { $site }
state-transition = in the transition of choice { $n } for { $site }
state-after = after choice { $n } for { $site }

## 8 Gaps
c-gaps = Gaps in this recording
i-gaps = What could not be read from the recording. A gap limits what follows from the absence of a row in the other tables.
e-gaps = No gaps of the known kinds were found. The general limits below apply in full.
col-gap = What was not seen
col-count = Number
col-entries = Entries
col-kind = Identifier
whole-recording = the whole recording
gap-cut-off = { $n ->
    [one] The file ends in the middle: 1 byte at the end was not understood. What stands before it was read; what should have followed is not known.
   *[other] The file ends in the middle: { $n } bytes at the end were not understood. What stands before them was read; what should have followed is not known.
}
gap-interrupted = { $n ->
    [0] Recording was interrupted and taken up again. What happened in between was not recorded.
    [one] Recording was interrupted and taken up again; 1 byte at the interruption was not understood. What happened in between was not recorded.
   *[other] Recording was interrupted and taken up again; { $n } bytes at the interruption were not understood. What happened in between was not recorded.
}
gap-under-way = { $n ->
    [one] 1 exchange had begun when recording was interrupted; what was recorded of it is lost.
   *[other] { $n } exchanges had begun when recording was interrupted; what was recorded of them is lost.
}
gap-tunnels = { $n ->
    [one] 1 tunnel whose content was not read went through the proxy. Known are destination, time, number of bytes and what the browser offered unencrypted; the content, the server’s certificate and the encryption agreed on were not seen.
   *[other] { $n } tunnels whose content was not read went through the proxy. Known are destination, time, number of bytes and what the browser offered unencrypted; the content, the server’s certificate and the encryption agreed on were not seen.
}
gap-browser-storage = { $n ->
    [one] A proxy does not see what the browser stores other than cookies (such as local storage), nor what scripts read, as long as it is not sent.
   *[other] A proxy does not see what the browser stores other than cookies (such as local storage), nor what scripts read, as long as it is not sent ({ $n } recordings).
}
gap-unopened = { $n ->
    [one] 1 connection was asked for and carried nothing: the proxy refused it, or the browser left while the encryption was being agreed on. A browser does the latter also when it connects in advance.
   *[other] { $n } connections were asked for and carried nothing: the proxy refused them, or the browser left while the encryption was being agreed on. A browser does the latter also when it connects in advance.
}
gap-upstream-proxy = { $n ->
    [one] Servers were reached through another proxy of the network. It looked up the names and chose the addresses, so the record holds no addresses of servers, and names that lead to private addresses were not refused. For addresses without TLS, an error page of that proxy cannot be told from an answer of the server.
   *[other] Servers were reached through another proxy of the network ({ $n } recordings). It looked up the names and chose the addresses, so the record holds no addresses of servers, and names that lead to private addresses were not refused. For addresses without TLS, an error page of that proxy cannot be told from an answer of the server.
}
gap-copy-masked = { $n ->
    [one] In 1 entry values are masked: this is a masked copy of a sealed recording. What stood there is not shown; that nothing else was changed can be checked against the seal of the original.
   *[other] In { $n } entries values are masked: this is a masked copy of a sealed recording. What stood there is not shown; that nothing else was changed can be checked against the seal of the original.
}
gap-copy-withheld = { $n ->
    [one] In 1 entry the body of the request or of the answer is left out of this masked copy. It was recorded, and the seal of the original commits to it.
   *[other] In { $n } entries the body of the request or of the answer is left out of this masked copy. They were recorded, and the seal of the original commits to them.
}
gap-copy-exhibits = { $n ->
    [one] 1 exhibit (a picture of the window, a consent screen, a report of the browser) is left out of this masked copy. It was recorded, and its digest is known.
   *[other] { $n } exhibits (pictures of the window, consent screens, reports of the browser) are left out of this masked copy. They were recorded, and their digests are known.
}
gap-secrets-kept = { $n ->
    [one] Passwords and login tokens were recorded as they were sent: masking was turned off. Whoever holds this recording may be able to log in with them.
   *[other] Passwords and login tokens were recorded as they were sent: masking was turned off ({ $n } recordings). Whoever holds these recordings may be able to log in with them.
}
gap-rules-broken = { $n ->
    [one] The rule files had 1 mistake when this was recorded, and the operator went on without the rules concerned. If rules about passwords and login tokens were among them, these were recorded as they were sent.
   *[other] The rule files had { $n } mistakes when this was recorded, and the operator went on without the rules concerned. If rules about passwords and login tokens were among them, these were recorded as they were sent.
}
gap-unsearched-bodies = { $n ->
    [one] In 1 entry content was sent in which passwords and login tokens could not be looked for everywhere, because of its encoding, its length or its structure. It was recorded as it was sent, except for what was found.
   *[other] In { $n } entries content was sent in which passwords and login tokens could not be looked for everywhere, because of its encoding, its length or its structure. It was recorded as it was sent, except for what was found.
}
gap-quic-disabled = { $n ->
    [one] 1 offer of HTTP/3 was removed from answers, so that the browser did not come to use that protocol. Without the proxy, traffic might have gone over it.
   *[other] { $n } offers of HTTP/3 were removed from answers, so that the browser did not come to use that protocol. Without the proxy, traffic might have gone over it.
}
gap-web-rtc = { $n ->
    [one] Traffic that does not go through the proxy, such as WebRTC and other UDP traffic, was not seen.
   *[other] Traffic that does not go through the proxy, such as WebRTC and other UDP traffic, was not seen ({ $n } recordings).
}
gap-encrypted-hello = { $n ->
    [one] Behind a proxy a browser asks for no keys of Encrypted Client Hello (ECH). Whether it would have used it without the proxy was not seen.
   *[other] Behind a proxy a browser asks for no keys of Encrypted Client Hello (ECH). Whether it would have used it without the proxy was not seen ({ $n } recordings).
}
gap-interim-held = { $n ->
    [one] 1 answer in advance (such as 103 Early Hints) was recorded but not delivered to the browser. Without the proxy the browser could have asked for parts earlier.
   *[other] { $n } answers in advance (such as 103 Early Hints) were recorded but not delivered to the browser. Without the proxy the browser could have asked for parts earlier.
}
gap-own-page = { $n ->
    [one] 1 request to the recording program's own page is no entry. It was sent to no server.
   *[other] { $n } requests to the recording program's own page are no entries. They were sent to no server.
}
gap-no-page = { $n ->
    [one] The page that was examined could not be established (1 entry). Relations are therefore not established.
   *[other] The page that was examined could not be established ({ $n } entries). Relations are therefore not established.
}
gap-no-request-cookies = { $n ->
    [one] The only request carries no Cookie header field. Exports often leave it out; its absence does not show that no cookies were sent.
   *[other] None of the { $n } requests carries a Cookie header field. Exports often leave these out; their absence does not show that no cookies were sent.
}
gap-no-set-cookies = { $n ->
    [one] The only answer carries no Set-Cookie header field. Exports often leave it out; its absence does not show that no cookies were set.
   *[other] None of the { $n } answers carries a Set-Cookie header field. Exports often leave these out; their absence does not show that no cookies were set.
}
gap-no-request-headers = { $n ->
    [one] In 1 entry the header fields of the request were not recorded.
   *[other] In { $n } entries the header fields of the request were not recorded.
}
gap-no-response-headers = { $n ->
    [one] In 1 entry the header fields of the answer were not recorded.
   *[other] In { $n } entries the header fields of the answer were not recorded.
}
gap-no-response = { $n ->
    [one] In 1 entry the answer was not recorded, or the request failed.
   *[other] In { $n } entries the answer was not recorded, or the request failed.
}
gap-no-request-body = { $n ->
    [one] In 1 entry a request body was announced but not recorded; its content was not examined.
   *[other] In { $n } entries a request body was announced but not recorded; its content was not examined.
}
gap-no-response-body = { $n ->
    [one] In 1 entry a body of the answer was announced but not recorded; its content was not examined.
   *[other] In { $n } entries a body of the answer was announced but not recorded; its content was not examined.
}
gap-lossy-body = { $n ->
    [one] In 1 entry a body was kept as text, so that not every byte need be the original one.
   *[other] In { $n } entries a body was kept as text, so that not every byte need be the original one.
}
gap-no-messages = { $n ->
    [one] Of 1 WebSocket connection the messages were not recorded.
   *[other] Of { $n } WebSocket connections the messages were not recorded.
}
gap-messages-cut = { $n ->
    [one] Of 1 WebSocket message only the first part was recorded, or nothing, because it was longer than what is kept of one message. It was passed on whole.
   *[other] Of { $n } WebSocket messages only the first part was recorded, or nothing, because they were longer than what is kept of one message. They were passed on whole.
}
gap-messages-unread = { $n ->
    [one] After a switch of protocols 1 byte was passed on that was not recorded as part of a message, because it cannot be read as a WebSocket message.
   *[other] After a switch of protocols { $n } bytes were passed on that were not recorded as part of a message, because they cannot be read as WebSocket messages.
}
gap-no-start-time = { $n ->
    [one] In 1 entry the start time is missing or not readable.
   *[other] In { $n } entries the start time is missing or not readable.
}
gap-mended-text = { $n ->
    [one] 1 entry could be read only after invalid text had been mended.
   *[other] { $n } entries could be read only after invalid text had been mended.
}
gap-not-an-entry = { $n ->
    [one] 1 element of the list of entries is not an entry and was not examined.
   *[other] { $n } elements of the list of entries are not entries and were not examined.
}
gap-other-flows = { $n ->
    [one] 1 element of the recording is not an HTTP exchange (but TCP, UDP, DNS, a tunnel, or messages of a WebSocket whose opening request is not in the recording) and was not examined.
   *[other] { $n } elements of the recording are not HTTP exchanges (but TCP, UDP, DNS, tunnels, or messages of WebSockets whose opening request is not in the recording) and were not examined.
}
gap-changed-by-hand = { $n ->
    [one] 1 entry was changed or held back by hand in the program that recorded it, before the recording was saved. What stands in it is not necessarily what browser and server sent.
   *[other] { $n } entries were changed or held back by hand in the program that recorded them, before the recording was saved. What stands in them is not necessarily what browser and server sent.
}
gap-sent-by-tool = { $n ->
    [one] In 1 entry the program that recorded it sent the request or the answer itself (a replay): the browser or the server named there did not send it at that moment.
   *[other] In { $n } entries the program that recorded them sent the request or the answer itself (a replay): the browser or the server named there did not send it at that moment.
}
gap-web-archive = { $n ->
    [one] This recording is a web archive. Such files are made to show pages again, often by a program that visits pages in another way than a person does; it does not say how long anything took, nor what made the browser send a request, and the header fields in it may have been put together again.
   *[other] These { $n } recordings are web archives. Such files are made to show pages again, often by a program that visits pages in another way than a person does; they do not say how long anything took, nor what made the browser send a request, and the header fields in them may have been put together again.
}
gap-digest-mismatch = { $n ->
    [one] The bytes of 1 entry do not have the digest that the archive gives for them: one of the two was changed, or was wrong from the start.
   *[other] The bytes of { $n } entries do not have the digest that the archive gives for them: one of the two was changed, or was wrong from the start.
}
gap-body-cut = { $n ->
    [one] Of 1 entry the archive holds a body in part only.
   *[other] Of { $n } entries the archive holds a body in part only.
}
gap-record-length = { $n ->
    [one] 1 record of the archive does not end where its head says. The next record was searched behind it; its content may lack bytes or have too many.
   *[other] { $n } records of the archive do not end where their heads say. The next record was searched behind each of them; their content may lack bytes or have too many.
}
gap-package-mismatch = { $n ->
    [one] 1 file in the package is not the one that the package’s own list names: length or digest differ, or it is missing from the package or from the list.
   *[other] { $n } files in the package are not those that the package’s own list names: length or digest differ, or they are missing from the package or from the list.
}
gap-signature-unchecked = { $n ->
    [one] The package has a signature. It was not checked here; who made the package, and when, is not established by it.
   *[other] { $n } packages have a signature. They were not checked here; who made the packages, and when, is not established by them.
}
gap-unreadable-address = { $n ->
    [one] The address of 1 entry cannot be read. To whom it was addressed is not established; it is not in tables 2 to 4.
   *[other] The addresses of { $n } entries cannot be read. To whom they were addressed is not established; they are not in tables 2 to 4.
}
gap-hostless = { $n ->
    [one] 1 entry has no host (data:, blob:, about:) and was sent to nobody. It is not in tables 2 to 4.
   *[other] { $n } entries have no host (data:, blob:, about:) and were sent to nobody. They are not in tables 2 to 4.
}
gap-from-cache = { $n ->
    [one] 1 entry was served from the browser’s cache: according to the recording nothing was sent for it at that moment.
   *[other] { $n } entries were served from the browser’s cache: according to the recording nothing was sent for them at that moment.
}
gap-no-tls-facts = { $n ->
    [one] The recording holds no facts about the encrypted connection and the certificate of the server (1 entry). That the server was the one named was not checked. Unencrypted connections (http:) are not counted here.
   *[other] The recording holds no facts about encrypted connections and certificates of servers ({ $n } entries). That the servers were the ones named was not checked. Unencrypted connections (http:) are not counted here.
}
gap-no-server-address = { $n ->
    [one] In 1 entry the network address of the server was not recorded.
   *[other] In { $n } entries the network address of the server was not recorded.
}
gap-other = Something else was not seen (number: { $n }); the identifier says what.
limits = General limits
limits-intro = The following is not observable in a recording of this kind, or was not examined.
limit-recorder = What the recording program did not record: connections that it did not see or could not decrypt, and requests before its start and after its end.
limit-app = What a mobile app sends.
limit-storage = What is kept in the browser other than cookies (such as local storage), as long as it was not sent.
limit-script = Cookies that a script reads or writes in the browser, as long as they were not sent.
limit-after = Processing at the recipient: for what purpose data are used, how long they are kept and whom they are provided to.
limit-profile = Whether a profile is built, and according to what logic contents are chosen.
limit-country = The country in which data are stored or from which they can be read.
limit-start = Whether the browser was clean at the start, who operated it, and from which network address, unless the chapter about scenario and start says so.
limit-choice = What was chosen in a cookie screen, unless a row says so.
limit-control = Whether a flow occurs because of this page. That takes control recordings of other pages; none were compared here.
limit-legal = Whether storing or reading a cookie required consent, or whether data relate to a person who can be identified. These are legal assessments.

## 9 Method
m-tool = Tool
m-tool-text = The analysis was made with { $tool } { $version }. The analysis uses no network and no clock: the same recording, rules and lists give the same annex with the same version.
m-observer = Who recorded
m-observer-text = The recording was imported. It was made by another program than { $tool }, which can vouch neither for its completeness nor for its correctness.
m-observer-own = The recording was made with the intercepting proxy of { $tool }. The browser trusted a certificate made for that purpose, and the proxy itself kept the connections to the servers; what it changed in the traffic is recorded.
m-observer-effect = Recording itself can influence traffic: a proxy in between, an automated browser or a switched-off protocol can change what a server answers.
m-rules = Rules and lists
m-rules-text = Every statement about an owner, a cookie or an endpoint comes from a rule file; the file and the line stand beside it. What a list of others says is a statement of that list and stands under its name.
c-inputs = Rule files and lists that were used
col-file = File
col-input-kind = Kind
col-version = Title and version
col-rules = Rules
col-rejected = Lines not usable
col-matched = Requests matched
col-excepted = Of an exception
input-rules = rule file
input-suffix = Public Suffix List
input-none = No lists of others were used.
built-in = built into the tool
version-line = version { $version }
not-applicable = n/a
m-definitions = Definitions
d-page = Page examined
d-page-text = The page relative to which “same site” is meant. It was named by the operator or, if not, derived from the recording: from the titles of pages, the first document, the Referer fields of requests or the first entry. Table 1 says which.
d-first-document = First document
d-first-document-text = The first entry in the recording that was answered with an HTML document.
d-registrable = Registrable domain
d-registrable-text = The part of a host name that can be registered, such as `example.org` in `www.example.org`, according to the Public Suffix List. A network address stands for itself.
d-same-site = Same site
d-same-site-text = The registrable domain is that of the page examined.
d-same-owner = Same owner
d-same-owner-text = The registrable domain is another one, and the rules name the same owner for both.
d-other-owner = Other owner
d-other-owner-text = The rules name another owner than that of the page examined.
d-owner-ne = Owner not established
d-owner-ne-text = No rule names the owner of the domain, or none names that of the page.
m-values = Values
m-values-masked = Query values are not printed, only the names of parameters.
m-values-text = Values of cookies are not printed. In their place stands a keyed fingerprint: the same value has the same fingerprint within this annex.
m-values-recording = Its key is the digest of the recording, so that an annex of another recording has other fingerprints. They can be linked and are not secret: the digest of the recording stands in table 1, so whoever can guess a value can confirm it.
m-values-session = Its key is the digest of the recording's session file, so that an annex of another recording has other fingerprints. They can be linked and are not secret: whoever holds the recording and can guess a value can confirm it.
m-values-case = Its key is made from the secret of the case, so that the same value has the same fingerprint in all recordings of the case. Whoever does not hold that secret cannot confirm a guess.

## 10 Custody
c-custody = What the chain of custody says in sum
i-custody = The recording was made with the proxy of { $tool }, which kept a chained log while recording. That log holds no judgement. This table sums it up.
custody-none = This recording carries no chain of custody: it was made by another program and imported. What happened to it before the import does not follow from this annex.
custody-rests = Changes after recording can be detected; the completeness and honesty of the recording itself rest on whoever recorded.
k-custody-period = Recording
k-custody-started = began:
k-custody-ended = ended:
k-custody-no-end = not recorded: interrupted
k-custody-log = Log of the chain of custody
k-custody-records = { $n ->
    [one] 1 record
   *[other] { $n } records
}
k-custody-recorded = Recorded
k-custody-entries = { $n ->
    [one] 1 exchange
   *[other] { $n } exchanges
}
k-custody-connections = { $n ->
    [one] 1 connection to a server
   *[other] { $n } connections to servers
}
k-custody-tunnels = { $n ->
    [one] 1 tunnel whose content was not read
   *[other] { $n } tunnels whose content was not read
}
k-custody-changes = Changes to traffic on its way
k-custody-changes-note = each change is recorded so that the original form can be rebuilt, except where something was masked
k-custody-masks = Secrets masked before they were recorded
k-custody-masks-note = each was overwritten in place, with the same length, before anything was written to the disk; what was sent is unchanged. The log of the chain of custody says for each place, length, rule and keyed fingerprint. What stood there cannot be checked. By rule:
k-custody-masks-kept = none: whoever recorded had passwords and login tokens recorded as they were sent
k-custody-masks-unknown = not stated by the recording
k-custody-recoveries = Times taken up again after an interruption
k-custody-sync = { $n ->
    [one] a record lies at most 1 ms with the operating system before it is forced to the disk; after a loss of power what fell into that time may be missing
   *[other] a record lies at most { $n } ms with the operating system before it is forced to the disk; after a loss of power what fell into that time may be missing
}
k-custody-authority = Certificate of the proxy (SHA-256)
k-custody-authority-note = the browser trusted this certificate, which was made for recording; it is not that of the servers visited
k-custody-case = Case
k-custody-ledger = number in the ledger of the case: { $n }
k-custody-no-case = The recording belongs to no case. So it has no number in the ledger of a case, and it cannot be seen whether other recordings were made that were not used.

## 11 Verify
v-intro = Verification needs the folder that this annex is in and the tool { $tool } { $version }. With the recording itself the analysis can be repeated as well.
arg-folder = FOLDER
arg-recording = RECORDING
arg-case = CASE
arg-file = FILE
v-cmd-folder = Check that the files in the folder belong together and that the chain of digests in the evidence log is unbroken:
v-cmd-head = Check that the evidence log is still the one whose digest this copy of the annex prints:
v-cmd-capture = Check that the file is the recording that was examined, and repeat the analysis from it:
c-log = Evidence log
k-log-file = File
k-log-records = Records, header and end included
k-log-head = Digest of the last record
v-rests = What the proof rests on
v-rests-1 = A change to the evidence log, to the rules or to the recording can be detected against the digests printed in this annex, in so far as this copy of the annex, or the digest of the last record, was kept out of reach of whoever made the change. This annex carries no timestamp of an independent authority.
v-rests-2 = The analysis repeats: whoever has the recording, the rules and the lists arrives at the same rows.
v-rests-3 = Completeness and honesty of the recording rest on whoever recorded it. Whether the recording is typical is another question. Neither follows from a successful check.

## 12 Sources
c-sources = Works that statements in this annex refer to
i-sources = A source is named where a statement rests on it. Being named does not mean that the statement was checked.
e-sources = No statements of sources apply to this recording.
col-source = Source
col-publisher = Publisher
col-reference = Where it is found
col-date = Date
col-id = Identifier

## 13 Words
g-recipient = Recipient
g-recipient-text = Here: the registrable domain to which a recorded request was addressed. Not meant as a term of the GDPR.
g-entry = Entry
g-entry-text = A numbered request with its answer in the recording, counted in the order of the file.
g-endpoint = Endpoint
g-endpoint-text = A host, method and path to which requests were addressed.
g-cookie = Cookie
g-cookie-text = A small text that an answer or a script gives the browser to keep, and that the browser sends along with later requests.
g-set-cookie = Set-Cookie line
g-set-cookie-text = The line in an answer by which a server asks the browser to keep, change or delete a cookie.
g-stretch = Stretch
g-stretch-text = The part of a recording that begins with a new browser profile, as the operator or the script marked it.
g-choice = Choice on a screen
g-choice-text = What was clicked on a cookie screen: for which site, with which literal text, when, and according to whom. No judgement about consent.
g-transition = Transition
g-transition-text = The time from the click or the request with the choice to the beginning of the answer to it. Where only a person’s mark says when: the 10 seconds before and after it.
g-trail = Trail
g-trail-text = A value that was recorded both while the examined site was visited and with another site.
g-lifetime = Lifetime of a cookie
g-lifetime-text = How long the browser is asked to keep the cookie. This is not the retention period of data at a recipient.
g-validator = Cache validator
g-validator-text = A value that an answer gives the browser to keep with its copy (`ETag` or `Last-Modified`), and that the browser sends back on its next visit.
g-retention = Retention period
g-retention-text = How long an organisation keeps data. It cannot be observed by recording traffic.
g-rule = Rule
g-rule-text = A statement in a rule file, with its source, by which something was recognised or named.
g-page-mark = Mark of the Page
g-page-mark-text = The identifier, name or address by which a request names a Page.
g-query = Query
g-query-text = The part of an address behind the question mark, with fields and their values.
g-hint = Client hint
g-hint-text = A header field in which a browser tells something of itself or of the device, such as its version or operating system.
g-websocket = WebSocket
g-websocket-text = A connection that stays open, over which browser and server send messages to each other.
g-host = Host
g-host-text = The name of a server in an address, such as www.example.org.
g-header = Header
g-header-text = Lines that a browser or server puts before the content of a request or answer; “referer” is the line with the address from which it was asked.
g-frame = Frame
g-frame-text = A part of a page in which another page is loaded.
g-persona = Personas
g-persona-text = Kinds of visitors described in the plan, with or without an account; not existing persons.
g-scenario = Scenario
g-scenario-text = A visit described beforehand: persona, path of choices and target.
g-control = Control visit
g-control-text = A visit to another page, to compare with; no test against a norm.
g-ledger = Case ledger
g-ledger-text = The numbered list in which each recording stands before its first request.
g-profile = Browser profile
g-profile-text = The folder in which a browser keeps cookies and settings; no profile of a person.
g-proxy = Proxy
g-proxy-text = The program between browser and server that recorded the traffic.
g-timestamp = Timestamp
g-timestamp-text = A signed statement by somebody else that data with this digest existed at that time.
g-samesite = SameSite
g-samesite-text = A request of a server to the browser about which requests from other sites may carry the cookie.
g-fingerprint = Fingerprint
g-fingerprint-text = A short code calculated from a value, by which equal values can be recognised without being printed.
g-digest = Digest (SHA-256)
g-digest-text = A check value over a file. If one byte changes, the digest changes.
g-list = Filter list
g-list-text = A list by others of addresses that browser extensions block. Here it is used only to report what the list says.

## Beside the wire (beside)

k-taken-in = Taken into the case
k-taken-in-text = This recording was made with another program and stands as number { $number } in the ledger of the case (repetition { $repetition } of the scenario). The file lies there as it came: nothing in it was masked, and no custody log vouches for it. What this file format cannot hold is among what was not seen.
k-taken-in-said = Says whoever took it in:
# The plan of a case: dataspoor status
status-case = Case { $id }: { $title }
status-closed = Closed at { $at }; nothing more is recorded in it.
status-no-plan = The case has no plan: there is no [[scenario]] in case.toml. docs/case.md shows how one is written, and so does `dataspoor init --plan-example`.
status-legend = Usable recordings of those that are wanted; what is to be said of them stands below.
status-persona = Persona
status-choice = Path of choices
status-square-missing = { $count } missing
status-short-recorded = recorded
status-short-running = running
status-short-not-used = not used
status-short-lost = lost
status-short-purged = purged
status-short-locked = encrypted
status-short-changed = changed
status-short-empty = empty
status-short-interrupted = interrupted
status-short-stopped = stopped
status-short-too-old = too old
status-short-not-clean = start not clean
status-short-not-judged = not judged
status-short-other-plan = other plan
status-short-ahead-of-clock = in the future
status-cell = { $name }: { $usable } of { $wanted } usable
status-repetition = repetition { $nr }
status-further = beyond the plan:
status-missing = missing
status-to-come = to come
status-recording = recording { $nr } ({ $day })
status-baseline = the idle browser, to compare others with
status-emulated = emulated telephone: the browser of a computer that was told to show itself as one
status-is-recorded = recorded
status-is-running = is being recorded
status-is-not-used = NOT USED: { $by }, { $at }: “{ $reason }”
status-is-lost = LOST: it stands in the ledger and is not on the disk
status-is-purged = PURGED on { $at }, as the ledger notes: { $why }
status-is-locked = ENCRYPTED: not looked into; pass the file of a private key with --identity
status-is-changed = CHANGED: { $what }
status-is-empty = came to nothing: an end is noted, and no recording is there
status-is-interrupted = INTERRUPTED and taken up again
status-is-not-taken-up = INTERRUPTED and not taken up yet; the next `dataspoor record` does that, or `dataspoor verify` of the recording
status-is-stopped = STEPS STOPPED: { $what }
status-is-too-old = TOO OLD: { $days } days
status-is-not-clean = START NOT CLEAN
status-is-not-judged = START NOT JUDGED YET: no annex lies in its folder (report/annex.json); `dataspoor replay` makes one that can be put there
status-is-other-plan = RECORDED BY ANOTHER PLAN: different are { $members }
status-is-ahead-of-clock = BEGINS IN THE FUTURE: a clock was wrong
status-wall = ended by { $name }
status-imported = made elsewhere, according to whoever took it in: { $by }
status-imported-unsaid = made elsewhere; nothing is said of how
status-other-day = planned for { $day }
status-kept-until = was to be kept until { $day }
status-begin = see [{ $nr }]
status-begins = Begin and network address:
status-start-new = new profile made by the program; first request to each host without cookies, but for those that this recording itself had set before
status-start-with-cookies = { $count ->
    [one] new profile made by the program; the first request to { $count } host carried a cookie that nothing in this recording had set
   *[other] new profile made by the program; the first request to { $count } hosts carried a cookie that nothing in this recording had set
}
status-start-kept = { $count ->
    [one] no clean start: kept profile { $name }, used by { $count } recording before
   *[other] no clean start: kept profile { $name }, used by { $count } recordings before
}
status-start-unknown = no clean start: the profile was not made by the program, and nothing is known of it
status-start-not-judged = new profile made by the program; whether cookies went along at once is not judged yet
status-address = network address not recorded
status-address-said = network address not recorded; it is said to be: { $said }
status-outside = Recordings that the plan does not name:
status-kept = Kept beside the recordings:
status-what-vendor-text = text of the vendor
status-what-access-answer = answer to a request for access
status-what-control = control without the proxy
status-what-consent-rules = rules of others for cookie screens
status-kept-lost = LOST: it stands in the ledger and is not on the disk
status-kept-changed = CHANGED: it is not the file that the ledger noted
status-strangers = In the folder of recordings, and not in the ledger of this case:
status-stranger-own = says that it is recording { $nr } of this case; the ledger does not know it
status-stranger-other = is recording { $nr } of the case { $case }
status-stranger-none = names no case, or cannot be read
status-kept-case-until = Recordings of this case are kept until { $day } ({ $why }). Access: { $access }.
status-retention = { $count ->
    [one] { $count } recording is past the day until which it was to be kept. Nothing is removed by itself.
   *[other] { $count } recordings are past the day until which they were to be kept. Nothing is removed by itself.
}
status-total = { $at }: { $usable } of { $wanted } planned recordings usable; { $recordings } in the ledger, { $unused } of them not used.

bes-title = Beside the wire
bes-lead = What the vendor itself writes, what it returned to a request for access, and a visit that no proxy intercepted, each held against the recordings of this case.
bes-h-recordings = Recordings
bes-i-recordings = All recordings in the ledger of the case. One that is not used stands here with the reason and counts in none of the tables. Requests to the audited organisation's own domains are left out of all of them.
bes-recording = Recording { $number }
bes-discarded = not used:
bes-h-statements = Statements in the vendor's texts
bes-i-statements = Each row is one statement of a text with title and date. The table only says whether and where something was recorded by which the statement can be tested; whether a statement is true does not follow from it. What happens at the recipient cannot be observed by a proxy.
bes-c-statements = Statements and what was recorded of them
bes-col-statement = Statement
bes-col-source = Source
bes-col-outcome = Outcome
bes-col-test = Tested by
bes-kept = Text (SHA-256):
bes-outcome-seen = recorded
bes-outcome-not-seen = not recorded in these scenarios
bes-outcome-not-tested = not tested: there is no recording in which it could have been seen
bes-outcome-not-observable = not observable by a proxy
bes-when-any = at any time
bes-when-before-choice = before anything was chosen in a consent screen
bes-when-after-decline = after what is optional was declined
bes-when-after-allow = after it was allowed
bes-when-after-withdrawal = after it was taken back
bes-in-recordings = { $n ->
    [one] 1 recording in which it could have been seen
   *[other] { $n } recordings in which it could have been seen
}
bes-seen-at = recording { $recording }, entry
bes-more = { $n ->
    [one] and in 1 more recording (in the tables)
   *[other] and in { $n } more recordings (in the tables)
}
bes-h-answers = Answers to requests for access
bes-i-answers = Values of the answer were compared with values sent in requests, by fingerprints under the key of the case. Equal is: the same text without spaces around it, an e-mail address also in lower case, and the same instant in another form. Values that are encrypted, hashed or put together are not recognised. Equal values may be chance. That a field was not returned does not say that it was kept. No value stands here; places in the answer that may be a value themselves are masked. The answer itself is never shared.
bes-no-answers = No answer to a request for access is kept in this case.
bes-answer-counts = Values in the answer: { $values }, of which too short to be compared: { $short }. Fields compared: { $fields }. Recordings: { $recordings }.
bes-all-recordings = It is not said of the answer, or of recordings, whose they are; so all recordings were compared of which no other persona is known.
bes-fields-left-out = { $n ->
    [one] 1 field was not compared, because there were too many.
   *[other] { $n } fields were not compared, because there were too many.
}
bes-c-answers = Fields sent, and the answer
bes-col-field = Field, or place in the answer
bes-col-values = Equal values
bes-col-returned-at = Returned at
bes-col-seen = Recorded in
bes-answer-seen-and-returned = seen leaving and returned
bes-answer-seen-not-returned = seen leaving, not returned
bes-answer-returned-not-seen = returned, not seen leaving
bes-equal-of = { $equal } of { $values }
bes-more-rows = { $n ->
    [one] 1 more row stands in the CSV and JSON forms.
   *[other] { $n } more rows stand in the CSV and JSON forms.
}
bes-h-controls = Observer effect
bes-i-controls = A proxy and a steered browser can change what a server answers. Here a visit of the same scenario that no proxy intercepted stands beside the recordings. A difference may also come from time, chance or varying content; the table names no cause. Requests of the browser itself count on both sides.
bes-no-controls = No visit without interception is kept in this case. So whether observing changed the answers was not examined.
bes-control-counts = Requests in the control: { $requests }. Recordings of this scenario: { $recordings }.
bes-format-har = The control is a HAR of a browser's own tools.
bes-format-netlog = The control is a NetLog of Chromium: requests, and names of cookies as far as the browser wrote them down; no content.
bes-cannot-show = The control cannot show this: { $what }. Its absence there says nothing.
bes-recording-cannot-show = Recording { $number } cannot show this: { $what }. Its absence there says nothing.
bes-cut-off = The control ends in the middle of the file: what is missing from it may have come later.
bes-quic = In the control these hosts were spoken to over QUIC (HTTP/3), which the proxy does not let through:
bes-c-controls = Recordings and control
bes-col-aspect = Kind
bes-col-what = What
bes-col-seen-on = Seen in
bes-col-control = Numbers in the control
bes-aspect-host = host
bes-aspect-endpoint = endpoint (method, host, path)
bes-aspect-cookie-set = name of a cookie in an answer, and the host
bes-aspect-cookie-sent = name of a cookie in a request, and the host
bes-seen-on-both = the control and all recordings
bes-seen-on-both-not-always = the control and some of the recordings
bes-seen-on-only-intercepted = recordings only
bes-seen-on-control-cannot-show = recordings; the control cannot show it
bes-seen-on-only-control = the control only
bes-n-of = { $n } of { $of } recordings
