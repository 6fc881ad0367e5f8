
## Velden: wat per eindpunt is verzonden
h-fields = Velden per eindpunt
s-fields = { $n ->
    [one] Van het ene verzonden veld is van { $k } ({ $p } %) de betekenis niet vastgesteld; van nog { $u } berust de betekenis alleen op een niet getoetste uitspraak
   *[other] Van de { $n } verzonden velden is van { $k } ({ $p } %) de betekenis niet vastgesteld; van nog { $u } berust de betekenis alleen op een niet getoetste uitspraak
}
i-fields = Een veld is een waarde met een naam in een verzoek: in het pad, de query, een formulier, JSON, de header, een cookie of een bericht. Wat in een ander veld is verpakt, is uitgepakt voor zover dat kon; een veld dat alleen andere bevat, staat als stap in de tabel en telt niet mee. Een veld telt elke keer dat het is vastgelegd, ook als één verzoek het vaker bevat. De betekenis is die volgens de genoemde spreker; waar ‘niet vastgesteld’ staat, zegt geen regel er iets over. Deze velden zijn niet als onschadelijk aangemerkt.
i-fields-values = Waarden staan er alleen waar een regel dat toelaat. Waarden van ten minste acht bytes zijn met elkaar vergeleken; hoe een waarde eruitziet, zegt niet wat zij betekent. De vindplaats van elk veld staat in `fields.csv` en `annex.json`.
h-shares = Hoeveel niet is vastgesteld
c-shares = Aandeel van velden en bytes waarvan de betekenis niet is vastgesteld
col-scope = Waarover
col-endpoints = Eindpunten
col-fields = Velden
col-not-established = Betekenis niet vastgesteld
col-unverified = Alleen een uitspraak die niet aan een bron is getoetst
share-of-recording = de hele vastlegging
share-of-platform = het platform en wat ermee is verbonden
share-platform-none = geen eindpunt met deze positie: niet vastgesteld
share-of = { $n } ({ $p } %)
share-bytes = { $n ->
    [one] 1 byte ({ $p } %)
   *[other] { $n } bytes ({ $p } %)
}
c-endpoints = Eindpunten, met het aandeel waarvan de betekenis niet is vastgesteld
h-endpoints = Eindpunten
i-endpoints = Eerst de eindpunten van het platform, daarna naar het aantal verzoeken. Verzoeken horen bij één eindpunt als één regel ze kent, of anders als host, pad en bewerking gelijk zijn; `*` staat voor een deel van het pad dat op een waarde lijkt. De laatste kolom is voor een onderzoeker die met naam en datum tekent: inhoudelijke, functionele of diagnostische gegevens. Het programma vult haar niet in.
col-field-who = Relatie, positie en eigenaar
col-data-kind = Inhoudelijk, functioneel of diagnostisch
operation-label = bewerking:
endpoints-more = { $n ->
    [one] 1 eindpunt staat niet in deze tabel; het staat in `endpoints.csv`.
   *[other] { $n } eindpunten staan niet in deze tabel; zij staan in `endpoints.csv`.
}
e-endpoints = Er zijn geen verzoeken met velden vastgelegd.
by-choice-before = { $n } vóór een keuze
by-choice-transition = { $n } tijdens de overgang
by-choice-after = { $n } na een keuze
by-choice-none = { $n } zonder vastgelegde keuze
h-header-fields = Velden van de header
i-header-fields = Browsers zenden deze velden met bijna elk verzoek. Zij staan hier één keer voor alle eindpunten waar dezelfde regels gelden; bij de aandelen tellen zij bij elk eindpunt mee. Per eindpunt staan zij in `fields.csv`. Het aantal verschillende waarden is het hoogste van één eindpunt.
c-header-fields = Velden van de header, van alle eindpunten samen
e-header-fields = Er zijn geen velden van de header vastgelegd.
col-field = Plaats en veld
col-meaning = Betekenis, volgens wie
col-data = Categorie gegevens en wat de waarde onderscheidt
col-certainty = Zekerheid
col-looks = Lagen en uiterlijk
col-field-times = Keren en verzoeken
col-field-bytes = Bytes en verschillende waarden
col-values = Getoonde waarden
col-field-hosts = Hosts
claim-no-meaning = geen betekenis genoemd
values-not-printed = niet afgedrukt
no-name = zonder naam
field-step = stap: bevat alleen andere velden en telt niet mee
identifies-label = onderscheidt:
layers = { $n ->
    [0] zoals verzonden
    [one] 1 laag uitgepakt
   *[other] { $n } lagen uitgepakt
}
layers-range = { $from } tot { $to } lagen uitgepakt
looks-label = lijkt op:
field-times = { $n } keer
field-bytes = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
different-values = { $n ->
    [0] geen waarde van acht bytes of meer
    [one] 1 waarde van acht bytes of meer
   *[other] { $n } verschillende waarden van acht bytes of meer
}
different-many = meer verschillende waarden dan zijn geteld
fields-more = { $n ->
    [one] 1 ander veld staat niet in deze tabel; het staat in `fields.csv`, voor zover het is bewaard.
   *[other] { $n } andere velden staan niet in deze tabel; zij staan in `fields.csv`, voor zover zij zijn bewaard.
}
hosts-endpoints = { $n ->
    [one] 1 eindpunt
   *[other] { $n } eindpunten
}
place-path = pad
place-query = query
place-form = formulier
place-json = JSON
place-header = header
place-cookie = cookie
place-message = bericht
place-body = body
looks-empty = leeg
looks-number = een getal
looks-time = een tijdstip
looks-boolean = ja of nee
looks-uuid = een UUID
looks-hexadecimal = hexadecimaal
looks-address = een adres (URL)
looks-e-mail-like = een e-mailadres
looks-word = een woord
looks-text = tekst
looks-bytes = bytes
h-hints = Gegevens over browser en apparaat die de browser op verzoek meezendt (client hints)
i-hints = Een host kan in een antwoord vragen (`Accept-CH`) dat de browser gegevens over zichzelf en over het apparaat meezendt. Wat een browser ongevraagd zendt, staat er ook; `geen vraag vastgelegd` betekent dat geen antwoord van die host met de vraag is vastgelegd.
c-hints = Client hints: gevraagd en verzonden, per host
col-hint = Client hint
col-asked-by = Gevraagd
col-hint-given = Verzonden
hint-asked = vermelding { $nr }
hint-not-asked = geen vraag vastgelegd
hint-not-given = niet verzonden in een vastgelegd verzoek
e-hints = Er zijn geen client hints gevraagd of verzonden in deze vastlegging.
hints-more = { $n ->
    [one] 1 rij staat niet in deze tabel; zij staat in `client-hints.csv`, voor zover zij is bewaard.
   *[other] { $n } rijen staan niet in deze tabel; zij staan in `client-hints.csv`, voor zover zij zijn bewaard.
}
model-dpia-heading = Voor het Model DPIA Rijksdienst, paragraaf 2 (Persoonsgegevens)
model-dpia-intro = De kolommen zijn die van het model. Elke rij is een term die de genoemde bronnen gebruiken voor velden of cookies die zijn verzonden; categorie en type staan er alleen waar een spreker die noemt. Of gegevens persoonsgegevens zijn, hangt af van wie ze heeft en waarmee ze te verbinden zijn; dat stelt een persoon vast. Wat hier ontbreekt, is niet als iets anders aangemerkt.
model-dpia-caption = Voorstel van het programma; vast te stellen door een persoon
model-dpia-personal = Persoonsgegeven
model-dpia-category = Categorie persoonsgegevens
model-dpia-none = Geen regel noemt een verzonden veld of een verzonden cookie zo. Dat zegt niet dat er geen persoonsgegevens zijn verzonden.
col-data-subject = Categorie betrokkene
col-personal-type = Type
col-from = Bron
col-said-so = Volgens
personal-from = verkeer van de browser in deze vastlegging
personal-from-endpoint = eindpunt { $nr }
personal-more = { $n ->
    [one] 1 rij staat niet in deze tabel; zij staat in `personal-data.csv`.
   *[other] { $n } rijen staan niet in deze tabel; zij staan in `personal-data.csv`.
}
subject-visitor = bezoeker (niet onder een ander account vastgelegd); of het een burger of een medewerker is: niet vastgesteld
subject-staff = medewerker van de onderzochte organisatie
subject-auditee-site = bezoeker van een eigen site van de onderzochte organisatie
h-undecoded = Wat niet kon worden uitgepakt
i-undecoded = Van de verzoeken hieronder is een deel niet gelezen zoals het zou moeten. Wat daarin stond, ontbreekt in de tabellen van dit hoofdstuk en in de aandelen.
c-undecoded = Afwijkingen bij het uitpakken van verzoeken
col-undecoded = Wat is er aan de hand
e-undecoded = Bij het uitpakken is niets afwijkends gevonden.
undecoded-broken-coding = De codering van de inhoud is onbekend of de gegevens erin zijn beschadigd.
undecoded-unpacks-to-too-much = Uitgepakt zou de inhoud groter worden dan het programma toelaat; alleen het begin is gelezen.
undecoded-too-many-fields = Er zijn meer velden dan het programma leest.
undecoded-nested-too-deep = De inhoud is dieper genest dan het programma leest.
undecoded-broken-syntax = De inhoud is niet wat het mediatype zegt.
undecoded-not-text = Tekst die geen UTF-8 is.
left-requests = { $n ->
    [one] 1 verzoek hoort bij een eindpunt waarvoor geen plaats was; het telt in dit hoofdstuk niet mee.
   *[other] { $n } verzoeken horen bij eindpunten waarvoor geen plaats was; zij tellen in dit hoofdstuk niet mee.
}
left-not-kept = { $n ->
    [one] 1 keer is een veld wel geteld en niet met naam bewaard, omdat zijn eindpunt te veel verschillende velden heeft.
   *[other] { $n } keer is een veld wel geteld en niet met naam bewaard, omdat zijn eindpunt te veel verschillende velden heeft.
}
left-rows = { $n ->
    [one] 1 veld is wel geteld en heeft geen rij, omdat de tabel te lang zou worden.
   *[other] { $n } velden zijn wel geteld en hebben geen rij, omdat de tabel te lang zou worden.
}
left-not-read = { $n ->
    [one] Ten minste 1 veld is niet gelezen, omdat het verzoek er meer heeft dan het programma leest.
   *[other] Ten minste { $n } velden zijn niet gelezen, omdat hun verzoeken er meer hebben dan het programma leest.
}
h-per-endpoint = Per eindpunt: detailladder en velden
i-per-endpoint = De detailladder zegt wat op elk niveau te zien is en wat er verborgen blijft: van alleen de host tot elk uitgepakt veld. Welk niveau nodig is, volgt niet uit de vastlegging.
per-endpoint-more = { $n ->
    [one] 1 eindpunt heeft hier geen tabellen; zijn velden staan in `fields.csv`, zijn ladder in `detail-ladder.csv`.
   *[other] { $n } eindpunten hebben hier geen tabellen; hun velden staan in `fields.csv`, hun ladders in `detail-ladder.csv`.
}
endpoint-heading = Eindpunt { $nr }
endpoint-share = { $n ->
    [0] Naar { $endpoint } zijn geen velden verzonden.
    [one] Van het ene veld dat in dit onderzoek naar { $endpoint } is verzonden, is van { $k } ({ $p } %) de betekenis niet vastgesteld; zo’n veld staat in deze bijlage en is niet als onschadelijk aangemerkt.
   *[other] Van de { $n } velden die in dit onderzoek naar { $endpoint } zijn verzonden, is van { $k } ({ $p } %) de betekenis niet vastgesteld; deze velden staan in deze bijlage en zijn niet als onschadelijk aangemerkt.
}
endpoint-unverified = { $n ->
    [0] Van geen veld berust de betekenis alleen op een uitspraak die niet aan een bron is getoetst.
    [one] Van 1 veld ({ $p } %) berust de betekenis alleen op een uitspraak die niet aan een bron is getoetst.
   *[other] Van { $n } velden ({ $p } %) berust de betekenis alleen op een uitspraak die niet aan een bron is getoetst.
}
endpoint-header-fields = { $n ->
    [one] 1 veld van de header staat in tabel { $table }.
   *[other] { $n } velden van de header staan in tabel { $table }.
}
said-of-endpoint = Volgens bronnen over dit eindpunt:
c-ladder = Detailladder van { $endpoint }
c-fields = Velden die zijn verzonden naar { $endpoint }
col-level = Niveau
col-seen = Wat te zien is
col-hidden = Wat verborgen blijft
level-host = host
level-endpoint = eindpunt
level-parameter = parameter
level-field = uitgepakt veld
ladder-host = { $n ->
    [one] dat 1 verzoek aan deze host is gezonden, en wanneer
   *[other] dat { $n } verzoeken aan deze host zijn gezonden, en wanneer
}
ladder-endpoint = { $n ->
    [one] methode, pad en bewerking van 1 verzoek aan dit eindpunt
   *[other] methode, pad en bewerking van { $n } verzoeken aan dit eindpunt
}
ladder-parameter = { $n ->
    [0] geen velden zoals zij in het verzoek staan
    [one] naam en waarde van 1 veld zoals het in het verzoek staat
   *[other] namen en waarden van { $n } velden zoals zij in het verzoek staan
}
ladder-field = { $n ->
    [0] geen velden
    [one] naam en waarde van 1 uitgepakt veld
   *[other] namen en waarden van { $n } uitgepakte velden
}
ladder-hidden = { $n ->
    [0] geen veld
    [one] 1 veld ({ $p } %)
   *[other] { $n } velden ({ $p } %)
}
ladder-hidden-meaning = betekenis niet vastgesteld: { $n } ({ $p } %); alleen ongetoetst: { $u }
e-fields = Er zijn geen andere velden dan die van de header vastgelegd.
h-sent = Wat aan elke ontvanger is verzonden
i-sent = Een veld telt elke keer dat het is vastgelegd; hun betekenis en bron staan in hoofdstuk 14. Bytes van headers zijn niet meegeteld. De laatste kolom telt verzoeken vóór en na een keuze voor de site van de onderzochte pagina, alle delen van de vastlegging samen, ook als daarin verschillende keuzes zijn gemaakt; in de overgang: van de klik tot het antwoord.
c-sent = Velden, cookies en bytes per ontvanger, en wanneer ten opzichte van de keuze
col-sent-fields = Velden naar categorie gegevens
col-sent-cookies = Namen van meegezonden cookies
col-sent-bytes = Bytes in verzoeken / in antwoorden
col-sent-choice = Verzoeken en de keuze
sent-fields = { $n ->
    [one] 1 veld
   *[other] { $n } velden
}
sent-names = { $n ->
    [one] 1 naam
   *[other] { $n } namen
}
sent-unverified = { $n } niet aan een bron getoetst
sent-url-bytes = { $n ->
    [one] 1 byte in adressen (URL’s)
   *[other] { $n } bytes in adressen (URL’s)
}
sent-body-bytes = { $n ->
    [one] 1 byte vastgelegd in inhoud van verzoeken
   *[other] { $n } bytes vastgelegd in inhoud van verzoeken
}
sent-answer-bytes = { $n ->
    [one] 1 byte vastgelegd in inhoud van antwoorden
   *[other] { $n } bytes vastgelegd in inhoud van antwoorden
}
sent-bodies-open = { $n ->
    [one] van 1 verzoek is de inhoud niet of niet geheel in de vastlegging
   *[other] van { $n } verzoeken is de inhoud niet of niet geheel in de vastlegging
}
sent-answers-open = { $n ->
    [one] van 1 antwoord is de inhoud niet of niet geheel in de vastlegging
   *[other] van { $n } antwoorden is de inhoud niet of niet geheel in de vastlegging
}
endpoint-bodies = { $n ->
    [one] Van 1 verzoek is de inhoud niet of niet geheel in de vastlegging; wat daarin stond, is niet meegeteld.
   *[other] Van { $n } verzoeken is de inhoud niet of niet geheel in de vastlegging; wat daarin stond, is niet meegeteld.
}
g-field = Veld
g-field-text = Een waarde met een naam in een verzoek, waar die ook staat. Wat iemand over de betekenis zegt, staat erbij met bron en datum.
g-ladder = Detailladder
g-ladder-text = Wat van de verzoeken aan een eindpunt te zien is op vier niveaus: host, eindpunt, parameter, uitgepakt veld.
s-fields-own = { $n ->
    [one] zonder headers en padsegmenten: van 1 veld is bij { $k } ({ $p } %) de betekenis niet vastgesteld en bij nog { $u } alleen niet getoetst
   *[other] zonder headers en padsegmenten: van { $n } velden is bij { $k } ({ $p } %) de betekenis niet vastgesteld en bij nog { $u } alleen niet getoetst
}
share-of-recording-without-headers = de hele vastlegging, zonder headers en padsegmenten
share-of-platform-without-headers = het platform en wat ermee is verbonden, zonder headers en padsegmenten
i-shares = Headers en padsegmenten horen bij bijna elk verzoek en hebben meestal een openbare betekenis; daarom staat elk aandeel er ook zonder. Een uitspraak die de betekenis openlaat of over een andere site gaat, telt niet als betekenis.
claim-open = (laat de betekenis hier open)
different-step = waarden van stappen zijn niet vergeleken
field-short = { $n ->
    [0] alleen leeg verzonden
    [one] veld aanwezig, waarde van ten hoogste 1 byte
   *[other] veld aanwezig, waarde van ten hoogste { $n } bytes
}
field-see-cookie = zie rij { $nr } van tabel 3
sent-no-category = categorie niet vastgesteld
sent-too-short = { $n ->
    [one] 1 met de naam van een kenmerk en een waarde van ten hoogste 1 byte
   *[other] { $n } met de naam van een kenmerk en een waarde van ten hoogste 1 byte
}
personal-connection = { $n ->
    [one] elke verbinding: een server ziet het adres waarnaar het antwoord gaat; 1 verzoek, eindpunten: { $endpoints }. Het adres is geen veld van een verzoek.
   *[other] elke verbinding: een server ziet het adres waarnaar het antwoord gaat; { $n } verzoeken, eindpunten: { $endpoints }. Het adres is geen veld van een verzoek.
}
personal-from-traffic = volgt uit het verkeer zelf
personal-too-short = { $n ->
    [one] 1 veld staat er niet bij, omdat elke verzonden waarde leeg of te kort is om een kenmerk te zijn (ten hoogste 1 byte).
   *[other] { $n } velden staan er niet bij, omdat elke verzonden waarde leeg of te kort is om een kenmerk te zijn (ten hoogste 1 byte).
}
i-sent-no-choice = Voor de site van de onderzochte pagina is geen keuze vastgelegd.
