
## 16 Scenario and start
h-scenario = Scenario and start
i-scenario = This recording was made by the plan of the case. What stands here was planned or stated. What was really clicked stands in the tables below and in chapter 6.
scenario-none = This recording belongs to no scenario of a case. How the browser began is therefore not established, except as stated below.
c-scenario = The scenario
scenario-name = Scenario
scenario-repetition = Repetition { $n }
scenario-persona = Persona
scenario-persona-note = As the plan of the case states it; not established from the traffic.
scenario-state-no-account = has no account
scenario-state-logged-out = has an account and is logged out
scenario-state-logged-in = is logged in
scenario-state-administrator = is logged in and administers the examined Page
scenario-path = Planned path of choices
scenario-path-note = Planned is not chosen.
scenario-path-no-choice = nothing is chosen
scenario-path-decline = what is optional is declined
scenario-path-allow = everything is allowed
scenario-path-withdraw = everything is allowed, and that is taken back later
scenario-path-other = something else, as its name says
scenario-target = Target and position in the examination
scenario-kind-audited-page = the examined Page
scenario-kind-control-page = another public Page: a control
scenario-kind-start-page = the start page of the platform: a control
scenario-kind-second-site = a site outside the platform
scenario-device = Device
scenario-device-desktop = ordinary computer
scenario-device-emulated-mobile = emulated telephone: the browser of a computer that was told to show itself as one
scenario-operated = Operated
scenario-operated-manual = by a person
scenario-operated-scripted = by a script
scenario-operated-mixed = by a script that stops where a person has to act
scenario-steps = SHA-256 of the steps
scenario-steps-note = Over name and content of every file of steps; the steps themselves lie in the recording.
scenario-steps-none = no file of steps
scenario-outcome = How the steps came out
outcome-complete = All steps were done.
outcome-wall = The visit ended at a wall:
outcome-stopped = The visit was broken off: a step could not be done.
outcome-not-recorded = not recorded
outcome-place = Step:
outcome-why = Reason:
outcome-steps = { $n ->
    [one] 1 step done
   *[other] { $n } steps done
}
outcome-handed = { $n ->
    [one] handed over to a person once
   *[other] handed over to a person { $n } times
}
outcome-means-wall = That is an outcome of its own: what lay behind the wall was not shown in this recording. That something is missing from this annex may be due to it.
outcome-means-stopped = What was recorded until then stands in this annex. That something is missing may be because the later steps were not done.
exhibit-nr = exhibit { $nr }
hand-counts = Requests while a script operated the browser: { $script }; while a person did: { $person }; not established: { $unknown }.
hand-label = Operated by:
hand-script = script ({ $n })
hand-person = person ({ $n })
hand-not-established = not established ({ $n })
not-used-title = This recording is not used
not-used-by = Decided by:
not-used-why = Reason:
not-used-record = Record { $n } of the case's ledger, digest
not-used-text = The recording stays as it was made, and everything in this annex follows from it. In a comparison of the case it is named and not counted. What the ledger noted after this annex was made does not stand in it.
not-used-short = Not used.
h-start = The start
start-warning = Warning about the start
start-is-cookies-at-start = The browser began with a new profile, but sent cookies to at least one host before anything in this recording can have set them. An earlier visit may have an effect on this recording.
start-is-kept-profile = The browser began with a kept profile. What earlier visits left in that profile may have an effect on this recording.
start-is-unknown-profile = The browser's profile was not made by this program; nothing is known of it. An earlier visit may have an effect on this recording.
start-profile-fresh = new profile made by the tool
start-profile-kept = { $n ->
    [0] kept profile { $name }, not used by an earlier recording
    [one] kept profile { $name }, used by 1 earlier recording
   *[other] kept profile { $name }, used by { $n } earlier recordings
}
start-profile-unknown = profile not made by the tool; nothing is known of it
start-profile-not-established = profile not established
start-entries = entries { $text }
start-cookies-none = { $hosts ->
    [0] first request to each host without cookies: no host was asked
    [one] first request to each host without cookies (1 host)
   *[other] first request to each host without cookies ({ $hosts } hosts)
}
start-cookies-some = { $n ->
    [one] first request to each host without cookies, but for 1 of { $hosts } hosts:
   *[other] first request to each host without cookies, but for { $n } of { $hosts } hosts:
}
start-cookies-set-before = { $n ->
    [one] to 1 host only cookies that an earlier answer in this recording had set
   *[other] to { $n } hosts only cookies that an earlier answer in this recording had set
}
start-cookies-script = { $n ->
    [one] to 1 host a cookie without a recorded Set-Cookie, after its registrable domain had been asked before (a script may have set it)
   *[other] to { $n } hosts a cookie without a recorded Set-Cookie, after their registrable domain had been asked before (a script may have set it)
}
start-cookies-elsewhere = { $n ->
    [one] to 1 host a cookie without a recorded Set-Cookie, before any other request to its registrable domain: it existed already or came from elsewhere
   *[other] to { $n } hosts a cookie without a recorded Set-Cookie, before any other request to their registrable domain: it existed already or came from elsewhere
}
start-address-none = network address: not recorded by the tool, and nobody states it
start-address = network address: { $text } according to the plan of the case; not recorded by the tool
start-limits = Storage in the browser, cache validators, TLS tickets and the network address may still join visits. This start does not rule that out.
h-screens = Cookie screens
i-screens = Every layer of a cookie screen as the browser showed it, with the literal options. Clicks are counted from the first layer.
c-screens = Layers of cookie screens
e-screens = This recording holds no cookie screen. That does not show that none was shown.
col-screen = Screen and layer
col-screen-when = Time and page
col-screen-clicks = Clicks up to here
col-screen-options = Literal options
col-screen-digests = Digests
col-exhibit = Exhibit
screen-layer = layer { $n }
screen-text = SHA-256 of the text:
screen-text-differs = The recording gives another digest for this text.
screen-picture = SHA-256 of the picture:
screen-no-picture = no picture
screen-no-options = no options read
picture-ref = table 16c, row { $n }
option-button = button
option-link = link
option-checkbox = checkbox
option-switch = switch
option-radio = radio button
option-other = of another kind
option-on = was on
option-off = was off
option-disabled = cannot be changed
i-clicked = Every button that a script clicked in a cookie screen, with the clicks in that screen up to and with this one. That is how many clicks the choice named took. Clicks of a person stand in chapter 6, if they were marked.
c-clicked = Buttons that were clicked
e-clicked = No button was recorded that a script clicked in a cookie screen.
col-clicked = Literal text of the button
col-clicked-what = What the button does
col-clicked-clicks = Clicks
col-clicked-step = Step
clicked-leads-on = only leads on
clicked-chooses = chooses
clicked-clicks = click { $n }
screen-rule = found by a rule of others:
i-rules = Rules of others for cookie screens, from a file that the auditor added to the case. A step named them, and the script carried them out. Such a rule says what its maker found on a screen. That a choice was made shows in the requests and in chapter 6.
c-rules = Rules of others for cookie screens
col-rule = Rule and choice
col-rule-file = File in the case
col-rule-done = What was done
col-rule-test = Own test of the rule
rule-none = no rule was used
rule-also = fitted too, and was not used:
rule-choice-decline = to decline
rule-choice-allow = to allow
rule-choice-not-recorded = choice not recorded
rule-count = { $n ->
    [one] { $n } rule in it
   *[other] { $n } rules in it
}
rule-clicks = { $n ->
    [one] { $n } click
   *[other] { $n } clicks
}
rule-nothing = nothing
rule-test-passed = says that it did what it is for
rule-test-failed = says that it did not do what it is for
rule-test-none = it has none
rule-test-not-carried-out = could not be carried out here
rule-test-not-for-this-choice = it is about declining only
rule-test-not-reached = not reached
rule-screen-gone = by the rule's own signs the screen was gone afterwards
rule-screen-there = by the rule's own signs the screen was still there afterwards
rule-screen-not-told = not told whether the screen was gone afterwards
h-pictures = Pictures of the window
i-pictures = The pictures themselves are not in this annex, because names and images of others may stand in them. They lie in the recording and are known by their digest.
c-pictures = Pictures in the recording
e-pictures = This recording holds no picture.
col-picture = What it shows
col-picture-size = Size
col-picture-digest = SHA-256

