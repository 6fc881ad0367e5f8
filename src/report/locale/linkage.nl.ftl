
## 7 Kenmerken: aan wie zij zijn verzonden, en waar hun waarden zijn gevonden
s-identifiers = { $n ->
    [one] 1 cookie, entity tag, parameter of veld heeft waarden die browsers van elkaar zouden kunnen onderscheiden; dat zij dat doen, volgt daar niet uit
   *[other] { $n } cookies, entity tags, parameters of velden hebben waarden die browsers van elkaar zouden kunnen onderscheiden; dat zij dat doen, volgt daar niet uit
}
s-sharings = { $n ->
    [one] 1 plaats is gevonden waar zo’n waarde buiten de eigen cookie, parameter of het eigen veld stond, bij een andere site of vanaf een pagina of frame van een andere site
   *[other] { $n } plaatsen zijn gevonden waar zo’n waarde buiten de eigen cookie, parameter of het eigen veld stond, bij een andere site of vanaf een pagina of frame van een andere site
}
trail-linked-value = waarde, gevonden op een andere plaats of in een andere vorm
trail-control = Volgens de vastlegging blokkeerde deze browser cookies in verzoeken tussen sites. In deze vastlegging is geen cookie nog eens meegezonden vanaf een pagina of frame van een andere site.
trail-control-sent = Volgens de vastlegging blokkeerde deze browser cookies in verzoeken tussen sites. Toch zijn in deze vastlegging cookies nog eens meegezonden vanaf pagina’s of frames van andere sites; de rijen zeggen welke.
trail-sentence = In één browserprofiel ({ $browser }; { $policy }) is de waarde met pseudoniem { $pseudonym } verzonden aan { $host } { $one } (vermelding { $entry }) en, { $later } later, nog eens aan { $again } { $two } (vermelding { $last }); stand van de keuze op de andere site: { $state }.{ $form }{ $control }
trail-sentence-decoration = In één browserprofiel ({ $browser }; { $policy }) verwees het antwoord van { $host } (vermelding { $entry }) de browser door naar een adres met parameter { $name }, waarde { $pseudonym }; { $later } later bevatte verzoek { $last } aan { $again } dezelfde parameter met die waarde; stand van de keuze daarbij: { $state }.
trail-sentence-own = In één browserprofiel ({ $browser }; { $policy }) stond de waarde van cookie { $name } van { $site } (pseudoniem { $pseudonym }) in verzoek { $last } aan { $again } (veld { $field }), en als cookie in vermelding { $entry } bij { $host }; tussen beide ligt { $later }; stand van de keuze bij verzoek { $last }: { $state }.{ $form }
trail-at-visit = tijdens het bezoek aan de onderzochte site ({ $site })
trail-at-other = vanaf een pagina of frame van { $site }
trail-clause-form = Buiten haar eigen plaats stond de waarde er als: { $codings }.
trail-clause-control = Deze vastlegging is zelf een controle waarin cookies in verzoeken tussen sites waren geblokkeerd.
trail-clause-no-control = Een controle waarin cookies in verzoeken tussen sites waren geblokkeerd, is hier niet vergeleken.
trail-answer-of = antwoord van
trail-as-cookie = als cookie
trail-as-field = in veld
span-ms = { $n } ms
span-s = { $s } s
span-min = { $n } min { $s } s
span-h = { $n } uur { $m } min
span-d = { $n ->
    [one] 1 dag
   *[other] { $n } dagen
} { $h } uur
trail-sentence-no-browser = browser niet vastgelegd
trail-button = , knop “{ $text }”
policy-allowed = cookies in verzoeken tussen sites: toegestaan
policy-blocked = cookies in verzoeken tussen sites: geblokkeerd
policy-browser-default = cookies in verzoeken tussen sites: zoals deze browser uit zichzelf doet
policy-not-recorded = beleid voor cookies in verzoeken tussen sites: niet vastgelegd

