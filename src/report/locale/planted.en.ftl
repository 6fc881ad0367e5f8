
## 7 Planted values
h-planted = Planted values
i-planted = Values that the auditor typed on purpose were looked for in everything that was recorded: as typed, in the normal forms of ad platforms, encoded and as digests, and in layers of these. A form is the value as it is written after one or more of these steps; each form was looked for by itself. The values themselves stand neither here nor in the files beside this annex. A find says that the value, in the form named, was sent to a host or came from one. What was not found may have been sent encrypted.
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
planted-did-digits = its digits only
planted-did-without-spaces = without spaces
planted-did-gmail-without-dots = mail address without dots before the at sign
planted-did-gmail-without-dots-and-tag = mail address without dots and without what follows a plus sign
planted-did-without-dots-and-tag = mail address without dots and without what follows a plus sign
planted-did-before-the-at = the part before the at sign
planted-did-digits-with-country-code = digits with the country code
planted-did-e164 = international number with a plus sign (E.164)
planted-did-digits-after-00 = digits with 00 and the country code
planted-did-national = national number
planted-did-national-without-zero = national number without its first zero
planted-did-without-punctuation = without punctuation
planted-did-without-punctuation-and-spaces = without punctuation and spaces
planted-did-first-word-as-typed = the first word, as typed
planted-did-after-first-word-as-typed = all after the first word, as typed
planted-did-last-word-as-typed = the last word, as typed
planted-did-first-word = the first word
planted-did-after-first-word = all after the first word
planted-did-last-word = the last word
planted-did-part-between-commas = a part between commas
planted-did-part-without-punctuation-and-spaces = a part without punctuation and spaces
planted-did-postal-code = postal code
planted-did-postal-code-with-space = postal code with a space
planted-did-base16 = hexadecimal
planted-did-percent = percent-encoding
planted-did-html-entity = HTML character references
planted-did-json-escape = JSON escapes
planted-did-decimal = as a decimal number
planted-did-sha256 = SHA-256
planted-did-md5 = MD5
planted-did-sha1 = SHA-1
planted-did-sha512 = SHA-512
planted-did-sha224 = SHA-224
planted-did-sha384 = SHA-384
planted-did-sha3-224 = SHA3-224
planted-did-sha3-256 = SHA3-256
planted-did-sha3-384 = SHA3-384
planted-did-sha3-512 = SHA3-512
planted-did-md2 = MD2
planted-did-md4 = MD4
planted-did-ripemd160 = RIPEMD-160
planted-did-whirlpool = Whirlpool
planted-did-murmur3-32 = MurmurHash3 (32 bits)
planted-did-murmur3-128 = MurmurHash3 (128 bits)
planted-did-base64 = base64
planted-did-base64url = base64url
planted-did-base32 = base32
planted-did-base58 = base58
planted-did-lz-string = LZ-String
planted-did-gzip = gzip
planted-did-deflate = deflate
planted-as-date = as a date in the form { $form }
planted-bytes = Looked through: { $n } bytes, names and values of the unpacked fields, and besides the addresses, header fields, bodies and messages as they were recorded. Table 8d counts the values of the fields only.
