
## 7 Planted values
h-planted = Planted values
i-planted = Values that the auditor typed on purpose were looked for in everything that was recorded: as typed, in the normal forms of ad platforms, encoded and as digests, and in layers of these. The values themselves stand neither here nor in the files beside this annex. A find says that the value, in the form named, was sent to a host or came from one. What was not found may have been sent encrypted.
planted-none = No planted values were looked for: the case has none, or the recording belongs to no case.
planted-not-searched = { $n ->
    [one] 1 planted value was not looked for, because the key to it was not given.
   *[other] { $n } planted values were not looked for, because the key to them was not given.
}
c-planted-seeds = Planted values and what was looked for
c-planted-found = Where planted values were found
e-planted-found = None was found. That does not show that none was sent.
col-planted-seed = Planted value
col-planted-kind = Kind
col-planted-searched = Looked for
col-planted-submit = Submit
col-planted-rows = Rows found
col-planted-done = What was done to it
col-planted-phase = Before or after the submit
planted-kind-email = mail address
planted-kind-phone = telephone number
planted-kind-name = name
planted-kind-date = date
planted-kind-text = text
planted-kind-number = number
planted-kind-address = postal address
planted-forms = { $n ->
    [one] in 1 form
   *[other] in { $n } forms
}
planted-no-key = not looked for: the key to the value was not given
planted-no-submit = no request that submits it was recorded
planted-chance = so short a form may stand there by chance
planted-note-may-occur-by-chance = the value is short: it may stand somewhere by chance
planted-note-forms-too-short = { $n ->
    [one] 1 form was too short to be looked for
   *[other] { $n } forms were too short to be looked for
}
planted-note-too-many-forms = { $n ->
    [one] there was no room for 1 form
   *[other] there was no room for { $n } forms
}
planted-note-no-country-code = the number names no country: looked for as typed and as digits only
planted-note-not-read-as-date = not read as a date: looked for as typed only
planted-phase-before-submit = before it was submitted
planted-phase-submit = the request that submits it
planted-phase-after-submit = after it was submitted
planted-phase-no-submit-recorded = no submit to this site recorded
planted-did-as-typed = as typed
planted-did-lower-case = in lower case
planted-did-any-case = in any case
planted-then = , then { $next }