h-sent-other = Cookies, meegezonden vanaf pagina’s of frames van een andere site
c-sent-other = Cookies van een domein in verzoeken vanaf pagina’s of frames van een andere site
i-sent-other = Eén rij per cookie, waarde, traject en site. Anders dan in tabel 8 is niet vereist dat de waarde ook bij het bezoek aan de onderzochte site is vastgelegd. De rij zegt dat de cookie is meegezonden in een verzoek dat van een pagina of frame van een andere site uitging. Waar geen Set-Cookie is vastgelegd, is niet vastgesteld wie de cookie wanneer heeft gezet: een antwoord van vóór de vastlegging, een antwoord dat ontbreekt, of een script. Verzoeken waarvan de pagina niet is vastgesteld staan hier niet.
e-sent-other = Er is geen cookie vastgelegd die vanaf een pagina of frame van een andere site is meegezonden. Dat laat niet zien dat er geen was.
s-sent-other = { $n ->
    [one] 1 cookie is meegezonden in verzoeken vanaf een pagina of frame van een andere site dan die van de cookie
   *[other] { $n } cookies zijn meegezonden in verzoeken vanaf een pagina of frame van een andere site dan die van de cookie
}, bij { $sites ->
    [one] 1 site
   *[other] { $sites } sites
}
sent-other-set = gezet door een antwoord van
sent-other-not-set = in deze vastlegging geen Set-Cookie vastgelegd
sent-other-clause-set = in deze vastlegging is een Set-Cookie voor deze cookie vastgelegd in een antwoord van { $hosts }
sent-other-clause-not-set = in deze vastlegging is geen Set-Cookie voor deze cookie vastgelegd
sent-other-sentence = In één browserprofiel ({ $browser }; { $policy }) is in { $n ->
    [one] 1 verzoek vanaf een pagina of frame van { $site }
   *[other] { $n } verzoeken vanaf een pagina of frame van { $site }
} cookie { $name } (waarde met pseudoniem { $pseudonym }) aan { $hosts } meegezonden, voor het eerst in vermelding { $entry }; { $set }; stand van de keuze daarbij: { $state }. Wat een ontvanger ermee doet, laat de vastlegging niet zien.
col-link-sent-to = Meegezonden aan
col-link-sent-first = Verzoeken, eerst vastgelegd
col-link-set = Set-Cookie in deze vastlegging
col-link-states = Stand van de keuze bij het eerste verzoek

h-not-again = Niet nog eens meegezonden cookies
c-not-again = Cookies die vanaf pagina’s van de onderzochte site zijn meegezonden en niet vanaf pagina’s van een andere site
i-not-again = Eén rij per cookie en andere site. De cookie is vanaf een pagina van de onderzochte site aan de ontvanger verzonden; in hetzelfde traject zijn verzoeken aan dezelfde ontvanger vanaf pagina’s van de andere site vastgelegd, en geen daarvan bevatte de cookie met dezelfde waarde. Dit zegt wat in deze vastlegging staat. Of een browser een cookie meezendt, hangt af van zijn cookiebeleid, van de eigenschappen van de cookie en van het adres dat wordt opgevraagd.
e-not-again = Zo’n cookie is niet vastgelegd.
not-again = in deze vastlegging niet nog eens meegezonden
not-again-other-value = meegezonden met een andere waarde
not-again-requests = { $n ->
    [one] 1 verzoek vanaf een pagina of frame van { $site }
   *[other] { $n } verzoeken vanaf pagina’s of frames van { $site }
}

