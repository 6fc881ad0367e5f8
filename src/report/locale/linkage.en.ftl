
## 7 Identifiers: who was sent them, and where their values were found
s-identifiers = { $n ->
    [one] 1 cookie, entity tag, parameter or field has values that might tell one browser from another; that they do so does not follow from that
   *[other] { $n } cookies, entity tags, parameters or fields have values that might tell one browser from another; that they do so does not follow from that
}
s-sharings = { $n ->
    [one] 1 place was found in which such a value stood outside its own cookie, parameter or field, with another site or from a page or frame of another site
   *[other] { $n } places were found in which such a value stood outside its own cookie, parameter or field, with another site or from a page or frame of another site
}
trail-linked-value = value found in another place or form
trail-control = The recording says that this browser blocked cookies in requests between sites. In this recording no cookie was sent again from a page or frame of another site.
trail-control-sent = The recording says that this browser blocked cookies in requests between sites. In this recording cookies were sent again from pages or frames of other sites all the same; the rows say which.
trail-sentence = In one browser profile ({ $browser }; { $policy }) the value with pseudonym { $pseudonym } was sent to { $host } { $one } (entry { $entry }) and again, { $later } later, to { $again } { $two } (entry { $last }); state of the choice on the other site: { $state }.{ $form }{ $control }
trail-sentence-decoration = In one browser profile ({ $browser }; { $policy }) the answer of { $host } (entry { $entry }) redirected the browser to an address with parameter { $name }, value { $pseudonym }; { $later } later request { $last } to { $again } held the same parameter with that value; state of the choice then: { $state }.
trail-sentence-own = In one browser profile ({ $browser }; { $policy }) the value of cookie { $name } of { $site } (pseudonym { $pseudonym }) stood in request { $last } to { $again } (field { $field }), and as a cookie in entry { $entry } with { $host }; the time between the two is { $later }; state of the choice at request { $last }: { $state }.{ $form }
trail-at-visit = during the visit to the examined site ({ $site })
trail-at-other = from a page or frame of { $site }
trail-clause-form = Outside its own place the value stood there as: { $codings }.
trail-clause-control = This recording is itself a control in which cookies in requests between sites were blocked.
trail-clause-no-control = A control in which cookies in requests between sites were blocked was not compared here.
trail-answer-of = answer of
trail-as-cookie = as a cookie
trail-as-field = in field
span-ms = { $n } ms
span-s = { $s } s
span-min = { $n } min { $s } s
span-h = { $n } h { $m } min
span-d = { $n ->
    [one] 1 day
   *[other] { $n } days
} { $h } h
trail-sentence-no-browser = browser not recorded
trail-button = , button “{ $text }”
policy-allowed = cookies in requests between sites: allowed
policy-blocked = cookies in requests between sites: blocked
policy-browser-default = cookies in requests between sites: as this browser does by itself
policy-not-recorded = policy on cookies in requests between sites: not recorded

h-sent-other = Cookies sent from pages or frames of another site
c-sent-other = Cookies of a domain in requests from pages or frames of another site
i-sent-other = One row per cookie, value, stretch and site. Other than in table 8, the value need not have been recorded while the examined site was visited too. A row says that the cookie was sent in a request that came from a page or frame of another site. Where no Set-Cookie was recorded, it is not established who set the cookie and when: an answer from before the recording, an answer that is missing, or a script. Requests whose page is not established do not stand here.
e-sent-other = No cookie was recorded that was sent from a page or frame of another site. That does not show that there was none.
s-sent-other = { $n ->
    [one] 1 cookie was sent in requests from a page or frame of another site than the cookie's own
   *[other] { $n } cookies were sent in requests from a page or frame of another site than the cookie's own
}, with { $sites ->
    [one] 1 site
   *[other] { $sites } sites
}
sent-other-set = set by an answer of
sent-other-not-set = no Set-Cookie recorded in this recording
sent-other-clause-set = in this recording a Set-Cookie for this cookie was recorded in an answer of { $hosts }
sent-other-clause-not-set = in this recording no Set-Cookie for this cookie was recorded
sent-other-sentence = In one browser profile ({ $browser }; { $policy }), in { $n ->
    [one] 1 request from a page or frame of { $site }
   *[other] { $n } requests from a page or frame of { $site }
}, cookie { $name } (value with pseudonym { $pseudonym }) was sent to { $hosts }, first in entry { $entry }; { $set }; state of the choice then: { $state }. What a recipient does with it, the recording does not show.
col-link-sent-to = Sent to
col-link-sent-first = Requests, first recorded
col-link-set = Set-Cookie in this recording
col-link-states = State of the choice at the first request

