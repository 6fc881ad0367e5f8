# Files that hold nothing but tables: a workbook with a sheet for each. A table is named by its file, so its title says what a row of it is.

tables-dataspoor-annex = Tables of the annex: recorded data flows
tables-dataspoor-comparison = Tables of the comparison of recordings
tables-dataspoor-case-annex = Tables of the annex over a case
tables-simulated = Simulated – { $title }
tables-fact-recording = Recording
tables-fact-recording-format = Format of the recording
tables-fact-recording-sha256 = SHA-256 of the recording
tables-fact-recording-bytes = Length of the recording in bytes
tables-fact-recording-started = Start of the first request (UTC)
tables-fact-tool = Made with
tables-fact-rules-sha256 = SHA-256 of the rules
tables-fact-evidence-head = Digest of the last record of the evidence log
tables-fact-urls = Values of parameters in addresses (full or masked)
tables-fact-case = Case
tables-fact-recordings = Number of recordings (sheet “register”)
tables-note-text = What was recorded stands here as text. Characters that cannot be seen, or that change the order of others, are written as codes.
tables-note-cells = An empty cell says that nothing is known or that nothing applies, not that there was nothing. Times are in UTC.
tables-sheet = Sheet
tables-title = What its rows are
tables-rows = Rows
tables-rows-left-out = Rows that do not fit
tables-cut = { $n ->
    [0] No cell was cut.
    [one] One cell was too long for a sheet and was cut; annex.json or comparison.json has it in full.
   *[other] { $n } cells were too long for a sheet and were cut; annex.json or comparison.json has them in full.
}
tables-cut-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}
tables-column = Column
tables-row = Row of the sheet
tables-characters = Characters in full
tables-cell-cut = … [cut: { $n } characters in full]

table-recipients = Recipients: registrable domains to which requests were addressed
table-addresses = Addresses at which recipients answered
table-other-names = Hosts that are another name of a host of another site
table-cookies = Cookies that were set or sent
table-comparison-lines = Lines with which lifetimes are compared
table-lifetimes = Lifetimes that sources state, beside the recorded ones
table-validators = Values that a browser keeps with a copy and sends back (cache validators)
table-flows = Data flows: requests by method, host and path
table-endpoints = Endpoints with the share of fields that nobody explained
table-fields = Fields that were sent, by endpoint
table-detail-ladder = What can be seen at each level of detail, by endpoint
table-client-hints = What the browser was asked to say of itself, and said
table-personal-data = Data for paragraph 2 of the Model DPIA
table-timeline = Time line of the visit
table-choices = Cookies set and sent, before and after each choice on the screen
table-trail = Values seen with the platform and with another site
table-gaps = What was not recorded or could not be read
table-attribution = What requests are attributed to
table-ways = Ways by which requests came about
table-page-mentions = Where the examined page is named in requests
table-preflights = Requests with which a browser asks leave for another
table-identifiers = Identifiers with what can be counted of their values
table-cookie-recipients = To whom values of cookies were sent
table-identifier-recipients = To whom values of identifiers were sent
table-sharing = Where values of identifiers were found elsewhere
table-survivals = Values that were seen in more than one browser profile
table-redirects = Redirects between sites
table-sent-from-other-sites = Cookies in requests from pages of other sites
table-not-sent-again = Cookies that a recipient was not sent again from another site
table-recordings = Recordings that were compared with each other
table-planted = Where values that were typed on purpose were found
table-assessment = What persons wrote about what was recorded
table-risks = Risks as persons wrote them
table-risk-evidence = What risks rest on according to those persons
table-risk-measures = Measures against risks according to persons
table-risk-retests = Retests of risks according to persons
table-planted-values = Values that were typed on purpose
table-browser-reports = Moments at which the browser was asked what it holds
table-browser-cookies = Cookies as the browser reports them, beside what was recorded
table-browser-refusals = Cookies that the browser reports as refused
table-browser-storage = What the browser reports as stored, without values
table-scenario = The scenario with its start and outcome
table-consent-screens = Consent screens that were shown
table-consent-options = Options of the consent screens, with their literal text
table-consent-clicks = Clicks on options of consent screens
table-consent-rules = Rules of others for consent screens that were carried out
table-pictures = Pictures of the window
table-register = All recordings, used and not used
table-class-groups = Personas and paths of choices for which classes were made
table-classes = Classes of what was recorded on the examined page and on controls
table-answers = Answers to the questions
table-not-established = Questions that were not established, with the reason
table-matrix = Cookies by persona and path of choices
table-series = Cookies over recordings with a kept profile
table-differences = What was recorded on either side
table-bytes = Bytes sent and answered on either side
table-case-fields = Fields over the whole case
table-case-cookies = Cookies over the whole case
table-case-parties = Parties over the whole case
table-case-locations = Addresses of servers over the whole case
table-case-endpoints = Endpoints over the whole case
table-case-personal-data = Data for paragraph 2 of the Model DPIA, over the whole case
table-case-ways = Ways by which something was sent, over the whole case
table-case-ladder = Levels of detail by endpoint, over the whole case
table-case-trail = Values at the examined site and at another, over the whole case
table-case-consent-screens = Layers of consent screens, over the whole case
table-case-clicks = Clicks in consent screens, over the whole case
table-case-words = Words of persons about the case
table-case-techniques = Techniques over the whole case
table-case-files = Documents for the DPIA dossier
table-case-inputs = Values of fields that may be printed, over the whole case