h-link-recipients = Kenmerken per ontvanger
i-link-recipients = De tabellen tellen vindplaatsen van de waarde in verzoeken: als zichzelf (de cookie als cookie, het veld als dat veld), of elders (de waarde in een ander veld, ongewijzigd of gecodeerd). Eén verzoek kan verscheidene vindplaatsen hebben. Zij zeggen aan wie een waarde is verzonden, niet wie haar al kende en niet wat ermee gebeurt.
c-link-cookies = Cookies en de ontvangers aan wie hun waarde is verzonden
e-link-cookies = Er is geen cookie met zo’n waarde verzonden.
c-link-uses = Kenmerken, ontvangers en de sites vanaf welke pagina’s zij zijn verzonden
e-link-uses = Er is geen zo’n waarde verzonden.
h-link-sharings = Waarden buiten hun eigen plaats
i-link-sharings = Elke waarde van een kenmerk is gezocht op elke andere plaats van de vastlegging: adressen, headervelden, cookies, berichtinhoud en berichten; ongewijzigd, met percent-codering, in base64, hexadecimaal en als MD5, SHA-1 of SHA-256, tot twee hiervan over elkaar. Een rij zegt bij welke host de waarde is gevonden, in een verzoek of in een antwoord (naar Acar e.a., CCS 2014, paragraaf 5.1). Zij zegt niet dat de site die haar verzond de waarde kende: scripts van anderen handelen uit naam van de pagina.
i-link-limits = Niet gevonden worden waarden korter dan 8 bytes, waarden die vóór het coderen met andere zijn samengevoegd, andere coderingen en samenvattingen, versleutelde waarden, en berichtinhoud boven een grens. Gelijke waarden kunnen toeval zijn als zij kort of gangbaar zijn.
link-bytes = Doorzocht: { $n } bytes, de waarden van de uitgepakte velden; een waarde die in lagen is verpakt, telt in elke laag mee.
link-bytes-left-out = Niet doorzocht omdat zij niet zijn bewaard of boven een grens liggen: { $n } bytes.
c-link-sharings = Waarden gevonden bij een andere site dan die van het kenmerk zelf, of vanaf een pagina of frame van een andere site
e-link-sharings = Die zijn niet gevonden.
c-link-own = Waarden gevonden tussen de eigen site van het kenmerk en haar eigen pagina’s
i-link-own = Verkeer tussen de site waartoe een kenmerk behoort en haar eigen pagina’s, of pagina’s die niet zijn vastgesteld; de rijen laten zien op welke andere plaatsen de waarde stond.
h-link-redirects = Gevolgde doorverwijzingen
i-link-redirects = Eén rij per doorverwijzing; doorverwijzingen die op elkaar volgen hebben het nummer van één keten. Een parameter is meegenomen als die in beide adressen staat met dezelfde waarde van ten minste 8 bytes.
c-link-redirects = Doorverwijzingen van vermelding naar vermelding, en wat is meegenomen
e-link-redirects = Onder de stromen is geen doorverwijzing gevolgd.
h-link-survivals = Dezelfde waarde in verscheidene browserprofielen
i-link-survivals = Elk traject begint met een nieuw browserprofiel. Een waarde die in twee daarvan is gezien, heeft het wissen van cookies overleefd, is opnieuw gegeven, of is voor iedereen gelijk; welke van deze, laat de vastlegging niet zien.
c-link-survivals = Waarden die in meer dan één browserprofiel zijn gezien
e-link-survivals = Van geen kenmerk is een waarde in meer dan één profiel gezien.
link-seen-in = Dezelfde waarde is gezien in { $profiles }
link-profile = traject { $stretch }
link-profile-of = vastlegging { $recording }, traject { $stretch }
link-joins = verbindt vastleggingen
link-across = de waarde is op haar eigen plaats in een ander browserprofiel gezien, en in dit profiel niet eerder

h-link-criteria = Technische bijlage: kenmerken
i-link-criteria = Cookies, entity tags, parameters en velden waarvan de waarden browsers of mensen van elkaar kunnen onderscheiden, met waar gepubliceerd onderzoek op let. De kolommen zijn getallen; geen kolom en geen rij zegt dat iets een kenmerk van een browser is. Of een waarde naar een mens leidt, hangt af van wie haar heeft. De waarden zelf staan hier niet: gelijke waarden hebben in alle tabellen van deze bijlage hetzelfde pseudoniem (ID-1, ID-2 …). De nummering begint in elke bijlage opnieuw: ID-1 elders is een andere waarde.
c-link-criteria = Kenmerken en de gepubliceerde criteria
e-link-criteria = Er zijn geen waarden van ten minste 8 bytes gevonden die een browser bewaart en verzendt, of die een regel een kenmerk noemt.
link-sources = Criteria: Acar e.a., The Web Never Forgets, CCS 2014, paragraaf 4.1; Englehardt en Narayanan, CCS 2016 (de meting van een miljoen sites).
link-d-lifetime = Levensduur
link-d-lifetime-text = De langste waar een vastgelegd antwoord om vroeg. Acar e.a. laten cookies weg die binnen een maand eindigen; Englehardt en Narayanan houden over wat langer dan 90 dagen leeft. Sessiecookies staan hier ook.
link-d-length = Lengte
link-d-length-text = Bytes van de kortste en de langste waarde. Englehardt en Narayanan houden 8 tot 100 tekens over; Acar e.a. laten waarden weg waarvan de lengte tussen metingen verschilt.
link-d-constant = Gelijk binnen de sessie
link-d-constant-text = Het grootste aantal verschillende waarden in één browserprofiel, en de langste tijd tussen de eerste en de laatste keer dat één waarde is gezien. Beide werken laten weg wat tijdens een meting verandert.
link-d-differs = Verschillend tussen profielen
link-d-differs-text = De eerste waarde van elk browserprofiel, met elkaar vergeleken. Een waarde die voor elke browser gelijk is, onderscheidt er geen. Beide werken vergelijken twee metingen op verschillende machines; hier zijn het profielen op één machine, tenzij de vastleggingen anders zeggen.
link-d-similarity = Gelijkenis
link-d-similarity-text = Ratcliff–Obershelp: tweemaal het aantal tekens in overeenkomende blokken, gedeeld door alle tekens van beide waarden; de grootste van de paren van de eerste 12 profielen, van de eerste 200 bytes van elke waarde. Acar e.a. laten weg wat meer dan 0,33 gelijkt; Englehardt en Narayanan houden over wat minder dan 0,66 gelijkt.
link-d-entropy = Entropie
link-d-entropy-text = De entropie van Shannon van de tekens van de eerste waarde, maal haar lengte, in bits. Geen van beide werken gebruikt haar zoals zij hier staat. Het is een bovengrens voor een tekst van zulke tekens, geen maat voor hoe de waarde is gemaakt: een datum of een woord scoort ook.

