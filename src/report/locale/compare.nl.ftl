
## Vergelijking van vastleggingen: eigen pagina, eigen tabellen. Elke id begint met cmp-.
cmp-title = Vergelijking van vastleggingen
cmp-lead = { $used } van de { $n } vastleggingen in het register zijn meegeteld.
cmp-case = Dossier { $title } ({ $id })
cmp-lead-note = Geteld is in hoeveel vastleggingen iets is vastgelegd. Waarom het is verzonden, wie het daarna heeft gelezen en waarvoor, laten deze vastleggingen niet zien.
cmp-footer = Gemaakt met { $tool } { $version }, vergelijkingsformaat { $format }. Elk getal is te herleiden tot vastleggingen en hun vermeldingen.
cmp-rest = { $n ->
    [one] Nog 1 rij staat in { $file }.
   *[other] Nog { $n } rijen staan in { $file }.
}
cmp-left-out = { $n ->
    [one] Voor nog 1 rij was geen plaats; die is alleen geteld.
   *[other] Voor nog { $n } rijen was geen plaats; die zijn alleen geteld.
}
cmp-h-register = Alle vastleggingen
cmp-i-register = Elke vastlegging van het dossier die in het dossierregister staat, of elke vastlegging die is genoemd: gebruikt of niet, en waarom. Een pad van keuzes is wat was gepland; wat is gekozen staat ernaast met de letterlijke tekst van de knop, zoals vastgelegd. Van het begin wordt alleen dit gezegd: welk profiel is gebruikt, en naar hoeveel hosts het eerste verzoek een cookie meezond. Opslag, cache, tickets van verbindingen en het netwerkadres kunnen bezoeken evengoed verbinden.
cmp-c-register = Register van vastleggingen
cmp-e-register = Geen vastlegging.
cmp-h-gaps = Wat niet is gezien
cmp-i-gaps = Eén rij voor elke soort leemte, met het aantal dat elke vastlegging geeft; niets hierboven mag zonder deze leemten worden gelezen. Leemten waardoor iets niet te vergelijken is, staan vooraan.
cmp-gap-in = { $n ->
    [one] vastlegging { $list }
   *[other] vastleggingen { $list }
}
cmp-c-gaps = Wat de gebruikte vastleggingen niet konden laten zien
cmp-e-gaps = In de gebruikte vastleggingen is geen leemte gevonden.
cmp-h-sides = Twee kanten
cmp-asked = Aan de ene kant: { $one }. Aan de andere kant: { $other }.
cmp-i-sides = Een rij zegt in hoeveel van de vastleggingen die het konden laten zien iets is vastgelegd. Waar herhalingen van één scenario verschillen, wisselt het en is het geen verschil. Wat een kant niet kon laten zien, wordt niet vergeleken. Met één vastlegging van een scenario is een verschil niet van toeval te onderscheiden.
cmp-c-counts = Rijen naar wat zij zeggen
cmp-c-lines = Wat aan elke kant is vastgelegd
cmp-c-bytes = Bytes per ontvanger: kleinste en grootste aantal in een vastlegging
cmp-e-sides = Er is niets vastgelegd.
cmp-line = Vastgelegd in { $n } van { $of } vastleggingen aan de ene kant en in { $m } van { $mof } aan de andere kant.
cmp-varies = Het wisselt tussen herhalingen van hetzelfde scenario ({ $scenario }: { $n } van { $of }).
cmp-values = Waarden: { $one } aan de ene kant, { $other } aan de andere, { $both } aan beide.
cmp-values-unknown = Waarden zijn niet te vergelijken: hun vingerafdrukken zijn niet onder de sleutel van één dossier gemaakt.
cmp-h-classes = Bij de onderzochte Page en bij controles
cmp-i-classes = De vastleggingen van elk scenario van de onderzochte Page zijn gesteld naast die van controlepagina’s en van de startpagina met dezelfde persona en hetzelfde geplande pad van keuzes. Klasse A: vastgelegd bij elk bezoek aan de Page en bij geen controle. Klasse B: ook bij controles vastgelegd, en hier met het nummer, de naam of het adres van de Page. Klasse C: daarmee verbonden door een kenmerk van paginalading, sessie of browser. Klasse D: geen van deze. Velden in de klassen C en D zijn geteld en hebben geen rij.
cmp-c-groups = Scenario’s van de onderzochte Page en hun controles
cmp-c-classes = Eindpunten, cookies en velden in hun klassen
cmp-e-classes = Niets is in een klasse geplaatst: er is geen controle vastgelegd, of er is niets vastgelegd.
cmp-class-counts = eindpunten: { $endpoints }; cookies: { $cookies }; velden: { $fields }
cmp-class-line = Vastgelegd in { $n } van { $of } { $of ->
    [one] bezoek
   *[other] bezoeken
} aan de Page en in { $m } van { $mof } { $mof ->
    [one] controlebezoek
   *[other] controlebezoeken
}.
cmp-carries = Bij de Page stond de aanduiding ‘{ $what }’ van de Page in { $field } (vastleggingen: { $n }; eerst in { $behind }).
cmp-joined = De waarde van een kenmerk van { $identifies } in { $here } is ook vastgelegd in { $there } van { $to } van klasse { $class } (vastleggingen: { $n }; eerst in { $behind }).
cmp-controls-elsewhere = { $n ->
    [one] en in 1 controle van een andere persona of een ander pad van keuzes
   *[other] en in { $n } controles van andere persona’s of paden van keuzes
}
cmp-limit-a = Dat het ook bij geen andere pagina zou worden vastgelegd, volgt niet uit deze controles.
cmp-limit-controls = Het is ook bij controles vastgelegd; deze vastleggingen laten daarom niet zien dat dit vanwege deze Page is vastgelegd.
cmp-limit-varying = Het is niet bij elk bezoek aan de Page vastgelegd en staat daarom in geen klasse.
cmp-h-answers = Directe antwoorden
cmp-i-answers = Elk antwoord noemt wat is vastgelegd, per scenario, met de vastleggingen waarop het berust, en de scenario’s waarvoor het niet kon worden vastgesteld. Wat is vastgelegd terwijl een keuze werd verwerkt, is apart geteld en nooit als daarna.
cmp-e-answer = Waar dit kon worden vastgesteld, is het niet vastgelegd.
cmp-not-established = Kon niet worden vastgesteld voor:
cmp-h-matrix = Persona’s naar geplande paden van keuzes
cmp-i-matrix = In hoeveel van de vastleggingen die het konden laten zien elke cookie is gezet en verzonden, en een verzoek aan elke ontvanger is vastgelegd. Eén tabel per soort doel. Geteld is de hele vastlegging: bij een persona die tijdens de vastlegging uitlogt, is ook meegeteld wat vóór het uitloggen is gezet en verzonden.
cmp-c-matrix = Cookies en ontvangers
cmp-e-matrix = Er is niets vastgelegd.
cmp-matrix-set = gezet { $n } van { $of }
cmp-matrix-sent = verzonden { $n } van { $of }
cmp-matrix-asked = verzoek vastgelegd, ook als het niet is verzonden: { $n } van { $of }
cmp-matrix-cannot-tell = niet te zeggen
cmp-h-series = Een bewaard profiel door de tijd
cmp-i-series = De vastleggingen van elk bewaard profiel, in volgorde van tijd. V1, V2 … zijn namen van de waarden van één cookie; gelijke waarden hebben binnen een rij dezelfde naam.
cmp-c-series = Cookies van het profiel, van vastlegging tot vastlegging
cmp-e-series = Er is geen cookie vastgelegd.
cmp-series-of = Profiel { $name }, vastleggingen: { $n }
cmp-col-recording = Vastlegging
cmp-col-scenario = Scenario
cmp-col-planned = Zoals gepland
cmp-col-start = Begin
cmp-col-chosen = Keuze in scherm, zoals vastgelegd
cmp-col-used = Gebruikt
cmp-col-gap-in = In vastleggingen
cmp-col-gap = Wat niet is gezien
cmp-col-hides = Wat vastleggingen daardoor niet konden laten zien
cmp-col-kind = Soort
cmp-col-statement = Wat de aantallen zeggen
cmp-col-lines = Rijen
cmp-col-what = Wat
cmp-col-one = Aan de ene kant
cmp-col-other = Aan de andere kant
cmp-col-basis = Berust op
cmp-col-recipient = Ontvanger
cmp-col-persona = Scenario, persona en gepland pad
cmp-col-pages = Onderzochte Page
cmp-col-controls = Controles
cmp-col-classes = In elke klasse
cmp-col-class = Klasse
cmp-col-recorded = Vastgelegd
cmp-col-others = Anderen
cmp-col-values = Waarden
cmp-col-expiry = Einddatum
cmp-col-course = Van vastlegging tot vastlegging
cmp-by-rule = soort verzoek volgens regel
cmp-recording = vastlegging { $n }
cmp-entries = { $n ->
    [one] vermelding { $list }
   *[other] vermeldingen { $list }
}
cmp-n-of = { $n } van { $of }
cmp-cannot-tell = { $n ->
    [one] 1 vastlegging kan dit niet zeggen ({ $gaps })
   *[other] { $n } vastleggingen kunnen dit niet zeggen ({ $gaps })
}
cmp-no-scenario = geen scenario genoemd
cmp-ledger-number = nummer { $n } in het dossierregister
cmp-no-ledger-number = niet in een dossierregister
cmp-repetition = herhaling { $n }
cmp-outcome-complete = alle stappen gedaan
cmp-outcome = stappen: { $text }
cmp-kept = { $name }, eerder gebruikt: { $n }
cmp-first-with-cookies = hosts waarvan het eerste verzoek al een cookie meezond die vóór elk verzoek aan dat domein bestond of van elders kwam: { $n } van { $hosts }
cmp-button = ‘{ $text }’
cmp-button-unmarked = tekst niet gemarkeerd
cmp-not-planned = niet volgens een plan gemaakt
cmp-used = gebruikt
cmp-hides-nothing = voor geen vergelijking als beletsel aangemerkt; welk gevolg dit had, is niet vastgesteld
cmp-recordings-n = { $n ->
    [one] 1 vastlegging
   *[other] { $n } vastleggingen
}
cmp-bytes-sent = verzonden { $least } tot { $most }
cmp-bytes-answered = beantwoord { $least } tot { $most }
cmp-set-times = { $n ->
    [one] 1 keer gezet
   *[other] { $n } keer gezet
}
cmp-renewed-times = { $n ->
    [one] 1 keer opnieuw gezet met dezelfde waarde
   *[other] { $n } keer opnieuw gezet met dezelfde waarde
}
cmp-changed-times = { $n ->
    [one] 1 keer opnieuw gezet met een andere waarde
   *[other] { $n } keer opnieuw gezet met een andere waarde
}
cmp-sent-times = { $n ->
    [one] 1 verzoek
   *[other] { $n } verzoeken
}
cmp-same-value = { $n ->
    [one] in 1 vastlegging met een waarde van een eerdere van hetzelfde profiel
   *[other] in { $n } vastleggingen met een waarde van een eerdere van hetzelfde profiel
}
cmp-values-n = { $n ->
    [one] 1 waarde
   *[other] { $n } waarden
}
cmp-constant-days = { $n ->
    [0] één waarde, over minder dan een dag
    [one] één waarde over hoogstens 1 dag
   *[other] één waarde over hoogstens { $n } dagen
}
cmp-asked-until = gevraagd te bewaren tot { $day }
cmp-w-kind-recipient = ontvanger
cmp-w-kind-host = host
cmp-w-kind-endpoint = eindpunt
cmp-w-kind-cookie-set = cookie gezet
cmp-w-kind-cookie-sent = cookie verzonden
cmp-w-kind-field = veld
cmp-w-kind-value = waarde van een veld
cmp-w-kind-identifier = kenmerk
cmp-w-kind-bytes = bytes, volledig
cmp-w-statement-one-side-only = aan de ene kant vastgelegd, aan de andere niet
cmp-w-statement-other-side-only = aan de andere kant vastgelegd, aan de ene niet
cmp-w-statement-more-on-one-side = aan de ene kant in meer vastleggingen vastgelegd
cmp-w-statement-more-on-other-side = aan de andere kant in meer vastleggingen vastgelegd
cmp-w-statement-same = aan beide kanten evenzeer vastgelegd
cmp-w-statement-varying = wisselt tussen herhalingen van hetzelfde scenario
cmp-w-statement-not-comparable = niet vergeleken: een kant kon het niet laten zien
cmp-w-statement-ranges-overlap = aantallen verzonden bytes overlappen
cmp-w-statement-ranges-apart = aantallen verzonden bytes liggen uit elkaar
cmp-w-basis-repetitions = herhalingen van elk scenario
cmp-w-basis-one-recording-only = maar één vastlegging van een scenario: toeval is niet uit te sluiten
cmp-w-basis-none = niets om te vergelijken
cmp-w-basis-no-controls = er is geen controle van deze persona en dit pad van keuzes vastgelegd
cmp-w-class-A = A
cmp-w-class-B = B
cmp-w-class-C = C
cmp-w-class-D = D
cmp-w-class-varying = wisselt
cmp-w-class-not-comparable = niet vergeleken: geen controle kon het laten zien
cmp-w-side-one = aan de ene kant
cmp-w-side-other = aan de andere kant
cmp-w-why-discarded = niet gebruikt, zoals besloten
cmp-w-why-baseline = de browser in rust
cmp-w-why-not-selected = niet gekozen
cmp-w-why-copy = een kopie van een andere vastlegging
cmp-w-why-not-readable = kon niet worden gelezen
cmp-w-why-not-ended = begonnen en niet beëindigd
cmp-w-open-no-choice-recorded = er is geen keuze voor de onderzochte site vastgelegd
cmp-w-open-no-logout-recorded = er is geen antwoord vastgelegd dat alle eerder vastgelegde cookies van het ingelogd zijn wist, of een daarvan is daarna opnieuw gezet
cmp-w-open-no-page = de onderzochte pagina is niet vastgesteld
cmp-w-open-no-counterpart = geen vastlegging van anderen met dit pad van keuzes en dit doel
cmp-w-open-cookies-not-recorded = de vastlegging bevat geen cookies van verzoeken
cmp-w-open-set-cookies-not-recorded = de vastlegging bevat geen Set-Cookie-headers
cmp-w-open-no-such-recording = geen vastlegging daarvan
cmp-w-open-rows-left-out = haar bijlage had geen plaats voor alle rijen
cmp-w-persona-no-account = zonder account
cmp-w-persona-logged-out = account, tijdens de vastlegging uitgelogd
cmp-w-persona-logged-in = ingelogd
cmp-w-persona-administrator = beheerder van de Page
cmp-w-path-no-choice = gepland pad: niets kiezen
cmp-w-path-decline = gepland pad: weigeren wat optioneel is
cmp-w-path-allow = gepland pad: alles toestaan
cmp-w-path-withdraw = gepland pad: alles toestaan, later terugnemen
cmp-w-path-other = gepland pad: een ander
cmp-w-target-audited-page = onderzochte Page
cmp-w-target-control-page = controle: een andere Page
cmp-w-target-start-page = controle: startpagina
cmp-w-target-second-site = tweede site
cmp-w-operated-manual = bediend door een persoon
cmp-w-operated-scripted = bediend door een script
cmp-w-operated-mixed = bediend door een script en een persoon
cmp-w-profile-fresh = nieuw profiel, door het programma gemaakt
cmp-w-profile-kept = profiel bewaard tussen vastleggingen
cmp-w-profile-not-known = profiel niet bekend
cmp-w-state-first = voor het eerst vastgelegd
cmp-w-state-kept = dezelfde waarde als in de vorige vastlegging
cmp-w-state-changed = een andere waarde
cmp-w-state-kept-and-changed = dezelfde waarde en een andere
cmp-w-state-recorded = vastgelegd
cmp-w-state-not-recorded = niet vastgelegd
cmp-w-state-cannot-tell = niet te zeggen
cmp-w-expiry-slides = opnieuw gezet met dezelfde waarde; de gevraagde einddatum lag elke vastgelegde keer later
cmp-w-expiry-fixed = opnieuw gezet met dezelfde einddatum
cmp-w-expiry-mixed = schoof sommige keren op
cmp-w-expiry-not-set-again = geen antwoord vastgelegd dat haar opnieuw zette met dezelfde waarde; of een script dat deed, is niet vastgesteld
cmp-w-expiry-not-comparable = niet te vergelijken
cmp-w-gap-cut-off = vastlegging afgebroken
cmp-w-gap-no-request-cookies = geen cookies van verzoeken vastgelegd
cmp-w-gap-no-set-cookies = geen Set-Cookie-headers vastgelegd
cmp-w-gap-no-request-headers = geen headers van verzoeken vastgelegd
cmp-w-gap-no-response-headers = geen headers van antwoorden vastgelegd
cmp-w-gap-no-response = geen antwoorden vastgelegd
cmp-w-gap-no-request-body = inhoud van verzoeken ontbreekt
cmp-w-gap-no-response-body = inhoud van antwoorden ontbreekt
cmp-w-gap-no-messages = WebSocket-berichten ontbreken
cmp-w-gap-messages-cut = WebSocket-berichten afgekapt
cmp-w-gap-messages-unread = bytes niet als berichten gelezen
cmp-w-gap-tunnels = tunnels niet gelezen
cmp-w-gap-under-way = uitwisselingen verloren bij een onderbreking
cmp-w-gap-rows-left-out = rijen waarvoor haar bijlage geen plaats had
cmp-w-q-set-before-choice = Cookies gezet voordat iets was gekozen
cmp-w-q-recipients-before-choice = Ontvangers bevraagd voordat iets was gekozen
cmp-w-q-telemetry-before-choice = Diagnostische eindpunten bevraagd voordat iets was gekozen
cmp-w-q-in-transition = Terwijl een keuze werd verwerkt
cmp-w-q-sent-after-decline = Cookies nog meegezonden na het weigeren van wat optioneel is
cmp-w-q-set-after-decline = Cookies gezet door antwoorden na het weigeren van wat optioneel is
cmp-w-q-sent-after-withdrawal = Cookies nog meegezonden na het terugnemen van een eerdere keuze
cmp-w-q-set-after-withdrawal = Cookies gezet door antwoorden na het terugnemen van een eerdere keuze
cmp-w-q-members = Vastgelegd wanneer is ingelogd, en anders niet
cmp-w-q-administrators = Vastgelegd bij beheerders, en bij anderen niet
cmp-w-q-after-logout = Na het uitloggen
cmp-w-q-returning = Een bezoeker die met een bewaard profiel terugkeert
cmp-w-qi-set-before-choice = Gezet door een antwoord vóór de eerste keuze voor de onderzochte site, of waar geen keuze was gepland en geen is vastgelegd. Of toestemming vereist was, is een juridische beoordeling en volgt hier niet uit.
cmp-w-qi-recipients-before-choice = Registreerbare domeinen die zijn bevraagd vóór de eerste keuze voor de onderzochte site, of waar geen keuze was gepland en geen is vastgelegd.
cmp-w-qi-telemetry-before-choice = Eindpunten die een genoemde bron of dataspoor zelf in de categorie diagnostisch of analytisch plaatst (wie van beide, staat bij het eindpunt), bevraagd vóór de eerste keuze voor de onderzochte site, of waar geen keuze was gepland en geen is vastgelegd.
cmp-w-qi-in-transition = Van de klik, of het verzoek met de keuze, tot het begin van het antwoord daarop. Niets hiervan is meegeteld als na de keuze.
cmp-w-qi-sent-after-decline = Meegezonden in verzoeken die begonnen na het antwoord op de keuze. Nog worden meegezonden is iets anders dan opnieuw worden gezet; zie de volgende tabel.
cmp-w-qi-set-after-decline = Gezet door een Set-Cookie-header in antwoorden op verzoeken die begonnen na het antwoord op de keuze. Of een script daarna een cookie zette, is hiermee niet vastgesteld.
cmp-w-qi-sent-after-withdrawal = Meegezonden in verzoeken die begonnen na het antwoord op de keuze waarmee een eerdere is teruggenomen.
cmp-w-qi-set-after-withdrawal = Gezet door een Set-Cookie-header in antwoorden op verzoeken die begonnen na het antwoord op de keuze waarmee een eerdere is teruggenomen. Of een script daarna een cookie zette, is hiermee niet vastgesteld.
cmp-w-qi-members = Vastgelegd met een account dat is ingelogd, beheerders inbegrepen, en in geen vastlegging van anderen; de aantallen ernaast zijn van anderen met hetzelfde geplande pad van keuzes en hetzelfde doel.
cmp-w-qi-administrators = Vastgelegd bij beheerders van de Page en in geen vastlegging van anderen; de aantallen ernaast zijn van anderen met hetzelfde geplande pad van keuzes en hetzelfde doel.
cmp-w-qi-after-logout = Cookies gezet en meegezonden, en registreerbare domeinen bevraagd, in verzoeken die begonnen na het antwoord dat uitlogt, en in de antwoorden daarop. Dat antwoord is het antwoord dat de laatste wist van de eerder vastgelegde cookies waarvan een regel zegt dat zij bij het ingelogd zijn horen; geen daarvan is daarna opnieuw gezet. Niets van daarvóór is meegeteld. De aantallen ernaast zijn van hele vastleggingen zonder account met hetzelfde geplande pad van keuzes en hetzelfde doel.
cmp-w-qi-returning = Cookies verzonden uit een profiel dat in een eerdere vastlegging is gebruikt.