## Gaps with their amount
gap-of = of { $n }
unit-entries = { $n ->
    [one] entry
   *[other] entries
}
unit-elements = { $n ->
    [one] element
   *[other] elements
}
unit-exchanges = { $n ->
    [one] exchange
   *[other] exchanges
}
unit-requests = { $n ->
    [one] request
   *[other] requests
}
unit-answers = { $n ->
    [one] answer
   *[other] answers
}
unit-messages = { $n ->
    [one] message
   *[other] messages
}
unit-bytes = { $n ->
    [one] byte
   *[other] bytes
}
unit-tunnels = { $n ->
    [one] tunnel
   *[other] tunnels
}
unit-connections = { $n ->
    [one] connection
   *[other] connections
}
unit-offers = { $n ->
    [one] offer
   *[other] offers
}
unit-fields = { $n ->
    [one] field
   *[other] fields
}
unit-moments = { $n ->
    [one] moment
   *[other] moments
}
unit-parts = { $n ->
    [one] part
   *[other] parts
}
unit-reports = { $n ->
    [one] report
   *[other] reports
}
unit-exhibits = { $n ->
    [one] exhibit
   *[other] exhibits
}
unit-mistakes = { $n ->
    [one] mistake
   *[other] mistakes
}
unit-recordings = { $n ->
    [one] recording
   *[other] recordings
}
gap-pinned = { $n ->
    [one] On 1 connection the program that asked for it refused the proxy's certificate and said so, as programs do that know their server's certificate. That connection was not read.
   *[other] On { $n } connections the program that asked for them refused the proxy's certificate and said so, as programs do that know their server's certificate. Those connections were not read.
}
gap-tunnel-bytes = { $n ->
    [one] 1 byte passed in connections that were not read, both ways together.
   *[other] { $n } bytes passed in connections that were not read, both ways together.
}
gap-undecoded-fields = { $n ->
    [one] A field whose meaning is not established was sent 1 time. It is not thereby called harmless.
   *[other] Fields whose meaning is not established were sent { $n } times; the same field counts each time. They are not thereby called harmless.
}
gap-decode-anomalies = { $n ->
    [one] 1 entry holds something that could not be taken apart as it should be; fields that were not seen may stand in it.
   *[other] { $n } entries hold something that could not be taken apart as it should be; fields that were not seen may stand in them.
}
gap-aborted = { $n ->
    [one] 1 exchange was broken off without an answer: the browser gave it up or recording ended.
   *[other] { $n } exchanges were broken off without an answer: the browser gave them up or recording ended.
}
gap-unattributed = { $n ->
    [one] Of 1 request it is not established what made the browser send it.
   *[other] Of { $n } requests it is not established what made the browser send them.
}
gap-browser-background = { $n ->
    [one] 1 request is the browser's own (such as updates and services of its maker) and says nothing about the page visited.
   *[other] { $n } requests are the browser's own (such as updates and services of its maker) and say nothing about the page visited.
}
gap-cache-answers = { $n ->
    [one] What the browser answered from its own cache or by a service worker sends nothing and cannot be observed here, except where the recording itself names it.
   *[other] What the browser answered from its own cache or by a service worker sends nothing and cannot be observed here, except where the recording itself names it ({ $n } recordings).
}
gap-report-not-read = { $n ->
    [one] When it was asked for its storage, the browser did not give 1 part.
   *[other] When it was asked for its storage, the browser did not give { $n } parts.
}
gap-unreadable-exhibits = { $n ->
    [one] 1 exhibit beside the traffic cannot be read; what stands in it is missing from this annex.
   *[other] { $n } exhibits beside the traffic cannot be read; what stands in them is missing from this annex.
}
gap-mobile-app = { $n ->
    [one] What a mobile app sends was not examined.
   *[other] What a mobile app sends was not examined ({ $n } recordings).
}