col-link-identifier = Kenmerk
col-link-pseudonyms = Pseudoniemen van de waarden
col-link-lifetime = Gevraagde levensduur
col-link-length = Lengte
col-link-constant = Gelijk binnen de sessie
col-link-differs = Verschillend tussen profielen
col-link-entropy = Entropie, bovengrens
col-link-recipient = Ontvanger
col-link-other-site = Andere site
col-link-policy = Cookiebeleid
col-link-outcome = In deze vastlegging
col-link-as-itself = Verzonden als zichzelf
col-link-elsewhere = Elders verzonden
col-link-from = Vanaf pagina’s of frames van
col-link-first = Eerst vastgelegd
col-link-form = Vorm van de waarde
col-link-who = Bij wie de waarde is gevonden
col-link-choice = Gevraagd vanaf, stand van de keuze
col-link-place = Plaats en veld
col-link-when = Vermelding, tijd en aantal
col-link-chain = Keten
col-link-redirect-from = Antwoord dat doorverwijst
col-link-redirect-to = Verzoek dat volgde
col-link-carried = Meegenomen
col-link-profiles = Gezien in
col-link-number = Nummer in het dossier
col-link-recording = Vastlegging
col-link-linked = Vergeleken met andere

link-carrier-cookie = cookie
link-carrier-entity-tag = entity tag (ETag)
link-carrier-decoration = aan adressen toegevoegde parameter
link-carrier-field = veld
link-of = van { $site }
link-row = tabel 8h, rij { $n }
link-identifies = volgens een regel onderscheidt het:
link-lifetime = in dagen: { $days }
link-lifetime-session = eindigt met de browsersessie
link-lifetime-none = geen antwoord vastgelegd dat er een geeft
link-bytes-one = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
link-bytes-range = { $from } tot { $to } bytes
link-constant = { $n ->
    [one] 1 waarde per browserprofiel
   *[other] tot { $n } waarden in één browserprofiel
}
link-constant-days = gelijk gebleven, in dagen: { $days }
link-constant-span = gelijk gebleven zolang zij is gezien: over { $span }
link-constant-moment = gezien gedurende minder dan een seconde
link-unique = uniek in { $n } van { $profiles } browserprofielen
link-differs = { $n } verschillende waarden in { $profiles } browserprofielen
link-one-profile = in 1 browserprofiel gezien: niet vergeleken
link-similarity = gelijkenis ten hoogste { $similarity }
link-entropy = { $bits } bits
link-values-more = { $n ->
    [one] en nog 1
   *[other] en nog { $n }
}
link-values-left-out = { $n ->
    [one] 1 waarneming van een waarde was te veel om haar elders te zoeken
   *[other] { $n } waarnemingen van waarden waren te veel om ze elders te zoeken
}
link-own-site = de eigen site van het kenmerk
link-repeated = { $n ->
    [one] 1 rij over een waarde die ook onder een ander kenmerk staat, is in de tabellen 8d en 8e weggelaten; zij staat in `sharing.csv`.
   *[other] { $n } rijen over een waarde die ook onder een ander kenmerk staat, zijn in de tabellen 8d en 8e weggelaten; zij staan in `sharing.csv`.
}
link-encoded = { $n ->
    [one] waarvan 1 gecodeerd of als samenvatting
   *[other] waarvan { $n } gecodeerd of als samenvatting
}
link-from-unknown = pagina niet vastgesteld
link-form-plain = de waarde ongewijzigd, op zichzelf of in een langere tekst
link-form-part = een deel van de waarde
link-form-first = { $coding } van de waarde
link-form-first-part = { $coding } van een deel van de waarde
link-form-then = , daarna { $coding }
link-coding-percent = percent-codering
link-coding-base64 = base64
link-coding-hex = hexadecimale notatie
link-coding-md5 = MD5
link-coding-sha1 = SHA-1
link-coding-sha256 = SHA-256
link-way-request = { $part ->
    [0] aan { $host } is de waarde in een verzoek verzonden
   *[other] aan { $host } is een deel van de waarde in een verzoek verzonden
}
link-way-referer = { $part ->
    [0] aan { $host } is de waarde in het veld Referer verzonden
   *[other] aan { $host } is een deel van de waarde in het veld Referer verzonden
}
link-way-redirect = { $part ->
    [0] een antwoord verwijst door naar { $host } met de waarde in het adres
   *[other] een antwoord verwijst door naar { $host } met een deel van de waarde in het adres
}
link-way-answer = { $part ->
    [0] de waarde stond in een antwoord van { $host }
   *[other] een deel van de waarde stond in een antwoord van { $host }
}
link-way-message = { $part ->
    [0] aan { $host } is de waarde in een bericht verzonden
   *[other] aan { $host } is een deel van de waarde in een bericht verzonden
}
link-in-path = pad
link-in-query = query
link-in-form = formulier
link-in-json = JSON
link-in-header = headerveld
link-in-cookie = cookie
link-in-message = bericht
link-in-body = berichtinhoud
link-no-field = zonder naam
link-not-a-flow = niet onder de stromen van deze bijlage
link-carried-none = niets gevonden dat is meegenomen
link-carried-parameters = parameters
link-carried-identifiers = kenmerken
link-rest = { $n ->
    [one] Nog 1 rij staat in { $file }.
   *[other] Nog { $n } rijen staan in { $file }.
}
link-left-out = { $n ->
    [one] 1 rij is weggelaten omdat de tabel te lang zou worden.
   *[other] { $n } rijen zijn weggelaten omdat de tabel te lang zou worden.
}

