
## Fields: what was sent per endpoint
h-fields = Fields per endpoint
s-fields = { $n ->
    [one] Of the one field sent, the meaning of { $k } ({ $p } %) is not established; of another { $u } it rests only on a claim that was not checked
   *[other] Of the { $n } fields sent, the meaning of { $k } ({ $p } %) is not established; of another { $u } it rests only on a claim that was not checked
}
i-fields = A field is a named value in a request: in the path, the query, a form, JSON, the header, a cookie or a message. What is packed in another field was unpacked as far as possible; a field that only holds others stands in the table as a step and is not counted. A field counts each time it was recorded, also where one request holds it more than once. Its meaning is that given by the named speaker; where it says ‘not established’, no rule says anything. These fields are not marked as harmless.
i-fields-values = Values are printed only where a rule allows it. Values of at least eight bytes were compared with each other; what a value looks like does not say what it means. The locator of every field stands in `fields.csv` and `annex.json`.
h-shares = How much is not established
c-shares = Share of fields and bytes whose meaning is not established
col-scope = Of what
col-endpoints = Endpoints
col-fields = Fields
col-not-established = Meaning not established
col-unverified = Only a claim that was not checked against a source
share-of-recording = the whole recording
share-of-platform = the platform and what is affiliated with it
share-platform-none = no endpoint with this position: not established
share-of = { $n } ({ $p } %)
share-bytes = { $n ->
    [one] 1 byte ({ $p } %)
   *[other] { $n } bytes ({ $p } %)
}
c-endpoints = Endpoints, with the share whose meaning is not established
h-endpoints = Endpoints
i-endpoints = The endpoints of the platform come first, then by number of requests. Requests belong to one endpoint if one rule knows them, or else if host, path and operation are equal; `*` stands for a part of the path that looks like a value. The last column is for an examiner who signs with name and date: content, functional or diagnostic data. The program does not fill it in.
col-field-who = Relation, position and owner
col-data-kind = Content, functional or diagnostic
operation-label = operation:
endpoints-more = { $n ->
    [one] 1 endpoint is not in this table; it stands in `endpoints.csv`.
   *[other] { $n } endpoints are not in this table; they stand in `endpoints.csv`.
}
e-endpoints = No requests with fields were recorded.
by-choice-before = { $n } before a choice
by-choice-transition = { $n } in transition
by-choice-after = { $n } after a choice
by-choice-none = { $n } without a recorded choice
h-header-fields = Fields of the header
i-header-fields = Browsers send these fields with nearly every request. They stand here once for all endpoints where the same rules hold; in the shares they count with every endpoint. Per endpoint they stand in `fields.csv`. The number of different values is the highest of one endpoint.
c-header-fields = Fields of the header, of all endpoints together
e-header-fields = No fields of the header were recorded.
col-field = Place and field
col-meaning = Meaning, and who says so
col-data = Category of the data and what the value tells apart
col-certainty = Certainty
col-looks = Layers and looks
col-field-times = Times and requests
col-field-bytes = Bytes and different values
col-values = Values shown
col-field-hosts = Hosts
claim-no-meaning = no meaning given
values-not-printed = not printed
no-name = without a name
field-step = step: only holds other fields and is not counted
identifies-label = tells apart:
layers = { $n ->
    [0] as sent
    [one] 1 layer unpacked
   *[other] { $n } layers unpacked
}
layers-range = { $from } to { $to } layers unpacked
looks-label = looks like:
field-times = { $n ->
    [one] once
   *[other] { $n } times
}
field-bytes = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
different-values = { $n ->
    [0] no value of eight bytes or more
    [one] 1 value of eight bytes or more
   *[other] { $n } different values of eight bytes or more
}
different-many = more different values than are counted
fields-more = { $n ->
    [one] 1 other field is not in this table; it stands in `fields.csv` as far as it was kept.
   *[other] { $n } other fields are not in this table; they stand in `fields.csv` as far as they were kept.
}
hosts-endpoints = { $n ->
    [one] 1 endpoint
   *[other] { $n } endpoints
}
place-path = path
place-query = query
place-form = form
place-json = JSON
place-header = header
place-cookie = cookie
place-message = message
place-body = body
looks-empty = empty
looks-number = a number
looks-time = a time
looks-boolean = yes or no
looks-uuid = a UUID
looks-hexadecimal = hexadecimal
looks-address = an address (URL)
looks-e-mail-like = an e-mail address
looks-word = a word
looks-text = text
looks-bytes = bytes
h-hints = What the browser says of itself on request (client hints)
i-hints = In an answer a host can ask (`Accept-CH`) that the browser sends particulars of itself and of the device. What a browser sends unasked stands here too; `no such answer recorded` means that no answer of that host asking for it was recorded.
c-hints = Client hints: asked for and sent, per host
col-hint = Hint
col-asked-by = Asked for
col-hint-given = Sent
hint-asked = entry { $nr }
hint-not-asked = no such answer recorded
hint-not-given = not sent in a recorded request
e-hints = No client hints were asked for or sent in this recording.
hints-more = { $n ->
    [one] 1 row is not in this table; it stands in `client-hints.csv` as far as it was kept.
   *[other] { $n } rows are not in this table; they stand in `client-hints.csv` as far as they were kept.
}
model-dpia-heading = For the Model DPIA Rijksdienst, paragraph 2 (Personal data)
model-dpia-intro = The columns are those of the model. Each row is a term that the named sources use for fields or cookies that were sent; category and type stand there only where a speaker names them. Whether data are personal data depends on who holds them and on what they can be joined with; that is for a person to establish. What is missing here is not marked as anything else.
model-dpia-caption = Proposal of the program; to be established by a person
model-dpia-personal = Personal data (persoonsgegeven)
model-dpia-category = Category of personal data
model-dpia-none = No rule calls a field or a cookie that was sent so. That does not say that no personal data were sent.
col-data-subject = Category of data subject
col-personal-type = Type
col-from = Source
col-said-so = Said by
personal-from = traffic of the browser, recorded in this recording
personal-from-endpoint = endpoint { $nr }
personal-more = { $n ->
    [one] 1 row is not in this table; it stands in `personal-data.csv`.
   *[other] { $n } rows are not in this table; they stand in `personal-data.csv`.
}
subject-visitor = visitor (recorded under no other account); whether citizen or staff: not established
subject-staff = member of staff of the audited organisation
subject-auditee-site = visitor of a site of the audited organisation itself
h-undecoded = What could not be unpacked
i-undecoded = Of the requests below a part was not read as it should be. What it held is missing from the tables of this chapter and from the shares.
c-undecoded = Anomalies in unpacking requests
col-undecoded = What is the matter
e-undecoded = Nothing odd was found in unpacking.
undecoded-broken-coding = The content coding is unknown or its data are broken.
undecoded-unpacks-to-too-much = Unpacked, the content would be larger than the program allows; only its beginning was read.
undecoded-too-many-fields = There are more fields than the program reads.
undecoded-nested-too-deep = The content is nested deeper than the program reads.
undecoded-broken-syntax = The content is not what its media type says.
undecoded-not-text = Text that is not UTF-8.
left-requests = { $n ->
    [one] 1 request belongs to an endpoint for which there was no room; it is not counted in this chapter.
   *[other] { $n } requests belong to endpoints for which there was no room; they are not counted in this chapter.
}
left-not-kept = { $n ->
    [one] Once a field was counted and not kept by name, because its endpoint has too many different fields.
   *[other] { $n } times a field was counted and not kept by name, because its endpoint has too many different fields.
}
left-rows = { $n ->
    [one] 1 field was counted and has no row, because the table would grow too long.
   *[other] { $n } fields were counted and have no row, because the table would grow too long.
}
left-not-read = { $n ->
    [one] At least 1 field was not read, because its request has more than the program reads.
   *[other] At least { $n } fields were not read, because their requests have more than the program reads.
}
h-per-endpoint = Per endpoint: detail ladder and fields
i-per-endpoint = The detail ladder says what is seen at each level and what stays hidden: from the host alone to every unpacked field. Which level is needed does not follow from the recording.
per-endpoint-more = { $n ->
    [one] 1 endpoint has no tables here; its fields stand in `fields.csv`, its ladder in `detail-ladder.csv`.
   *[other] { $n } endpoints have no tables here; their fields stand in `fields.csv`, their ladders in `detail-ladder.csv`.
}
endpoint-heading = Endpoint { $nr }
endpoint-share = { $n ->
    [0] No fields were sent to { $endpoint }.
    [one] Of the one field sent to { $endpoint } in this examination, the meaning of { $k } ({ $p } %) is not established; such a field stands in this annex and is not marked as harmless.
   *[other] Of the { $n } fields sent to { $endpoint } in this examination, the meaning of { $k } ({ $p } %) is not established; these fields stand in this annex and are not marked as harmless.
}
endpoint-unverified = { $n ->
    [0] The meaning of no field rests only on a claim that was not checked against a source.
    [one] The meaning of 1 field ({ $p } %) rests only on a claim that was not checked against a source.
   *[other] The meaning of { $n } fields ({ $p } %) rests only on a claim that was not checked against a source.
}
endpoint-header-fields = { $n ->
    [one] 1 field of the header stands in table { $table }.
   *[other] { $n } fields of the header stand in table { $table }.
}
said-of-endpoint = According to sources about this endpoint:
c-ladder = Detail ladder of { $endpoint }
c-fields = Fields sent to { $endpoint }
col-level = Level
col-seen = What is seen
col-hidden = What stays hidden
level-host = host
level-endpoint = endpoint
level-parameter = parameter
level-field = unpacked field
ladder-host = { $n ->
    [one] that 1 request was sent to this host, and when
   *[other] that { $n } requests were sent to this host, and when
}
ladder-endpoint = { $n ->
    [one] method, path and operation of 1 request to this endpoint
   *[other] method, path and operation of { $n } requests to this endpoint
}
ladder-parameter = { $n ->
    [0] no fields as they stand in the request
    [one] name and value of 1 field as it stands in the request
   *[other] names and values of { $n } fields as they stand in the request
}
ladder-field = { $n ->
    [0] no fields
    [one] name and value of 1 unpacked field
   *[other] names and values of { $n } unpacked fields
}
ladder-hidden = { $n ->
    [0] no field
    [one] 1 field ({ $p } %)
   *[other] { $n } fields ({ $p } %)
}
ladder-hidden-meaning = meaning not established: { $n } ({ $p } %); only unchecked: { $u }
e-fields = No other fields than those of the header were recorded.
h-sent = What was sent to each recipient
i-sent = A field counts each time it was recorded; their meaning and source stand in chapter 14. Bytes of header fields are not counted. The last column counts requests before and after a choice for the site of the examined page, all stretches of the recording together, also where different choices were made in them; in transition: from the click to the answer.
c-sent = Fields, cookies and bytes per recipient, and when with regard to the choice
col-sent-fields = Fields by category of the data
col-sent-cookies = Names of cookies sent
col-sent-bytes = Bytes in requests / in answers
col-sent-choice = Requests and the choice
sent-fields = { $n ->
    [one] 1 field
   *[other] { $n } fields
}
sent-names = { $n ->
    [one] 1 name
   *[other] { $n } names
}
sent-unverified = { $n } not checked against a source
sent-url-bytes = { $n ->
    [one] 1 byte in addresses (URLs)
   *[other] { $n } bytes in addresses (URLs)
}
sent-body-bytes = { $n ->
    [one] 1 byte recorded in content of requests
   *[other] { $n } bytes recorded in content of requests
}
sent-answer-bytes = { $n ->
    [one] 1 byte recorded in content of answers
   *[other] { $n } bytes recorded in content of answers
}
sent-bodies-open = { $n ->
    [one] the content of 1 request is not, or not whole, in the recording
   *[other] the content of { $n } requests is not, or not whole, in the recording
}
sent-answers-open = { $n ->
    [one] the content of 1 answer is not, or not whole, in the recording
   *[other] the content of { $n } answers is not, or not whole, in the recording
}
endpoint-bodies = { $n ->
    [one] The content of 1 request is not, or not whole, in the recording; what stood in it is not counted.
   *[other] The content of { $n } requests is not, or not whole, in the recording; what stood in it is not counted.
}
g-field = Field
g-field-text = A named value in a request, wherever it stands. What anybody says about its meaning stands beside it, with source and date.
g-ladder = Detail ladder
g-ladder-text = What is seen of the requests to an endpoint at four levels: host, endpoint, parameter, unpacked field.
s-fields-own = { $n ->
    [one] without header fields and path segments: of 1 field the meaning of { $k } ({ $p } %) is not established, and of another { $u } only unchecked
   *[other] without header fields and path segments: of { $n } fields the meaning of { $k } ({ $p } %) is not established, and of another { $u } only unchecked
}
share-of-recording-without-headers = the whole recording, without header fields and path segments
share-of-platform-without-headers = the platform and what is affiliated with it, without header fields and path segments
i-shares = Header fields and path segments belong to nearly every request and mostly have a public meaning; so each share stands here without them too. A claim that leaves the meaning open, or that is about another site, does not count as a meaning.
claim-open = (leaves the meaning here open)
different-step = values of steps were not compared
field-short = { $n ->
    [0] only sent empty
    [one] field present, value of at most 1 byte
   *[other] field present, value of at most { $n } bytes
}
field-see-cookie = see row { $nr } of table 3
sent-no-category = category not established
sent-too-short = { $n ->
    [one] 1 with the name of an identifier and a value of at most 1 byte
   *[other] { $n } with the name of an identifier and a value of at most 1 byte
}
personal-connection = { $n ->
    [one] every connection: a server sees the address to which the answer goes; 1 request, endpoints: { $endpoints }. The address is no field of a request.
   *[other] every connection: a server sees the address to which the answer goes; { $n } requests, endpoints: { $endpoints }. The address is no field of a request.
}
personal-from-traffic = follows from the traffic itself
personal-too-short = { $n ->
    [one] 1 field is not among them, because every value that was sent is empty or too short to be an identifier (at most 1 byte).
   *[other] { $n } fields are not among them, because every value that was sent is empty or too short to be an identifier (at most 1 byte).
}
i-sent-no-choice = No choice was recorded for the site of the examined page.
