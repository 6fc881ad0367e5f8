
## 4 Attribution
h-attr = What made the browser ask, and who acted
i-attr = For every request: the page to which it belongs, what made the browser send it and who acted, each with what it rests on and how sure it is. “Stated”: the browser or the recording says so. “Derived”: it follows from several facts. “Fits only”: it only fits in time or place. “Not established”: nothing speaks for it. Who acted says nothing about anybody's role.
c-attr-triggers = Requests by what triggered them and who acted
e-attr-triggers = Requests were not attributed.
i-attr-ways = Data can come to a platform in three ways: entered by the examined organisation itself, sent by the browser of a visitor on a page of the platform, or sent from the organisation's own sites. The table counts the requests to the platform in each way; requests to others stand together in a row of their own. The first way cannot be established from the traffic without rules that tell which requests do that. With a preflight a browser asks a server whether another request may be sent; preflights are counted by themselves.
c-attr-ways = Requests by the way in which they were sent
e-attr-ways = Requests were not attributed.
i-attr-mentions = Here stand requests that carry the identifier, the name or the address of the examined Page. That is a fact about the bytes; why it stands there, the recording does not show.
c-attr-mentions = Fields that carry the examined Page
e-attr-mentions = No field was found that carries the examined Page, or nothing was given to look for.
c-attr-preflights = Preflights and the requests that they announced
e-attr-preflights = No preflight was recorded among the flows.
col-attr-trigger = Trigger
col-attr-trigger-confidence = How sure
col-attr-actor = Who acted
col-attr-actor-confidence = How sure
col-attr-hosts = Hosts
col-attr-first = First entry
col-attr-way = Way
col-attr-sure = How sure
col-attr-staff = Under another account
col-attr-mention = Carry the Page
col-attr-endpoint = Endpoint
col-attr-what = What of the Page
col-attr-where = Where
col-attr-preflight = Preflight
col-attr-request = Request
attr-page-label = page:
attr-trigger-label = triggered by:
attr-acted-label = who acted:
attr-entry = entry { $nr }
attr-preflights = { $n ->
    [one] 1 of these is a preflight
   *[other] { $n } of these are preflights
}
attr-preflights-only = { $n ->
    [one] and 1 preflight
   *[other] and { $n } preflights
}
attr-with-mention = { $n ->
    [one] 1 of these carries the examined Page's identifier, name or address
   *[other] { $n } of these carry the examined Page's identifier, name or address
}
attr-of-host = of { $host }
attr-undone = after undoing percent-encoding
attr-no-request = no such request recorded
attr-recipients = { $n ->
    [one] to 1 registrable domain
   *[other] to { $n } registrable domains
}
attr-sure-stated = stated
attr-sure-derived = derived
attr-sure-guessed = fits only
attr-sure-not-established = not established
attr-trigger-navigation-typed = address typed or opened from outside of any page
attr-trigger-navigation-link = link clicked
attr-trigger-navigation-form = form sent
attr-trigger-navigation-by-page = document opened by a page, without a click
attr-trigger-navigation-in-page = page fetched without a new document
attr-trigger-navigation = document opened
attr-trigger-redirect = redirect
attr-trigger-document-parser = address in the document
attr-trigger-stylesheet = stylesheet
attr-trigger-script = script
attr-trigger-frame = frame
attr-trigger-choice = choice on the screen
attr-trigger-unload = page being left
attr-trigger-idle = none of the visitor's: nothing had been done for a while
attr-trigger-preflight = preflight
attr-trigger-service-worker = service worker
attr-trigger-reporting = report to an endpoint that an answer named
attr-trigger-prefetch = fetched ahead of use
attr-trigger-browser = the browser itself
attr-trigger-not-established = not established
attr-actor-visitor = as a visitor: recorded without another account
attr-actor-staff = somebody under another account than the one that is logged in
attr-actor-auditee-site = a page of the examined organisation's own site
attr-actor-not-established = not established
attr-way-visitor-on-platform = by a visitor's browser, from a page of the platform
attr-way-auditee-sites = from the examined organisation's own sites
attr-way-elsewhere = from a page or frame of another site
attr-way-not-established = not established
attr-basis-navigation-itself = it opens the page itself
attr-basis-navigation-signature = by a rule about navigation
attr-basis-recording-page = the recording gives it to the page
attr-basis-initiator = the recording names what asked
attr-basis-referer = Referer
attr-basis-referer-origin = Referer, host only
attr-basis-origin = Origin
attr-basis-ping-from = Ping-From
attr-basis-fetch-site = Sec-Fetch-Site
attr-basis-frame-chain = frame of the page
attr-basis-declared-endpoint = endpoint that an answer to the page named
attr-basis-connection-and-time = connection and time
attr-basis-time = time
attr-basis-unload = the page was being left
attr-basis-none = nothing
attr-mention-page-id = number
attr-mention-page-name = name
attr-mention-page-address = address
attr-way-entered-by-auditee = entered by the examined organisation itself
attr-way-other-account = under another account than the one that is logged in; in which way is not established
attr-way-other-recipients = addressed to other recipients than the platform, in whichever way, requests that were not sent included
attr-way-needs-rules = cannot be established from the traffic without rules for it
attr-way-no-own-sites = own sites not given
attr-way-no-platform = not established: no platform given
attr-none = none
