
## Pictures
pic-same-as = The same data stand in table { $n }.
pic-time-title = Time line of the visit
pic-time-desc = Stretches: { $lanes }; requests: { $requests }; choices: { $choices }. Events stand in table 5, choices in table 6 and requests in table 4.
pic-time-lane = Stretch { $n }, requests: { $requests }
pic-time-rest = { $n ->
    [one] 1 more stretch is not drawn; it stands in the table.
   *[other] { $n } more stretches are not drawn; they stand in the table.
}
pic-time-legend = For each stretch: bars show the number of requests (table 4), triangles the documents opened, circles the notes. A diamond with a number is a choice on the screen; the area with the dashed edge behind it is the transition, from the click or the request to the answer. Each stretch has a time scale of its own.
pic-flow-title = Whom the recorded requests were addressed to
pic-flow-desc = { $requests } requests to { $rows } registrable domains or addresses; holders that rules name: { $holders }; requests without an established holder: { $without }; most requests, { $most }, were addressed to { $site }.
pic-flow-visit = Recorded visit
pic-flow-holder = Holder of the domain
pic-flow-domain = Domain or address of the request
pic-flow-several = other recipients
pic-flow-unknown = not established
pic-flow-relation-unknown = relation not established
pic-flow-rest = { $n ->
    [one] 1 more domain or address
   *[other] { $n } more domains and addresses
}
pic-flow-legend = From left to right: the recorded visit with the examined site, the holder of the domain according to the rules, and the domain that requests were addressed to. The broader the band, the more requests; requests from pages of other sites in this recording are counted too. The sign at the left of a box is the relation to the examined site: full is the same site, level lines the same owner, slanted lines another owner, crossed lines not established; dots: several recipients together, or no established holder. A band does not say that a request arrived or was used.
pic-life-title = Lifetimes asked for cookies, beside the comparison lines
pic-life-desc = { $cookies } cookies: with a lifetime asked for { $asked }, until the end of the browser session { $session }, neither { $none }; the longest lifetime asked for is { $days } days; comparison lines: { $lines }.
pic-life-hour = hour
pic-life-day = day
pic-life-week = week
pic-life-month = month
pic-life-year = year
pic-life-ten-years = ten years
pic-life-hundred-years = hundred years
pic-life-session = session
pic-life-domain = Domain
pic-life-rest = { $n ->
    [one] 1 more cookie is not drawn; it stands in the table.
   *[other] { $n } more cookies are not drawn; they stand in the table.
}
pic-life-legend = Bar: the longest lifetime that an answer asked for; hatched: the part of it that browsers do not keep according to the standard. A short stroke in a bar: the shortest lifetime asked for. Circle: asked until the end of the browser session. The scale is logarithmic: each step is a multiple of the one before. Dashed lines are comparison lines from table 3a, where their source stands; that a bar goes beyond a line does not say whether it may.
model-dpia-pic-title = Personal data according to the named sources, by recipient
model-dpia-pic-head = Personal data, as the speakers call it
pic-terms-others = { $n ->
    [one] 1 more
   *[other] { $n } more
}
pic-terms-shortened = * The table names the first endpoints only; what went to others is not counted here.
pic-terms-rest = { $n ->
    [one] 1 more row is not drawn; it stands in the table.
   *[other] { $n } more rows are not drawn; they stand in the table.
}
pic-terms-desc = Terms: { $terms }; recipients: { $recipients }; cases in which fields of a term are recorded in requests to a recipient: { $filled }; terms that follow from the connection itself: { $connections }.
pic-terms-legend = Filled dot: requests to this domain are recorded with fields or cookies for which a speaker uses this term; the number is how many different fields. Open circle: follows from the connection itself. Empty: not recorded, which does not show that it was not there. Whether it is so in this case is for a person to establish.
pic-trail-title = Values that were recorded in two places
pic-trail-desc = { $rows } pairs of places with an equal value, with { $sites } sites: cookies sent again { $again }, parameters of a redirect { $decoration }, cookies of another site { $own }, found in another form { $linked }.
pic-trail-examined = examined site
pic-trail-other = pages or frames of it
pic-trail-rest = { $n ->
    [one] 1 more row is not drawn; it stands in the table.
   *[other] { $n } more rows are not drawn; they stand in the table.
}
pic-trail-legend = Each lane is a site from which was asked; a box is an entry of the recording, in order of time and not to scale. An arc goes from the earlier place of a value to the later one; the numbers on it are rows of the table, which names the choice on the other site too. An arc says that the value is the same, not what a recipient does with it.
cmp-pic-matrix-title = Personas and choices, { $target }
cmp-pic-matrix-desc = { $target }: personas: { $personas }; planned paths of choices: { $paths }; combinations with recordings: { $recorded } (recordings: { $recordings }), without: { $open }; cookies and recipients: { $rows }.
cmp-pic-matrix-cookies = Cookies
cmp-pic-matrix-recipients = Requests addressed to
cmp-pic-matrix-rest = { $n ->
    [one] 1 more row of the table is not drawn.
   *[other] { $n } more rows of the table are not drawn.
}
cmp-pic-matrix-cells = { $n ->
    [one] 1 more combination of persona and choice is not drawn.
   *[other] { $n } more combinations of persona and choice are not drawn.
}
cmp-pic-matrix-legend = Lines: personas and their planned paths of choices. Square: set; circle: cookie sent or request recorded, also one that was not sent. 2/3 means: in 2 of the 3 recordings that could show it. Full: in all; half: in some; empty: in none. Crossed lines: cannot be told. Slanted lines: nothing was recorded of this combination.
cmp-pic-title = A kept profile over time
cmp-pic-desc = Profile { $name }: { $cookies } cookies in { $recordings } recordings; with the same value as in the one before { $kept }, with another value { $changed }, set again with the same value { $renewed }.
cmp-pic-series-rest = { $n ->
    [one] 1 more cookie is not drawn; it stands in the table.
   *[other] { $n } more cookies are not drawn; they stand in the table.
}
cmp-pic-series-points = { $n ->
    [one] 1 later recording is not drawn; it stands in the table.
   *[other] { $n } later recordings are not drawn; they stand in the table.
}
cmp-pic-caption = Triangle: recorded for the first time. Filled circle: the value of the recording before. Diamond: another value. Square: recorded, values cannot be compared. Open circle: not recorded. Question mark: cannot be told. A frame around it: set again with the same value. Under each sign the names of the values; above each column the number of the recording in the register.