h-not-again = Cookies not sent again
c-not-again = Cookies sent from pages of the examined site and not from pages of another site
i-not-again = One row per cookie and other site. The cookie was sent to the recipient from a page of the examined site; requests to the same recipient from pages of the other site were recorded in the same stretch, and none carried the cookie with the same value. This says what this recording holds. Whether a browser sends a cookie depends on its cookie policy, on the attributes of the cookie and on the address that is asked.
e-not-again = No such cookie was recorded.
not-again = not sent again in this recording
not-again-other-value = sent with another value
not-again-requests = { $n ->
    [one] 1 request from a page or frame of { $site }
   *[other] { $n } requests from pages or frames of { $site }
}

h-link-recipients = Identifiers by recipient
i-link-recipients = The tables count places in requests in which the value stood: as itself (the cookie as a cookie, the field as that field), or elsewhere (its value in another field, as it is or encoded). One request can hold several such places. They say who was sent a value, not who knew it before, nor what is done with it.
c-link-cookies = Cookies and the recipients that were sent their value
e-link-cookies = No cookie with such a value was sent.
c-link-uses = Identifiers, recipients and the sites from whose pages they were sent
e-link-uses = No such value was sent.
h-link-sharings = Values found outside their own place
i-link-sharings = Every value of an identifier was looked for in every other place of the recording: addresses, header fields, cookies, bodies and messages; as it is, percent-encoded, in base64, hexadecimal, and as MD5, SHA-1 or SHA-256, up to two of these on top of each other. A row says which host was sent the value (after Acar et al., CCS 2014, section 5.1). It does not say that the site that sent it knew it: scripts of others act in the name of the page.
i-link-limits = Not found are values shorter than 8 bytes, values joined with others before they were encoded, other encodings and digests, encrypted values, and bodies beyond a ceiling. Equal values can be chance where they are short or common.
link-bytes = Looked through: { $n } bytes, the values of the unpacked fields; a value packed in layers counts in each layer.
link-bytes-left-out = Not looked through because they are not kept or lie beyond a ceiling: { $n } bytes.
c-link-sharings = Values found with another site than the identifier's own, or from a page or frame of another site
e-link-sharings = None were found.
c-link-own = Values found between the identifier's own site and its own pages
i-link-own = Traffic between the site to which an identifier belongs and its own pages, or pages that are not established; the rows show in which other places the value stood.
h-link-redirects = Redirects that were followed
i-link-redirects = One row per redirect; redirects that follow on each other have the number of one chain. A parameter is carried along if it stands in both addresses with the same value of at least 8 bytes.
c-link-redirects = Redirects from entry to entry, and what was carried along
e-link-redirects = No redirect was followed among the flows.
h-link-survivals = The same value in several browser profiles
i-link-survivals = Each stretch begins with a new browser profile. A value that was seen in two of them outlived the clearing of cookies, was given again, or is the same for everybody; which of these it is, the recording does not show.
c-link-survivals = Values seen in more than one browser profile
e-link-survivals = No value of an identifier was seen in more than one profile.
link-seen-in = The same value was seen in { $profiles }
link-profile = stretch { $stretch }
link-profile-of = recording { $recording }, stretch { $stretch }
link-joins = joins recordings
link-across = the value was seen in its own place in another browser profile, and not before in this one