## Het verslag over verscheidene vastleggingen
link-title = Kenmerken in verscheidene vastleggingen
link-title-lead = Wat browsers in de vastleggingen van één dossier verzonden, samen bekeken
link-c-recordings = De vastleggingen die samen zijn bekeken
link-i-recordings = Waarden worden tussen vastleggingen vergeleken met vingerafdrukken die met het geheim van het dossier zijn gemaakt. Een vastlegging zonder die sleutel kan niet met andere worden vergeleken; haar rijen staan op zichzelf.
link-linked = ja
link-not-linked = nee: de vastlegging heeft geen sleutel van het dossier
link-simulated = gesimuleerd
link-not-linked-n = { $n ->
    [one] 1 vastlegging kon niet met de andere worden vergeleken omdat zij geen sleutel van het dossier heeft.
   *[other] { $n } vastleggingen konden niet met de andere worden vergeleken omdat zij geen sleutel van het dossier hebben.
}

## 13 Begrippen
g-identifier = Kenmerk
g-identifier-text = Een cookie, entity tag, parameter of veld waarvan de waarden browsers of mensen van elkaar kunnen onderscheiden; dat het zo is gebruikt, volgt daar niet uit.
g-pseudonym = Pseudoniem
g-pseudonym-text = De naam van een waarde binnen één bijlage, zoals ID-1; geen pseudonimisering in de zin van de AVG.
g-way = Weg
g-way-text = Van waar gegevens bij een platform komen: ingevoerd door de onderzochte organisatie, verzonden vanaf een pagina van het platform, of vanaf de eigen sites van de organisatie.
g-trigger = Aanleiding
g-trigger-text = Wat de browser een verzoek deed verzenden, zoals een navigatie, een doorverwijzing, een script of een keuze.
g-preflight = Preflight
g-preflight-text = Een verzoek waarmee de browser een server vraagt of een ander verzoek mag worden verzonden.
