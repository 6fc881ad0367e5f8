
## 15 What the browser itself says
h-beside = What the browser itself says
toc-no-beside = Chapter 15, what the browser itself says, is missing: this recording holds nothing of what the browser itself says. The numbers of the other chapters stay the same.
i-beside = At marks the browser was asked what it keeps and what it refused. Its answers are set here beside what was recorded on the way. They hold for the moment of the mark; what lay in the browser between two marks was not observed. Values were not read: of cookies and storage, only names and lengths are known. A refusal stands here only where the browser itself says so, with its own word for the reason.
beside-c-reports = When the browser was asked
beside-c-cookies = Cookies beside the browser’s jar
beside-c-refusals = What the browser says it refused or let through by exception
beside-c-storage = Storage not visible to a proxy: names and lengths, as the browser says
beside-col-mark = Mark
beside-col-browser = Browser
beside-col-jar = Cookies in the jar
beside-col-refusals = Refusals
beside-col-not-read = What could not be read
beside-col-state = What recording and browser together show
beside-col-wire = Recorded until the mark
beside-col-jar-says = In the jar
beside-col-lifetime = Lifetime asked for, and as the browser took it
beside-col-withheld = What the browser says of it
beside-col-what = What
beside-col-reason = Reason, in the browser’s own word
beside-col-host = Host of the request
beside-col-times = Times
beside-col-origin = Origin
beside-col-store = Where
beside-col-name = Name
beside-col-length = Length of the value
beside-exhibit = exhibit { $n }
beside-report-ref = mark { $n }
beside-refusals-reported = reported by the browser
beside-refusals-interrupted = reported by the browser, but not all of it was heard
beside-refusals-not-reported = this protocol reports no refusals: that none stand here says nothing
beside-protocol-cdp = asked over the Chrome DevTools Protocol
beside-protocol-bidi = asked over WebDriver BiDi
beside-nothing-unread = nothing
beside-state-refused = refused by the browser: { $reasons }
beside-state-sent-no-set-cookie = sent, no Set-Cookie recorded
beside-state-not-in-jar = not in the jar at the mark
beside-state-jar-as-set = in the jar as set
beside-state-jar-otherwise = in the jar, otherwise than the last recorded Set-Cookie line has it
beside-state-jar-only = in the jar, and neither set nor sent on the wire
beside-state-jar-not-said = set; the browser did not say what its jar holds
beside-differs-deleted = that line deletes it
beside-differs-value-length = the value has another length
beside-differs-secure = Secure differs
beside-differs-http-only = HttpOnly differs
beside-as-set-note = the length of the value and the attributes Secure and HttpOnly agree; the value itself was not compared
beside-set = { $n ->
    [one] 1 Set-Cookie line
   *[other] { $n } Set-Cookie lines
}
beside-sent = { $n ->
    [one] sent with 1 request
   *[other] sent with { $n } requests
}
beside-in-jar = yes
beside-not-in-jar = no
beside-partition = kept apart for { $site }
beside-partition-asked = the line asks to be kept apart for each site at the top
beside-asked-seconds = asked for: { $n } seconds
beside-asked-session = asked for: until the end of the browser’s session
beside-kept-seconds = the browser: { $n } seconds
beside-kept-until = the browser: until { $time }
beside-kept-session = the browser: until the end of its session
beside-times = { $n ->
    [one] once
   *[other] { $n } times
}
beside-direction-set = Set-Cookie not taken
beside-direction-send = not sent with a request
beside-direction-set-exempted = taken by an exception
beside-direction-send-exempted = sent by an exception
beside-store-local = localStorage
beside-store-session = sessionStorage
beside-store-database = IndexedDB database
beside-store-cache = cache (Cache Storage)
beside-store-service-worker = service worker
beside-length = { $n ->
    [one] 1 UTF-16 code unit
   *[other] { $n } UTF-16 code units
}
beside-no-length = not read
beside-e-cookies = No cookie was in the jar, and none had been recorded.
beside-e-refusals = No refusal is reported. Where the browser’s protocol reports refusals (see the first table of this chapter), it says that there was none.
beside-e-storage = No names were read. That does not show that nothing is stored: frames that were not open at the mark were not asked.
beside-unreadable = { $n ->
    [one] 1 report of the browser is in the recording and cannot be read.
   *[other] { $n } reports of the browser are in the recording and cannot be read.
}
beside-left-out = { $n ->
    [one] 1 row or name was left out because the tables would have grown past their bound.
   *[other] { $n } rows or names were left out because the tables would have grown past their bound.
}
beside-of-auditee = { $n ->
    [one] 1 cookie of the audited organisation’s own domains is not listed, because requests to these are no flows.
   *[other] { $n } cookies of the audited organisation’s own domains are not listed, because requests to these are no flows.
}
gap-storage-between-marks = { $n ->
    [one] What the browser stores was read at 1 mark, as the browser says it; at other moments it was not observed, nor was what scripts read.
   *[other] What the browser stores was read at { $n } marks, as the browser says it; between them it was not observed, nor was what scripts read.
}
gap-browser-report-unreadable = { $n ->
    [one] 1 report of what the browser itself says is in the recording and cannot be read.
   *[other] { $n } reports of what the browser itself says are in the recording and cannot be read.
}