h-link-criteria = Technical appendix: identifiers
i-link-criteria = Cookies, entity tags, parameters and fields whose values may tell one browser or person from another, with what published research looks at. The columns are numbers; no column and no row says that something is an identifier. Whether a value leads to a person depends on who holds it. Values do not stand here: equal values have the same pseudonym (ID-1, ID-2 …) in all tables of this annex. The numbers begin anew in each annex: ID-1 elsewhere is another value.
c-link-criteria = Identifiers and the published criteria
e-link-criteria = No values of at least 8 bytes were found that a browser keeps and sends, or that a rule calls an identifier.
link-sources = Criteria: Acar et al., The Web Never Forgets, CCS 2014, section 4.1; Englehardt and Narayanan, CCS 2016 (the measurement of one million sites).
link-d-lifetime = Lifetime
link-d-lifetime-text = The longest that a recorded answer asked for. Acar et al. leave out cookies that end within a month; Englehardt and Narayanan keep those that live longer than 90 days. Cookies of the session are shown here too.
link-d-length = Length
link-d-length-text = Bytes of the shortest and the longest value. Englehardt and Narayanan keep 8 to 100 characters; Acar et al. leave out values whose length differs between measurements.
link-d-constant = Constant in the session
link-d-constant-text = The greatest number of different values in one browser profile, and the longest time between the first and the last sighting of one value. Both works leave out what changes during a measurement.
link-d-differs = Different between profiles
link-d-differs-text = The first value of each browser profile, compared with each other. A value that is the same for every browser tells none apart. Both works compare two measurements on different machines; here they are profiles on one machine, unless the recordings say otherwise.
link-d-similarity = Similarity
link-d-similarity-text = Ratcliff–Obershelp: two times the number of characters in matching blocks, divided by all characters of both values; the greatest of the pairs of the first 12 profiles, of the first 200 bytes of each value. Acar et al. leave out what is more than 0.33 alike; Englehardt and Narayanan keep what is less than 0.66 alike.
link-d-entropy = Entropy
link-d-entropy-text = Shannon's entropy of the characters of the first value, times its length, in bits. Neither work uses it as it stands here. It is an upper bound for a text of such characters, not a measure of how the value was made: a date or a word scores too.

col-link-identifier = Identifier
col-link-pseudonyms = Pseudonyms of the values
col-link-lifetime = Lifetime asked for
col-link-length = Length
col-link-constant = Constant in the session
col-link-differs = Different between profiles
col-link-entropy = Entropy, upper bound
col-link-recipient = Recipient
col-link-other-site = Other site
col-link-policy = Cookie policy
col-link-outcome = In this recording
col-link-as-itself = Sent as itself
col-link-elsewhere = Sent elsewhere
col-link-from = From pages or frames of
col-link-first = First recorded
col-link-form = Form of the value
col-link-who = With whom the value was found
col-link-choice = Asked from, state of the choice
col-link-place = Place and field
col-link-when = Entry, time and number
col-link-chain = Chain
col-link-redirect-from = Answer that redirects
col-link-redirect-to = Request that followed
col-link-carried = Carried along
col-link-profiles = Seen in
col-link-number = Number in the case
col-link-recording = Recording
col-link-linked = Compared with others

