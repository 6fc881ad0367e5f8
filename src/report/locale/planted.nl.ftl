
## 7 Geplante waarden
h-planted = Geplante waarden
i-planted = Waarden die de onderzoeker met opzet heeft ingetypt, zijn gezocht in alles wat is vastgelegd: zoals getypt, in de standaardvormen van advertentieplatforms, gecodeerd en als samenvatting, en in lagen daarvan. Een vorm is de waarde zoals zij na een of meer van die bewerkingen wordt geschreven; elke vorm is apart gezocht. De waarden zelf staan niet hier en niet in de bestanden bij deze bijlage. Een vondst zegt dat de waarde in de genoemde vorm aan een host is verzonden of ervan kwam. Wat niet is gevonden, kan versleuteld zijn verzonden.
planted-none = Er zijn geen geplante waarden gezocht: het dossier heeft er geen, of de vastlegging hoort niet bij een dossier.
planted-not-searched = { $n ->
    [one] 1 geplante waarde is niet gezocht, omdat de sleutel ervan niet is gegeven.
   *[other] { $n } geplante waarden zijn niet gezocht, omdat de sleutel ervan niet is gegeven.
}
c-planted-seeds = Geplante waarden en wat is gezocht
c-planted-found = Waar geplante waarden zijn gevonden
e-planted-found = Er is er geen gevonden. Dat laat niet zien dat er geen is verzonden.
col-planted-seed = Geplante waarde
col-planted-kind = Soort
col-planted-searched = Gezocht
col-planted-submit = Verzending van het formulier
col-planted-rows = Gevonden rijen
col-planted-done = Wat ermee is gedaan
col-planted-phase = Voor of na de verzending van het formulier
planted-kind-email = mailadres
planted-kind-phone = telefoonnummer
planted-kind-name = naam
planted-kind-date = datum
planted-kind-text = tekst
planted-kind-number = nummer
planted-kind-address = postadres
planted-forms = { $n ->
    [one] in 1 vorm
   *[other] in { $n } vormen
}
planted-no-key = niet gezocht: de sleutel van de waarde is niet gegeven
planted-no-submit = geen verzoek vastgelegd dat haar met een formulier verzendt
planted-chance = een zo korte vorm kan daar toevallig staan
planted-note-may-occur-by-chance = de waarde is kort: zij kan ergens toevallig staan
planted-note-forms-too-short = { $n ->
    [one] 1 vorm was te kort om te zoeken
   *[other] { $n } vormen waren te kort om te zoeken
}
planted-note-too-many-forms = { $n ->
    [one] voor 1 vorm was geen plaats
   *[other] voor { $n } vormen was geen plaats
}
planted-note-no-country-code = het nummer noemt geen land: alleen gezocht zoals getypt en als cijfers
planted-note-not-read-as-date = niet als datum gelezen: alleen gezocht zoals getypt
planted-phase-before-submit = voordat het formulier is verzonden
planted-phase-submit = het verzoek waarmee het formulier is verzonden
planted-phase-after-submit = nadat het formulier is verzonden
planted-phase-no-submit-recorded = geen verzending van een formulier aan deze site vastgelegd
planted-did-as-typed = zoals getypt
planted-did-lower-case = in kleine letters
planted-did-any-case = in hoofdletters of kleine letters
planted-then = , daarna { $next }
planted-did-digits = alleen de cijfers
planted-did-without-spaces = zonder spaties
planted-did-gmail-without-dots = mailadres zonder punten vóór het apenstaartje
planted-did-gmail-without-dots-and-tag = mailadres zonder punten en zonder toevoeging na een plusteken
planted-did-without-dots-and-tag = mailadres zonder punten en zonder toevoeging na een plusteken
planted-did-before-the-at = het deel vóór het apenstaartje
planted-did-digits-with-country-code = cijfers met landcode
planted-did-e164 = internationaal nummer met plusteken (E.164)
planted-did-digits-after-00 = cijfers met 00 en landcode
planted-did-national = nationaal nummer
planted-did-national-without-zero = nationaal nummer zonder eerste nul
planted-did-without-punctuation = zonder leestekens
planted-did-without-punctuation-and-spaces = zonder leestekens en spaties
planted-did-first-word-as-typed = het eerste woord, zoals getypt
planted-did-after-first-word-as-typed = alles na het eerste woord, zoals getypt
planted-did-last-word-as-typed = het laatste woord, zoals getypt
planted-did-first-word = het eerste woord
planted-did-after-first-word = alles na het eerste woord
planted-did-last-word = het laatste woord
planted-did-part-between-commas = een deel tussen komma’s
planted-did-part-without-punctuation-and-spaces = een deel zonder leestekens en spaties
planted-did-postal-code = postcode
planted-did-postal-code-with-space = postcode met spatie
planted-did-base16 = hexadecimaal
planted-did-percent = percent-codering
planted-did-html-entity = HTML-notatie
planted-did-json-escape = JSON-notatie
planted-did-decimal = als decimaal getal
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
planted-as-date = als datum in de vorm { $form }
planted-bytes = Doorzocht: { $n } bytes, namen en waarden van de uitgepakte velden, en daarnaast de adressen, headervelden, berichtinhoud en berichten zoals zij zijn vastgelegd. Tabel 8d telt alleen de waarden van de velden.