link-carrier-cookie = cookie
link-carrier-entity-tag = entity tag (ETag)
link-carrier-decoration = parameter added to addresses
link-carrier-field = field
link-of = of { $site }
link-row = table 8h, row { $n }
link-identifies = by a rule it tells apart:
link-lifetime = in days: { $days }
link-lifetime-session = ends with the browser session
link-lifetime-none = no answer that gives one was recorded
link-bytes-one = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
link-bytes-range = { $from } to { $to } bytes
link-constant = { $n ->
    [one] 1 value per browser profile
   *[other] up to { $n } values in one browser profile
}
link-constant-days = constant, in days: { $days }
link-constant-span = constant as long as it was seen: over { $span }
link-constant-moment = seen for less than a second
link-unique = unique in { $n } of { $profiles } browser profiles
link-differs = { $n } different values in { $profiles } browser profiles
link-one-profile = seen in 1 browser profile: not compared
link-similarity = similarity at most { $similarity }
link-entropy = { $bits } bits
link-values-more = { $n ->
    [one] and 1 more
   *[other] and { $n } more
}
link-values-left-out = { $n ->
    [one] 1 sighting of a value was one too many to look for it elsewhere
   *[other] { $n } sightings of values were too many to look for them elsewhere
}
link-own-site = the identifier's own site
link-repeated = { $n ->
    [one] 1 row about a value that stands under another identifier too is left out of tables 8d and 8e; it stands in `sharing.csv`.
   *[other] { $n } rows about a value that stands under another identifier too are left out of tables 8d and 8e; they stand in `sharing.csv`.
}
link-encoded = { $n ->
    [one] of which 1 encoded or as a digest
   *[other] of which { $n } encoded or as digests
}
link-from-unknown = page not established
link-form-plain = the value as it is, by itself or within a longer text
link-form-part = a part of the value
link-form-first = { $coding } of the value
link-form-first-part = { $coding } of a part of the value
link-form-then = , then { $coding }
link-coding-percent = percent-encoding
link-coding-base64 = base64
link-coding-hex = hexadecimal notation
link-coding-md5 = MD5
link-coding-sha1 = SHA-1
link-coding-sha256 = SHA-256
link-way-request = { $part ->
    [0] { $host } was sent the value in a request
   *[other] { $host } was sent a part of the value in a request
}
link-way-referer = { $part ->
    [0] { $host } was sent the value in the Referer field
   *[other] { $host } was sent a part of the value in the Referer field
}
link-way-redirect = { $part ->
    [0] an answer redirects to { $host } with the value in the address
   *[other] an answer redirects to { $host } with a part of the value in the address
}
link-way-answer = { $part ->
    [0] the value stood in an answer of { $host }
   *[other] a part of the value stood in an answer of { $host }
}
link-way-message = { $part ->
    [0] { $host } was sent the value in a message
   *[other] { $host } was sent a part of the value in a message
}
link-in-path = path
link-in-query = query
link-in-form = form
link-in-json = JSON
link-in-header = header field
link-in-cookie = cookie
link-in-message = message
link-in-body = body
link-no-field = without a name
link-not-a-flow = not among the flows of this annex
link-carried-none = nothing found that was carried along
link-carried-parameters = parameters
link-carried-identifiers = identifiers
link-rest = { $n ->
    [one] 1 more row stands in { $file }.
   *[other] { $n } more rows stand in { $file }.
}
link-left-out = { $n ->
    [one] 1 row was left out because the table would have grown too long.
   *[other] { $n } rows were left out because the table would have grown too long.
}

## The report about several recordings
link-title = Identifiers in several recordings
link-title-lead = What browsers sent in the recordings of one case, looked at together
link-c-recordings = The recordings that were looked at together
link-i-recordings = Values are compared between recordings by fingerprints made with the secret of the case. A recording without that key cannot be compared with others; its rows stand for themselves.
link-linked = yes
link-not-linked = no: the recording has no key of the case
link-simulated = simulated
link-not-linked-n = { $n ->
    [one] 1 recording could not be compared with the others because it has no key of the case.
   *[other] { $n } recordings could not be compared with the others because they have no key of the case.
}

## 13 Terms
g-identifier = Identifier
g-identifier-text = A cookie, entity tag, parameter or field whose values may tell one browser or person from another; that it was used so does not follow from that.
g-pseudonym = Pseudonym
g-pseudonym-text = The name of a value within one annex, such as ID-1; not pseudonymisation in the sense of the GDPR.
g-way = Way
g-way-text = From where data come to a platform: entered by the examined organisation, sent from a page of the platform, or from the organisation's own sites.
g-trigger = Trigger
g-trigger-text = What made the browser send a request, such as a navigation, a redirect, a script or a choice.
g-preflight = Preflight
g-preflight-text = A request by which the browser asks a server whether another request may be sent.
