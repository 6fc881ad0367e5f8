### Teksten van de bijlage in het Nederlands. Elke id en elke variabele staat ook in en.ftl (een test bewaakt dat).
### De bewoordingen volgen claims.md: zeg wat is vastgelegd en nooit meer. `Accenten` worden in HTML code.
### Woordkeus: entry = vermelding, row = rij, rule = regel, Set-Cookie line = Set-Cookie-header, set = gezet, digest = hashwaarde.

## Document
title = Bijlage: vastgelegde gegevensstromen
overline = Bijlage bij een gegevensbeschermingseffectbeoordeling (DPIA)
title-simulated = Gesimuleerd – { $title }
subtitle = Vastgelegd netwerkverkeer, onderzocht ten opzichte van { $site }
subtitle-no-page = Vastgelegd netwerkverkeer waarvan de onderzochte pagina niet is vastgesteld
skip = Naar de inhoud
contents = Inhoud
simulated-short = Gesimuleerde vastlegging
simulated-line = Gesimuleerde vastlegging: fictief platform; zegt niets over wat Meta doet.
simulated-long = De vastlegging is gemaakt met een nagebootst platform op hostnamen die echt lijken. Zij laat zien hoe deze bijlage is opgebouwd en zegt niets over wat Meta doet.
caption = Tabel { $n }. { $text }
table-ref = tabel { $n }
chapter-ref = hoofdstuk { $n }
footer = Gemaakt met { $tool } { $version }, bijlageformaat { $format }. Elke rij is te herleiden tot genummerde vermeldingen in de vastlegging.
page-of = pagina
attached-log = Bewijslogboek: één record per regel, met een keten van hashwaarden; hierop berusten de tabellen
attached-table = Tabel van deze bijlage
not-established = niet vastgesteld
not-recorded = niet vastgelegd
none-recorded = geen vastgelegd
more-names = en nog { $n }
part-rows = Rijen { $from } tot en met { $to } van { $n }
part-numbers = { $count } van de { $n } rijen: de nummers { $from } tot en met { $to }
part-others = de andere staan in de delen onder deze tabel
tools-open = Filteren en sorteren
tools-filter = Rijen met deze woorden
tools-sort = Gesorteerd op
tools-as-filed = de volgorde van het bestand
tools-back = andersom
tools-whole = Weer de hele tabel
tools-more = Meer rijen tonen
tools-told = Rijen die voldoen: { $found } van { $all }. Hieronder getoond: { $shown }. Hier gefilterd of gesorteerd door wie deze pagina leest; het bestand zelf bevat nog alle rijen.
cut = [in de vastlegging nog { $n ->
    [one] 1 teken
   *[other] { $n } tekens
}]
day-month = { $day } { $month } { $year }
month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december

## Koppen
h-recording = De vastlegging en wat zij laat zien
h-recipients = Ontvangers: domeinen waaraan verzoeken waren gericht
h-cookies = Cookies
h-flows = Gegevensstromen per eindpunt
h-timeline = Tijdlijn van het bezoek
h-choices = Gezet en meegezonden, vóór en na de keuze in het scherm
h-trail = Spoor naar andere sites, en kenmerken
h-gaps = Wat deze vastlegging niet kon laten zien
h-method = Werkwijze
h-custody = Bewaarketen
h-verify = Hoe deze bijlage te controleren is
h-sources = Bronnen
h-glossary = Gebruikte begrippen

## 1 Vastlegging
c-recording = De vastlegging en hoe zij is onderzocht
k-item = Onderdeel
k-value = Gegeven
k-file = Bestand
k-size = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
k-format = formaat { $format }
k-wrappings = verpakt in { $list }
k-folder = Map
k-head = Hashwaarde van het laatste record van het logboek van de bewaarketen (SHA-256)
k-sha = SHA-256 van het bestand
k-nature = Aard van de vastlegging
k-period = Periode (UTC)
k-period-first = begin van het eerste verzoek:
k-period-last = begin van het laatste verzoek:
k-with = Vastgelegd met
k-with-note = volgens de vastlegging zelf; niet gecontroleerd
k-program = programma:
k-browser = browser:
k-baseline = nulmeting:
k-comment = Opmerking in de vastlegging
k-scenario = Scenario
k-page = Onderzochte pagina
k-page-site = registreerbaar domein { $site }
k-page-owner = eigenaar volgens de regels:
k-page-count = { $n ->
    [0] de vastlegging noemt geen pagina’s
    [one] de vastlegging noemt 1 pagina
   *[other] de vastlegging noemt { $n } pagina’s
}
k-overruled = Een andere kandidaat is terzijde gesteld:
k-auditee = Domeinen van de organisatie zelf
k-auditee-note = { $n ->
    [0] geen verzoek aan deze domeinen is weggelaten; hosts eronder die een andere naam van een ander zijn, staan in tabel 2b
    [one] 1 verzoek aan deze domeinen is weggelaten uit de tabellen 2 tot en met 4; hosts eronder die een andere naam van een ander zijn, staan in tabel 2b
   *[other] { $n } verzoeken aan deze domeinen zijn weggelaten uit de tabellen 2 tot en met 4; hosts eronder die een andere naam van een ander zijn, staan in tabel 2b
}
k-platform = Platform
k-case = Posities
k-case-yes = Door de onderzoeker opgegeven in een dossier.
k-case-given = Door de onderzoeker opgegeven, niet in een dossier.
k-case-no = Er is geen dossier waarin posities zijn opgegeven; posities zijn daarom niet vastgesteld, tenzij een regel eigen verkeer van de browser beschrijft.
k-made = Onderzocht met
k-rules = SHA-256 over alle regelbestanden
k-entries = Vermeldingen
basis-operator = opgegeven door de onderzoeker
basis-page-title = ontleend aan de titel van de eerste pagina die de vastlegging noemt
basis-later-page-title = ontleend aan de titel van een latere pagina die de vastlegging noemt
basis-first-document = ontleend aan het eerste document in de vastlegging
basis-referers = ontleend aan de Referer-headers van de verzoeken
basis-first-entry = ontleend aan de host van de eerste vermelding, bij gebrek aan iets beters
basis-none = de vastlegging bevat niets waaruit de pagina kon worden vastgesteld
s-examined = Wat is onderzocht
s-made-elsewhere = Een vastlegging van netwerkverkeer, eerder gemaakt door een ander programma, is vermelding voor vermelding gelezen.
s-made-here = Een vastlegging van netwerkverkeer, gemaakt met de onderscheppende proxy van { $tool }, is vermelding voor vermelding gelezen.
s-examined-text = Van elk verzoek is genoteerd aan welke host het was gericht, welke cookies het bevatte, welke cookies het antwoord de browser vroeg te zetten en welke regels of lijsten erop van toepassing zijn. ‘Zelfde site’ en ‘andere eigenaar’ zijn bedoeld ten opzichte van { $site }.
s-examined-text-no-page = Van elk verzoek is genoteerd aan welke host het was gericht, welke cookies het bevatte, welke cookies het antwoord de browser vroeg te zetten en welke regels of lijsten erop van toepassing zijn. De onderzochte pagina is niet vastgesteld; daarom zijn ook de relaties niet vastgesteld.
s-recorded = Wat is vastgelegd
f-entries = { $n ->
    [one] vermelding
   *[other] vermeldingen
}
f-domains = { $n ->
    [one] registreerbaar domein
   *[other] registreerbare domeinen
}
f-cookies = { $n ->
    [one] cookie, gezet of verzonden
   *[other] cookies, gezet of verzonden
}
f-other = { $n ->
    [one] verzoek aan een ander registreerbaar domein dan dat van de pagina
   *[other] verzoeken aan een ander registreerbaar domein dan dat van de pagina
}
s-hosts = { $n ->
    [one] De verzoeken waren gericht aan 1 host
   *[other] De verzoeken waren gericht aan { $n } verschillende hosts
}
s-owner = { $n ->
    [one] Bij 1 verzoek noemt een regel de eigenaar van het domein
   *[other] Bij { $n } verzoeken noemt een regel de eigenaar van het domein
}
s-set = { $n ->
    [one] In antwoorden is 1 Set-Cookie-header vastgelegd
   *[other] In antwoorden zijn { $n } Set-Cookie-headers vastgelegd
}
s-sent = { $n ->
    [one] In verzoeken is 1 verzonden cookie vastgelegd, geteld per verzoek
   *[other] In verzoeken zijn { $n } verzonden cookies vastgelegd, geteld per verzoek
}
s-findings = { $n ->
    [one] Op 1 verzoek is ten minste één regel over een eindpunt of een cookie, of een filterlijst van toepassing
   *[other] Op { $n } verzoeken is ten minste één regel over een eindpunt of een cookie, of een filterlijst van toepassing
}
s-hostless = { $n ->
    [one] 1 vermelding heeft geen host en is aan niemand verzonden
   *[other] { $n } vermeldingen hebben geen host en zijn aan niemand verzonden
}
s-choices = { $n ->
    [0] Er is geen keuze in een cookiescherm vastgelegd
    [one] Er is 1 keuze in een cookiescherm vastgelegd
   *[other] Er zijn { $n } keuzes in een cookiescherm vastgelegd
}
s-trail = { $n ->
    [0] Er zijn geen gelijke waarden bij de onderzochte site en bij een andere site vastgelegd
    [one] Er is 1 paar plaatsen met een gelijke waarde vastgelegd: bij de onderzochte site en bij een andere site
   *[other] Er zijn { $n } paren plaatsen met een gelijke waarde vastgelegd: bij de onderzochte site en bij een andere site
}
s-trail-own = { $n ->
    [one] Van 1 paar zijn beide plaatsen buiten het bezoek aan de onderzochte site vastgelegd: bij een andere site en in een verzoek aan of een antwoord van het platform
   *[other] Van { $n } paren zijn beide plaatsen buiten het bezoek aan de onderzochte site vastgelegd: bij een andere site en in een verzoek aan of een antwoord van het platform
}
s-gaps = { $n ->
    [0] In de vastlegging is geen soort leemte gevonden; de algemene grenzen gelden
    [one] Er is 1 soort leemte gevonden
   *[other] Er zijn { $n } soorten leemten gevonden
}
s-not = Wat deze bijlage niet laat zien
s-not-1 = Wat een ontvanger na het verzoek met gegevens doet, en met welk doel. Doelen in deze bijlage zijn uitspraken van de genoemde bronnen.
s-not-2 = Of de vastlegging volledig en eerlijk is, en of zij kenmerkend is voor andere bezoeken, browsers en dagen.
s-not-3 = In welk land gegevens zijn opgeslagen en wie ze kan inzien.
s-not-4 = Of aan een rechtsnorm is voldaan. Dat is een juridische beoordeling en volgt niet uit deze bijlage.
s-not-more = De leemten van deze vastlegging en de algemene grenzen staan in
how = Hoe deze bijlage te lezen
how-relation = Relatie
how-relation-text = Hoe het domein van een verzoek zich verhoudt tot de onderzochte pagina: zelfde site (hetzelfde registreerbare domein), zelfde eigenaar (een ander domein waarvan de regels dezelfde eigenaar noemen), andere eigenaar, of niet vastgesteld. Dit is een technisch onderscheid en geen rol in juridische zin.
how-position = Positie
how-position-text = De plaats van een organisatie in dit onderzoek (onderzochte organisatie, platform, verbonden met het platform, overig), zoals opgegeven door de onderzoeker. Het is geen kwalificatie in de zin van de AVG.
how-claim = Volgens bronnen
how-claim-text = Wat iemand over een cookie of een eindpunt zegt, met vermelding van die persoon of organisatie. Uitspraken van verschillende bronnen staan naast elkaar en worden nooit samengevoegd. Een treffer in een filterlijst betekent alleen dat die lijst dat zegt.
how-ne = Niet vastgesteld
how-ne-text = Niets in de vastlegging of de regels beantwoordt de vraag. Een ontbrekend antwoord wordt nooit door een gok vervangen.
how-entry = Vermelding en rij
how-entry-text = Een vermelding is een genummerd verzoek met het antwoord daarop in de vastlegging. Rijen behouden hun nummer wanneer de analyse met dezelfde vastlegging en dezelfde regels wordt herhaald.
how-escape = Gemarkeerde tekens
how-escape-text = Vastgelegde tekst is afgedrukt zoals zij is vastgelegd. Tekens die onzichtbaar zijn of die de schrijfrichting veranderen, zijn afgedrukt als een gemarkeerde code, zoals { $sample }.

## 2 Ontvangers
c-recipients = Registreerbare domeinen waaraan vastgelegde verzoeken waren gericht
i-recipients = Eén rij per registreerbaar domein, de meeste verzoeken eerst; waar de regels voor hosts van één domein verschillende houders noemen, een rij per houder. ‘Ontvanger’ betekent dat een aan dit domein gericht verzoek is vastgelegd. Het betekent niet dat het verzoek is aangekomen of gebruikt, en het is niet bedoeld als begrip uit de AVG.
e-recipients = Er zijn geen verzoeken met een host vastgelegd.
col-nr = Nr.
col-domain = Registreerbaar domein
col-relation = Relatie
col-requests = Verzoeken
col-sources = Volgens bronnen
col-lists = Op lijsten van anderen
hosts-label = hosts:
first-entry = eerste vermelding { $nr }
owner-rule = regel { $place }
list-says = lijst { $list }: { $n ->
    [one] 1 verzoek
   *[other] { $n } verzoeken
}
no-list = geen treffer
no-lists-used = geen lijsten gebruikt
relation-same-site = zelfde site
relation-same-owner = zelfde eigenaar
relation-other-owner = andere eigenaar
relation-owner-not-established = eigenaar niet vastgesteld
relation-page-not-established = pagina niet vastgesteld
position-auditee = onderzochte organisatie
position-platform = platform
position-platform-affiliate = verbonden met het platform
position-other = overig
position-browser = eigen verkeer van de browser
position-not-established = niet vastgesteld

## 2 Ontvangers: houder, netwerk, contractpartij
col-holder = Houder van het domein (eigenaar)
col-network = Beheerder van het netwerk
col-contract = Partij die de voorwaarden noemen
i-three = Houder van het domein, beheerder van het netwerk en de partij die de voorwaarden noemen, zijn drie verschillende vragen, elk met een eigen bron. Geen van de drie is ingevuld vanuit een andere: waar een kolom ‘niet vastgesteld’ zegt, beantwoordt geen regel of lijst die vraag.
with-cookies = { $n ->
    [0] geen met cookies
   *[other] { $n } met cookies
}
set-lines = { $n ->
    [one] 1 Set-Cookie-header
   *[other] { $n } Set-Cookie-headers
}
owner-seat = zetel van de organisatie volgens de bron: { $country }
holder-label = houder van het domein:
network-by-number = aan de hand van het nummer { $number } dat een database voor het adres geeft
network-by-database = { $number }, organisatie volgens database { $list }; op haar naam stond het adres geregistreerd
contract-for = voor { $service }
claim-limits = Wat hieruit niet blijkt: { $text }
certainty-unverified = niet aan een bron getoetst
not-rederivable = Niet opnieuw af te leiden zonder lijst { $list }
alias-ref = andere namen van een host: tabel 2b, rij { $nr }

## 2a Adressen
h-addresses = Adressen waarop ontvangers antwoordden
c-addresses = Adressen van servers en op wiens naam zij geregistreerd stonden
i-addresses = Eén rij per ontvanger en adres, voor zover de vastlegging adressen van servers bevat.
e-addresses = De vastlegging bevat geen adressen van servers.
addresses-limits = Een rij zegt dat het adres volgens de database van die datum op naam van die organisatie in dat land geregistreerd stond. Daaruit blijkt niet waar de gegevens zijn opgeslagen, en ook niet of zij zijn doorgegeven.
col-address = Adres
col-hosts = Hosts
col-registered = Geregistreerd op naam van (nummer en organisatie van het autonome systeem, land), volgens
address-not-looked-up = niet opgezocht: er is geen database van adressen gebruikt
address-not-held = niet in deze database
address-said = { $number }, { $organisation }, { $country }
address-database = volgens { $list } ({ $database }) van { $date }

## 2b Andere namen
h-aliases = Hosts die een andere naam zijn van een host van een andere site
c-aliases = Hosts waarvan de naam leidt naar een host van een ander registreerbaar domein (CNAME)
i-aliases = Een host waarvan de naam onder de site van een pagina ligt, kan een andere naam (CNAME) zijn van een host van iemand anders. Een browser behandelt zo’n host als deel van de site. Alleen hosts onder de site van de pagina die het verzoek deed, onder de onderzochte site of onder een domein van de onderzochte organisatie zijn bekeken, en alleen namen die leiden naar een registreerbaar domein waarvoor de regels niet dezelfde houder noemen. Een netwerk dat antwoordt voor wie het inhuurt, is als zodanig aangegeven.
e-aliases-not-asked = Niet vastgesteld: in deze vastlegging staat geen antwoord van een naamserver, dus ook niet welke namen achter de hosts liggen. Geen hier gebruikte lijst kent een van de hosts als andere naam.
e-aliases = Er zijn geen zulke namen vastgelegd, en geen hier gebruikte lijst kent een van de hosts als zodanig.
col-alias-host = Gevraagde host
col-alias-names = Doorlopen namen
col-alias-ends = Leidt naar
col-alias-lists = Volgens lijsten
alias-basis-recorded-names = uit het antwoord van de naamserver, zoals vastgelegd
alias-basis-list-of-hosts = alleen volgens een lijst: de vastlegging bevat geen namen
alias-network = hoort volgens een regel bij een netwerk
alias-known-host = lijst { $list } vermeldt de host { $listed } als andere naam
alias-known-name = lijst { $list } vermeldt { $listed } als host waarheen andere leiden
alias-known-tracker = lijst { $list } vermeldt { $listed } in haar database van trackers
alias-target = van { $text }
alias-company = van { $text }, in de woorden van de lijst
list-place = plaats in de lijst: { $place }

## Lijsten van anderen
list-says-by-name = lijst { $list }, onder een andere naam waarheen de host leidt: { $n ->
    [one] 1 verzoek
   *[other] { $n } verzoeken
}
list-by-name = onder de naam { $name }, waarheen de host leidt
list-owner = in lijst { $list }: eigenaar { $owner }, categorie { $categories }
list-owner-place = op grond van { $matched }, plaats in de lijst: { $place }
list-names-none = geen genoemd
claim-list = lijst { $list }
claim-list-own-words = in de woorden van de lijst, niet vertaald
claim-list-lifetime = levensduur volgens de lijst: { $text }
claim-list-service = dienst: { $text }
claim-list-controller = wie volgens de lijst over de gegevens gaat: { $text }
claim-list-any-domain = De rij noemt geen domein: zij gaat over elke cookie met deze naam.
input-filter = filterlijst
input-cookies = database van cookies
input-trackers = database van trackers
input-aliases = lijst van andere namen van hosts
input-suffixes = Public Suffix List
input-addresses = database van adressen
list-origin = verkregen van:
list-retrieved = verkregen op:
list-licence = licentie:
list-hand-over-yes = mag samen met het dossier worden overgedragen
list-hand-over-no = mag niet worden overgedragen: uitkomsten die erop rusten, zijn aangemerkt als niet opnieuw af te leiden zonder deze lijst
list-hand-over-unknown = of zij mag worden overgedragen, is niet vastgesteld: uitkomsten die erop rusten, zijn aangemerkt als niet opnieuw af te leiden zonder deze lijst
list-matched-by-name = { $n ->
    [one] alleen onder een andere naam: 1
   *[other] alleen onder een andere naam: { $n }
}

## Uitspraken
by-vendor = leverancier
by-vendor-as-told = leverancier, zoals weergegeven door { $publisher }
source-not-consulted = bron zelf niet geraadpleegd
by-independent = andere bron dan de leverancier
by-authority = toezichthouder of rechter
by-own = eigen opvatting
certainty-stated = de bron zegt dit
certainty-derived = afgeleid: volgt uit wat de bron laat zien, maar de bron zegt het niet met zoveel woorden
certainty-derived-short = afgeleid
claim-no-category = geen categorie genoemd
claim-lifetime = levensduur volgens deze bron: { $lifetime }
claim-rule = regel { $rule }, { $place }
source-ref = bron { $nr }
life-session = sessie
life-s = { $n ->
    [one] 1 seconde
   *[other] { $n } seconden
}
life-min = { $n ->
    [one] 1 minuut
   *[other] { $n } minuten
}
life-h = { $n ->
    [one] 1 uur
   *[other] { $n } uur
}
life-d = { $n ->
    [one] 1 dag
   *[other] { $n } dagen
}
life-months = { $n ->
    [one] 1 maand
   *[other] { $n } maanden
}
life-years = { $n ->
    [one] 1 jaar
   *[other] { $n } jaar
}

## 3 Cookies
c-cookies = Cookies die volgens de vastlegging zijn gezet of verzonden
i-cookies = Eén rij per cookie. ‘Gezet’ betekent dat een antwoord met een `Set-Cookie`-header is vastgelegd; of de browser de cookie heeft bewaard, is alleen te zien waar zij later is verzonden. ‘Verzonden’ betekent dat een verzoek met de cookie is vastgelegd. Waarden zijn niet afgedrukt: gelijke vingerafdrukken betekenen binnen deze bijlage gelijke waarden.
e-cookies = Er zijn geen cookies vastgelegd.
n-cookies-title = Het ontbreken van cookies bewijst hier niets
n-no-request-cookies = Geen enkel verzoek in de hele vastlegging bevat een `Cookie`-header. Programma’s die een vastlegging exporteren laten deze headers vaak weg. Dat deze tabel een cookie niet als verzonden vermeldt, betekent daarom niet dat zij niet is verzonden.
n-no-set-cookies = Geen enkel antwoord in de hele vastlegging bevat een `Set-Cookie`-header. Programma’s die een vastlegging exporteren laten deze headers vaak weg. Dat deze tabel een cookie niet als gezet vermeldt, betekent daarom niet dat zij niet is gezet.
col-cookie = Cookie
col-set = Set-Cookie vastgelegd
col-lifetime = Levensduur en attributen
col-sent-to = Verzonden aan
col-history = Verloop en waarden
cookie-domain-label = domein:
cookie-host-only = alleen deze host
cookie-subdomains = ook subdomeinen
cookie-path-label = pad:
cookie-partitioned = per hoofdsite afzonderlijk bewaard (Partitioned)
origin-set-cookie = door een antwoord van
origin-cookie-list = alleen in de cookielijst van de vastlegging; geen Set-Cookie-header vastgelegd
origin-sent-only = verzonden, geen Set-Cookie vastgelegd
first-set = eerste keer:
cookie-first-entry = vermelding { $nr }
cookie-first-sent = voor het eerst vastgelegd in vermelding { $nr }
lifetime-days = { $n ->
    [one] { $days } dag gevraagd
   *[other] { $days } dagen gevraagd
}
lifetime-seconds = { $n ->
    [one] 1 seconde
   *[other] { $n } seconden
}
lifetime-session = sessie: eindigt met de browsersessie
lifetime-also-session = ten minste eenmaal ook als sessiecookie gezet
lifetime-none = geen levensduur gevraagd
lifetime-shortest = kortste gevraagd, in dagen: { $days }
lifetime-effective = effectief, in dagen: ten hoogste { $days }
lifetime-cut = browsers die RFC 6265bis (paragraaf 5.5) volgen, bewaren ten hoogste 400 dagen
lifetime-above = langer dan de vergelijkingslijn van { $days } dagen ({ $label })
lifetime-above-asked = de effectieve levensduur is dat niet
attr-yes = { $name }: ja
attr-no = { $name }: nee
attr-samesite = SameSite: { $value }
attr-samesite-none = SameSite: niet vermeld
sent-line = { $n ->
    [one] 1 verzoek
   *[other] { $n } verzoeken
}
sent-total = { $n ->
    [one] in totaal 1 verzoek
   *[other] in totaal { $n } verzoeken
}
sent-never = niet als verzonden vastgelegd
sent-other-value = { $n ->
    [one] in 1 verzoek met een andere waarde dan de laatst vastgelegde Set-Cookie eraan gaf
   *[other] in { $n } verzoeken met een andere waarde dan de laatst vastgelegde Set-Cookie eraan gaf
}
hist-set = gezet: { $n }
hist-renewed = opnieuw gezet met dezelfde waarde: { $n }
hist-changed = opnieuw gezet met een andere waarde: { $n }
hist-deleted = verwijdering gevraagd door een antwoord: { $n }
hist-refused = { $n ->
    [one] 1 Set-Cookie-header die een browser volgens RFC 6265bis behoort te weigeren; of dat is gebeurd, is niet vastgelegd
   *[other] { $n } Set-Cookie-headers die een browser volgens RFC 6265bis behoort te weigeren; of dat is gebeurd, is niet vastgelegd
}
hist-faults = fouten in Set-Cookie-headers:
values-count = { $n ->
    [one] 1 waarde gezien
   *[other] { $n } verschillende waarden gezien
}
values-bytes = { $n ->
    [one] lengte 1 byte
   *[other] lengte { $n } bytes
}
values-range = lengte { $from } tot { $to } bytes
values-fingerprints = { $n ->
    [one] vingerafdruk:
   *[other] vingerafdrukken:
}
said-of-endpoints = Rij { $nr }: wat bronnen zeggen van daar opgevraagde eindpunten.
said-of-cookie = Rij { $nr }: wat bronnen van deze cookie zeggen.
claims-none = niet vastgesteld: geen regel beschrijft dit
fault-perhaps-joined = mogelijk zijn meerdere cookies met komma’s in één regel samengevoegd; alleen de eerste is gelezen
fault-empty = geen naam en geen waarde
fault-control-character = besturingsteken in de regel
fault-too-long = naam en waarde samen langer dan 4.096 bytes
fault-attribute-too-long = attribuut langer dan 1.024 bytes, dat dan wordt genegeerd
fault-expires-unreadable = einddatum niet leesbaar, zodat de regel om een sessiecookie vraagt
fault-max-age-unreadable = Max-Age niet leesbaar
fault-prefix-secure = naam met het voorvoegsel __Secure- zonder Secure
fault-prefix-host = naam met het voorvoegsel __Host- zonder wat dat voorvoegsel vereist
fault-same-site-none-insecure = SameSite=None zonder Secure
fault-partitioned-insecure = Partitioned zonder Secure
fault-nameless-prefix = geen naam, en een waarde die op een naam met voorvoegsel lijkt
fault-domain-not-of-host = domein past niet bij de host die antwoordde
fault-domain-is-public-suffix = domein is een openbaar achtervoegsel (public suffix)

## 3a, 3b Levensduur
h-lines = Vergelijkingslijnen
c-lines = Lijnen waarmee levensduren zijn vergeleken
i-lines = Een lijn is een aantal dagen dat een bron noemt, met wat die bron zegt over waarvoor het is bedoeld. Tabel 3 vermeldt boven welke lijnen een gevraagde levensduur ligt. Dat een levensduur boven een lijn ligt, zegt niets over de vraag of zij zo lang mag zijn: voor welke cookies een lijn is bedoeld en of zij iemand bindt, is een juridische beoordeling. Andere lijnen kunnen in een regelbestand worden opgegeven.
e-lines = De gebruikte regels noemen geen vergelijkingslijnen.
col-line = Lijn
col-line-days = Dagen
col-line-meaning = Wat de bron zegt
h-lifetimes = Levensduur: vermeld en vastgelegd
c-lifetimes = Levensduren die bronnen vermelden, naast die in de vastlegging
i-lifetimes = Eén rij per cookie en per bron die een levensduur vermeldt. Daarnaast staan de kortste en de langste levensduur die vastgelegde Set-Cookie-headers vroegen, en de effectieve, waarvan browsers die RFC 6265bis volgen ten hoogste 400 dagen bewaren. Een vermelding in maanden is gerekend met 30,44 dagen per maand, een in jaren met 365,25 dagen per jaar. Als gelijk geldt een verschil van ten hoogste één dag; onder 20 dagen van ten hoogste 5 %, bij vermeldingen in maanden van ten hoogste 2 % en bij vermeldingen in jaren van ten hoogste 0,1 %, waar dat meer is dan een dag. De tabel zegt niet wie gelijk heeft: een bron kan een andere versie, een andere tijd of een andere bezoeker beschrijven.
e-lifetimes = Geen bron die de regels noemen, vermeldt een levensduur voor een vastgelegde cookie.
col-stated-by = Vermeld door
col-stated = Vermelde levensduur
col-asked = Gevraagde levensduur
col-effective = Effectieve levensduur
col-difference = Vastgelegd, vergeleken met vermeld
duration-days = { $n ->
    [one] { $days } dag
   *[other] { $days } dagen
}
duration-shortest = kortste:
duration-longest = langste:
lifetime-tolerance = { $n ->
    [one] marge: 1 seconde
   *[other] marge: { $n } seconden
}
diff-asked = gevraagd:
diff-effective = effectief:
diff-same = gelijk, binnen de marge
diff-longer = langer dan vermeld
diff-shorter = korter dan vermeld
diff-longer-and-shorter = soms langer en soms korter dan vermeld
diff-session-asked = een sessiecookie, waar een tijd is vermeld
diff-time-asked = een tijd, waar een sessie is vermeld
diff-no-set-cookie = geen Set-Cookie vastgelegd
diff-nothing-kept = alleen headers die de cookie verwijderen of die een browser hoort te weigeren
diff-not-computable = er is een einddatum opgegeven; de tijd van het antwoord is niet bekend
s-lifetimes = { $n ->
    [0] Voor geen vastgelegde cookie vermeldt een bron een levensduur
    [one] 1 opgave van een levensduur door een bron staat naast wat is vastgelegd
   *[other] { $n } opgaven van een levensduur door bronnen staan naast wat is vastgelegd
}

## 3c Cachevalidators
h-validators = Waarden die een browser bij een kopie bewaart
c-validators = Cachevalidators die zijn teruggestuurd, of die verschillen terwijl de bytes gelijk zijn
i-validators = Een antwoord kan een waarde bevatten (`ETag` of `Last-Modified`) die de browser bij zijn kopie van het antwoord bewaart en bij een volgend bezoek terugstuurt, wanneer hij vraagt of de kopie nog goed is. Eén rij per host en pad waarvan de browser een waarde terugstuurde, of waarvan antwoorden met dezelfde bytes verschillende waarden hadden. Waarden zijn niet afgedrukt: gelijke vingerafdrukken betekenen binnen deze bijlage gelijke waarden.
i-validators-limits = Waarvoor een waarde wordt gebruikt is niet waarneembaar, en dat een waarde iemand identificeert volgt niet uit deze tabel: ook een datum of een versienummer is een waarde. Of een waarde per browser verschilt, vergt vastleggingen van meerdere browsers. Bytes zijn alleen vergeleken waar een body geheel is vastgelegd, met status 200 en ten hoogste 1 MiB.
e-validators = Er is geen validator vastgelegd die is teruggestuurd, en geen die verschilt bij dezelfde bytes.
col-resource = Host en pad
col-validator = Soort
col-validator-values = Waarden
col-given = Gegeven
col-sent-back = Teruggestuurd
col-same-bytes = Zelfde bytes, andere waarde
validator-kind-etag = entity tag (`ETag`, teruggestuurd als `If-None-Match`)
validator-kind-last-modified = datum (`Last-Modified`, teruggestuurd als `If-Modified-Since`)
validator-given = { $n ->
    [one] door 1 antwoord
   *[other] door { $n } antwoorden
}
validator-not-given = { $n ->
    [one] in 1 verzoek met een waarde die geen eerder vastgelegd antwoord van deze host en dit pad in het traject gaf
   *[other] in { $n } verzoeken met een waarde die geen eerder vastgelegd antwoord van deze host en dit pad in het traject gaf
}
validator-of-content = { $n ->
    [one] 1 waarde is afgeleid van de inhoud: SHA-1 of SHA-256 van de bytes
   *[other] { $n } waarden zijn afgeleid van de inhoud: SHA-1 of SHA-256 van de bytes
}
validator-elsewhere = { $n ->
    [one] een van deze waarden is ook bij 1 andere host met pad gezien
   *[other] een van deze waarden is ook bij { $n } andere hosts met pad gezien
}
validator-same-bytes = { $n ->
    [one] 1 antwoord
   *[other] { $n } antwoorden
}
validators-resources = { $n ->
    [0] Er zijn geen validators vastgelegd.
   *[other] Vastgelegde validators, per host, pad en soort geteld: { $n }.
}
validators-answers = { $n ->
    [one] 1 antwoord geeft er een.
   *[other] { $n } antwoorden geven er een.
}
validators-requests = { $n ->
    [one] 1 verzoek stuurt er een terug.
   *[other] { $n } verzoeken sturen er een terug.
}
validators-left-out = { $n ->
    [one] 1 waarde of rij is weggelaten omdat de tabel te lang zou worden; afzonderlijke waarden staan in het bewijslogboek.
   *[other] { $n } waarden of rijen zijn weggelaten omdat de tabel te lang zou worden; afzonderlijke waarden staan in het bewijslogboek.
}
s-validators = { $n ->
    [0] Er is geen bij een kopie bewaarde waarde vastgelegd die is teruggestuurd of bij dezelfde bytes verschilt
   *[other] Validators, per host, pad en soort geteld, die zijn teruggestuurd of bij dezelfde bytes verschilden: { $n }
}

## 4 Gegevensstromen
c-flows = Verzoeken per host, methode en pad
i-flows = Eén rij per host, methode en pad, in de volgorde van de eerste vermelding. Tijden zijn in UTC.
urls-masked = Van queryparameters zijn alleen de namen afgedrukt en nooit de waarden.
urls-full = Waarden van queryparameters zijn in deze bijlage afgedrukt; de namen staan afzonderlijk vermeld.
left-out = { $n ->
    [one] 1 rij is weggelaten omdat de tabel te lang zou worden; deze staat in het bewijslogboek.
   *[other] { $n } rijen zijn weggelaten omdat de tabel te lang zou worden; zij staan in het bewijslogboek.
}
e-flows = Er zijn geen gegevensstromen vastgelegd.
col-endpoint = Eindpunt
col-time = Eerste tijd en vermeldingen
col-answers = Verzoeken en antwoorden
col-who = Relatie, eigenaar en positie
col-cookie-names = Namen van cookies
parameters-label = queryparameters:
entries-label = { $n ->
    [one] vermelding
   *[other] vermeldingen
}
entries-first = … (de eerste { $n } zijn getoond)
requests-n = { $n ->
    [one] 1 verzoek
   *[other] { $n } verzoeken
}
status-label = status:
status-none = geen status vastgelegd
flow-not-sent = { $n ->
    [one] 1 hiervan heeft volgens de vastlegging de browser nooit verlaten (cachegeheugen of tegengehouden door de browser); de cookies daarvan zijn niet als verzonden geteld
   *[other] { $n } hiervan hebben volgens de vastlegging de browser nooit verlaten (cachegeheugen of tegengehouden door de browser); de cookies daarvan zijn niet als verzonden geteld
}
flow-refused = { $n ->
    [one] 1 hiervan is door het vastleggende programma tegengehouden en niet aan de host gezonden; de cookies daarvan zijn niet als verzonden geteld
   *[other] { $n } hiervan zijn door het vastleggende programma tegengehouden en niet aan de host gezonden; de cookies daarvan zijn niet als verzonden geteld
}
flow-also-idle = { $n ->
    [one] 1 hiervan is ook vastgelegd terwijl dezelfde browser niets deed (in de ene nulmeting van dit dossier)
   *[other] { $n } hiervan zijn ook vastgelegd terwijl dezelfde browser niets deed (in de ene nulmeting van dit dossier)
}
redirects-label = verwijst door naar:
cause-label = volgens de vastlegging veroorzaakt door:
cause-navigation = navigatie
cause-frame = frame
cause-document = document
cause-script = script
cause-preflight = voorafgaande controle door de browser
cause-redirect = doorverwijzing
cause-not-established = niet vastgesteld
body-bytes = { $n ->
    [one] 1 byte aan inhoud van verzoeken vastgelegd
   *[other] { $n } bytes aan inhoud van verzoeken vastgelegd
}
relation-label = relatie:
owner-label = eigenaar:
position-label = positie:
sent-label = verzonden:
set-label = gezet:
list-match = Lijst { $list } zegt:
list-line = regelnummer { $line }
list-exception = terzijde gesteld door een uitzondering in dezelfde lijst:

## 5 Tijdlijn
c-timeline = Verloop van het bezoek
i-timeline = Eén rij per gebeurtenis, per traject en op volgorde van tijd (UTC). Een traject is het deel van de vastlegging vanaf een nieuw browserprofiel; zonder zo’n markering is de hele vastlegging één traject. ‘Geopend’ betekent dat een verzoek om een document in een venster is vastgelegd.
timeline-left-out = { $n ->
    [one] 1 gebeurtenis is weggelaten omdat de tabel te lang zou worden; het verzoek staat in het bewijslogboek.
   *[other] { $n } gebeurtenissen zijn weggelaten omdat de tabel te lang zou worden; de verzoeken staan in het bewijslogboek.
}
e-timeline = Er zijn geen verzoeken met een host vastgelegd.
stretch-n = traject { $n }
stretch-began = Nieuw browserprofiel, gemarkeerd door { $by } op
stretch-unmarked = Aan het begin is geen nieuw browserprofiel gemarkeerd.
stretch-requests = { $n ->
    [one] 1 verzoek,
   *[other] { $n } verzoeken,
}
stretch-hosts = { $n ->
    [one] aan 1 host; eerste verzoeken aan een host waarmee cookies zijn meegezonden: { $cookies }.
   *[other] aan { $n } hosts; eerste verzoeken aan een host waarmee cookies zijn meegezonden: { $cookies }.
}
stretch-empty = Geen verzoeken met een host vastgelegd.
stretch-jar = In elk traject begint de geschiedenis van cookies opnieuw: een cookie die alleen in een eerder traject is gezet, staat als verzonden zonder vastgelegde Set-Cookie. Een nieuw browserprofiel sluit niet uit dat bezoeken langs andere weg te koppelen zijn, zoals het netwerkadres.
col-stretch = Traject
col-when = Tijd
col-offset = Milliseconden sinds het eerste verzoek
col-event = Gebeurtenis
col-said-by = Volgens
col-entry = Vermelding
event-stretch = Nieuw browserprofiel
event-first-request = Eerste verzoek, aan
event-opened = Geopend:
event-navigated = Andere pagina opgehaald zonder document:
moment-rule = volgens regel
event-page = Pagina die de vastlegging noemt
event-note = Notitie
event-choice = Keuze in scherm, voor
event-first-to-site = Eerste verzoek aan een andere site:
event-last-request = Laatste verzoek
said-operator = de onderzoeker
said-script = het script dat de browser bediende
said-request = een vastgelegd verzoek
said-traffic = de vastlegging zelf
button-text = tekst van de knop:
button-not-marked = tekst van de knop niet vastgelegd
choice-ref = keuze { $n }

## 6 Keuze
c-choices = Keuzes in een scherm
i-choices = Wat in een cookiescherm is gekozen, met de letterlijke tekst van de knop waar iemand die heeft gemarkeerd. Is een verzoek vastgelegd waarin de keuze wordt verzonden, dan beslist dat verzoek; een markering beslist alleen waar binnen 10 seconden erna geen zo’n verzoek is vastgelegd, en bij een markering door een persoon ook in de 30 seconden ervoor niet. Of een keuze toestemming is, is een juridische beoordeling en volgt hier niet uit.
e-choices = Er is geen keuze in een scherm vastgelegd.
col-button = Letterlijke tekst van de knop
col-choice-site = Voor
col-says = Wat het verzoek zegt
col-choice-times = Tijden
col-choice-rule = Herkend aan
text-by = tekst volgens { $by }
scope-label = geldt voor:
scope-browser = deze browser
scope-account = het account
says-decline-optional = optionele cookies geweigerd
says-allow-optional = optionele cookies toegestaan, alle of een deel
says-allow-all = alle cookies toegestaan
says-saved = een keuze is bewaard; welke, is niet te lezen
says-withdrawn = een eerdere keuze is ingetrokken
no-choice-request = geen verzoek met de keuze vastgelegd
choice-clicked = klik:
choice-asked = verzoek:
choice-answered = begin van het antwoord:
choice-unanswered = zonder vastgelegd antwoord geldt alles hierna als overgang
choice-marked = gemarkeerd:
choice-window = zonder vastgelegd verzoek gelden de eerste 10 seconden na de klik als overgang
choice-window-person = zonder vastgelegd verzoek gelden de 10 seconden vóór en na de markering als overgang: een persoon kan vóór of na de klik markeren
c-choice-cookies = Cookies vóór, tijdens en na elke keuze
i-choice-cookies = Eén rij per keuze en cookie. Bepalend is de stand aan het begin van het verzoek; wat een antwoord zet, krijgt de stand van zijn verzoek. ‘Overgang’ loopt van de klik of het verzoek tot het begin van het antwoord en telt niet als ‘na’. ‘Vóór’ is alles in het traject tot de keuze, ‘na’ alles tot een volgende keuze voor dezelfde site. ‘Na de keuze nog meegezonden’ is een andere vaststelling dan ‘na de keuze gezet’.
e-choice-cookies = In de trajecten met een keuze zijn geen cookies vastgelegd.
col-choice = Keuze
col-set-before = Gezet vóór
col-set-transition = Gezet in overgang
col-set-after = Gezet na
col-sent-before = Meegezonden vóór
col-sent-transition = Meegezonden in overgang
col-sent-after = Meegezonden na
times-n = { $n } keer
times-first = eerste: vermelding { $nr }
times-never = niet vastgelegd
seen-first-before = voor het eerst vóór de keuze
seen-first-transition = nieuw sinds de keuze: voor het eerst in de overgang
seen-first-after = nieuw sinds de keuze: voor het eerst erna
set-by-answer = { $n ->
    [one] waarvan 1 keer door het antwoord op het keuzeverzoek zelf
   *[other] waarvan { $n } keer door het antwoord op het keuzeverzoek zelf
}
deleted-since = { $n ->
    [one] verwijdering gevraagd sinds de keuze: 1 keer
   *[other] verwijdering gevraagd sinds de keuze: { $n } keer
}
still-sent = na de keuze niet opnieuw gezet, maar nog meegezonden

## 7 Spoor
c-trail = Gelijke waarden bij de onderzochte site en bij andere sites
i-trail = Eén rij per paar plaatsen met een gelijke waarde die binnen hetzelfde traject, dus in één browserprofiel, op twee plaatsen is vastgelegd: een cookie die tijdens het bezoek aan de onderzochte site aan een ontvanger is verzonden en later nog eens vanaf een pagina van een andere site; een parameter die een doorverwijzing aan een adres van een andere site toevoegde; of een cookie van een andere site waarvan de waarde in een verzoek aan het platform stond.
i-trail-limits = Rijen verbinden waarden die byte voor byte gelijk zijn, aan de hand van een vingerafdruk met sleutel, en waarden die de hieronder beschreven zoektocht gecodeerd of als samenvatting vond; in tabel 8 geen delen van waarden, en geen waarden korter dan 8 bytes (bij doorverwijzingen 16). Een gelijke waarde laat zien dat zij gelijk is, niet wat een ontvanger ermee doet. Of een browser cookies meezendt in verzoeken tussen sites, hangt af van zijn cookiebeleid.
trail-left-out = { $n ->
    [one] 1 waarde of rij is weggelaten omdat de tabel te lang zou worden.
   *[other] { $n } waarden of rijen zijn weggelaten omdat de tabel te lang zou worden.
}
e-trail = Er zijn geen gelijke waarden op beide plaatsen vastgelegd. Dat laat niet zien dat zij er niet waren.
col-value = Cookie of parameter
col-trail-recipient = Gericht aan
col-one = Eerst vastgelegd
col-other = En in
col-between = Tijd ertussen
col-policy = Browser en cookiebeleid
policy-note = volgens de vastlegging; het cookiebeleid staat hier alleen als de vastlegging het noemt en is anders niet vastgesteld
trail-sent-again = cookie, nog eens meegezonden vanaf een andere site
trail-link-decoration = parameter die een doorverwijzing aan het adres toevoegde
trail-own-cookie = waarde van een cookie van de andere site
trail-carried-by = in
trail-to = verzoek aan
trail-from = vanaf een pagina of frame van
state-none = geen keuze voor { $site } vastgelegd
state-before = vóór een keuze voor { $site }
state-transition = in de overgang van keuze { $n } voor { $site }
state-after = na keuze { $n } voor { $site }

## 8 Leemten
c-gaps = Leemten in deze vastlegging
i-gaps = Wat niet uit de vastlegging kon worden gelezen. Een leemte beperkt wat volgt uit het ontbreken van een rij in de andere tabellen.
e-gaps = Er zijn geen leemten van de bekende soorten gevonden. De algemene grenzen hieronder gelden onverkort.
col-gap = Wat niet is gezien
col-count = Aantal
col-entries = Vermeldingen
col-kind = Aanduiding
whole-recording = de hele vastlegging
gap-cut-off = { $n ->
    [one] Het bestand breekt halverwege af: 1 byte aan het eind is niet begrepen. Wat ervoor staat, is gelezen; wat erna had moeten komen, is niet bekend.
   *[other] Het bestand breekt halverwege af: { $n } bytes aan het eind zijn niet begrepen. Wat ervoor staat, is gelezen; wat erna had moeten komen, is niet bekend.
}
gap-interrupted = { $n ->
    [0] Het vastleggen is onderbroken en hervat. Wat in de tussentijd gebeurde, is niet vastgelegd.
    [one] Het vastleggen is onderbroken en hervat; 1 byte bij de onderbreking is niet begrepen. Wat in de tussentijd gebeurde, is niet vastgelegd.
   *[other] Het vastleggen is onderbroken en hervat; { $n } bytes bij de onderbreking zijn niet begrepen. Wat in de tussentijd gebeurde, is niet vastgelegd.
}
gap-under-way = { $n ->
    [one] 1 uitwisseling was begonnen toen het vastleggen werd onderbroken; wat ervan was vastgelegd, is verloren gegaan.
   *[other] { $n } uitwisselingen waren begonnen toen het vastleggen werd onderbroken; wat ervan was vastgelegd, is verloren gegaan.
}
gap-tunnels = { $n ->
    [one] Door de proxy liep 1 tunnel waarvan de inhoud niet is gelezen. Bekend zijn bestemming, tijd, aantal bytes en wat de browser onversleuteld aanbood; de inhoud, het certificaat van de server en de gekozen versleuteling zijn niet gezien.
   *[other] Door de proxy liepen { $n } tunnels waarvan de inhoud niet is gelezen. Bekend zijn bestemming, tijd, aantal bytes en wat de browser onversleuteld aanbood; de inhoud, het certificaat van de server en de gekozen versleuteling zijn niet gezien.
}
gap-browser-storage = { $n ->
    [one] Een proxy ziet niet wat de browser opslaat buiten cookies (zoals local storage) en niet wat scripts lezen, zolang het niet wordt verzonden.
   *[other] Een proxy ziet niet wat de browser opslaat buiten cookies (zoals local storage) en niet wat scripts lezen, zolang het niet wordt verzonden ({ $n } vastleggingen).
}
gap-unopened = { $n ->
    [one] 1 verbinding is gevraagd en heeft niets vervoerd: de proxy weigerde haar, of de browser vertrok terwijl de versleuteling werd afgesproken. Dat laatste doet een browser ook als hij vooraf verbinding maakt.
   *[other] { $n } verbindingen zijn gevraagd en hebben niets vervoerd: de proxy weigerde ze, of de browser vertrok terwijl de versleuteling werd afgesproken. Dat laatste doet een browser ook als hij vooraf verbinding maakt.
}
gap-upstream-proxy = { $n ->
    [one] Servers zijn bereikt via een andere proxy van het netwerk. Die zocht de namen op en koos de adressen; daarom bevat de vastlegging geen adressen van servers, en zijn namen die naar privéadressen leiden niet geweigerd. Bij adressen zonder TLS is een foutpagina van die proxy niet te onderscheiden van een antwoord van de server.
   *[other] Servers zijn bereikt via een andere proxy van het netwerk ({ $n } vastleggingen). Die zocht de namen op en koos de adressen; daarom bevat de vastlegging geen adressen van servers, en zijn namen die naar privéadressen leiden niet geweigerd. Bij adressen zonder TLS is een foutpagina van die proxy niet te onderscheiden van een antwoord van de server.
}
gap-copy-masked = { $n ->
    [one] In 1 vermelding zijn waarden gemaskeerd: dit is een gemaskeerde kopie van een verzegelde vastlegging. Wat daar stond wordt niet getoond; dat verder niets is veranderd, kan aan de hand van de verzegeling van het origineel worden gecontroleerd.
   *[other] In { $n } vermeldingen zijn waarden gemaskeerd: dit is een gemaskeerde kopie van een verzegelde vastlegging. Wat daar stond wordt niet getoond; dat verder niets is veranderd, kan aan de hand van de verzegeling van het origineel worden gecontroleerd.
}
gap-copy-withheld = { $n ->
    [one] In 1 vermelding is de inhoud van het verzoek of van het antwoord uit deze gemaskeerde kopie weggelaten. Die is vastgelegd en ligt met de verzegeling van het origineel vast.
   *[other] In { $n } vermeldingen is de inhoud van het verzoek of van het antwoord uit deze gemaskeerde kopie weggelaten. Die is vastgelegd en ligt met de verzegeling van het origineel vast.
}
gap-copy-exhibits = { $n ->
    [one] 1 bewijsstuk (een afbeelding van het venster, een keuzescherm, een opgave van de browser) is uit deze gemaskeerde kopie weggelaten. Het is vastgelegd en de hashwaarde ervan is bekend.
   *[other] { $n } bewijsstukken (afbeeldingen van het venster, keuzeschermen, opgaven van de browser) zijn uit deze gemaskeerde kopie weggelaten. Zij zijn vastgelegd en de hashwaarden ervan zijn bekend.
}
gap-secrets-kept = { $n ->
    [one] Wachtwoorden en aanmeldtokens zijn vastgelegd zoals zij zijn verzonden: het maskeren was uitgezet. Wie deze vastlegging heeft, kan er mogelijk mee inloggen.
   *[other] Wachtwoorden en aanmeldtokens zijn vastgelegd zoals zij zijn verzonden: het maskeren was uitgezet ({ $n } vastleggingen). Wie deze vastleggingen heeft, kan er mogelijk mee inloggen.
}
gap-rules-broken = { $n ->
    [one] De regelbestanden bevatten bij het vastleggen 1 fout, en de onderzoeker is zonder de betrokken regels doorgegaan. Als daar regels over wachtwoorden en aanmeldtokens bij waren, zijn die vastgelegd zoals zij zijn verzonden.
   *[other] De regelbestanden bevatten bij het vastleggen { $n } fouten, en de onderzoeker is zonder de betrokken regels doorgegaan. Als daar regels over wachtwoorden en aanmeldtokens bij waren, zijn die vastgelegd zoals zij zijn verzonden.
}
gap-unsearched-bodies = { $n ->
    [one] In 1 vermelding is inhoud verzonden waarin niet overal naar wachtwoorden en aanmeldtokens kon worden gezocht, vanwege de codering, de lengte of de opbouw ervan. Die inhoud is vastgelegd zoals zij is verzonden, behalve wat is gevonden.
   *[other] In { $n } vermeldingen is inhoud verzonden waarin niet overal naar wachtwoorden en aanmeldtokens kon worden gezocht, vanwege de codering, de lengte of de opbouw ervan. Die inhoud is vastgelegd zoals zij is verzonden, behalve wat is gevonden.
}
gap-quic-disabled = { $n ->
    [one] Uit antwoorden is 1 aanbod van HTTP/3 verwijderd, zodat de browser dat protocol niet ging gebruiken. Zonder de proxy had verkeer daarover kunnen lopen.
   *[other] Uit antwoorden zijn { $n } aanbiedingen van HTTP/3 verwijderd, zodat de browser dat protocol niet ging gebruiken. Zonder de proxy had verkeer daarover kunnen lopen.
}
gap-web-rtc = { $n ->
    [one] Verkeer dat niet door de proxy loopt, zoals WebRTC en ander UDP-verkeer, is niet gezien.
   *[other] Verkeer dat niet door de proxy loopt, zoals WebRTC en ander UDP-verkeer, is niet gezien ({ $n } vastleggingen).
}
gap-encrypted-hello = { $n ->
    [one] Achter een proxy vraagt een browser geen sleutels op voor Encrypted Client Hello (ECH). Of hij dat zonder de proxy had gebruikt, is niet gezien.
   *[other] Achter een proxy vraagt een browser geen sleutels op voor Encrypted Client Hello (ECH). Of hij dat zonder de proxy had gebruikt, is niet gezien ({ $n } vastleggingen).
}
gap-interim-held = { $n ->
    [one] 1 antwoord vooraf (zoals 103 Early Hints) is vastgelegd maar niet bij de browser afgeleverd. Zonder de proxy had de browser onderdelen eerder kunnen opvragen.
   *[other] { $n } antwoorden vooraf (zoals 103 Early Hints) zijn vastgelegd maar niet bij de browser afgeleverd. Zonder de proxy had de browser onderdelen eerder kunnen opvragen.
}
gap-own-page = { $n ->
    [one] 1 verzoek aan de eigen pagina van het vastleggende programma is geen vermelding. Het is aan geen enkele server verzonden.
   *[other] { $n } verzoeken aan de eigen pagina van het vastleggende programma zijn geen vermelding. Zij zijn aan geen enkele server verzonden.
}
gap-no-page = { $n ->
    [one] De onderzochte pagina kon niet worden vastgesteld (1 vermelding). Daarom zijn ook de relaties niet vastgesteld.
   *[other] De onderzochte pagina kon niet worden vastgesteld ({ $n } vermeldingen). Daarom zijn ook de relaties niet vastgesteld.
}
gap-no-request-cookies = { $n ->
    [one] Het enige verzoek bevat geen Cookie-header. Bij het exporteren wordt deze vaak weggelaten; het ontbreken ervan laat niet zien dat geen cookies zijn verzonden.
   *[other] Geen van de { $n } verzoeken bevat een Cookie-header. Bij het exporteren worden deze vaak weggelaten; het ontbreken ervan laat niet zien dat geen cookies zijn verzonden.
}
gap-no-set-cookies = { $n ->
    [one] Het enige antwoord bevat geen Set-Cookie-header. Bij het exporteren wordt deze vaak weggelaten; het ontbreken ervan laat niet zien dat geen cookies zijn gezet.
   *[other] Geen van de { $n } antwoorden bevat een Set-Cookie-header. Bij het exporteren worden deze vaak weggelaten; het ontbreken ervan laat niet zien dat geen cookies zijn gezet.
}
gap-no-request-headers = { $n ->
    [one] Bij 1 vermelding zijn de headers van het verzoek niet vastgelegd.
   *[other] Bij { $n } vermeldingen zijn de headers van het verzoek niet vastgelegd.
}
gap-no-response-headers = { $n ->
    [one] Bij 1 vermelding zijn de headers van het antwoord niet vastgelegd.
   *[other] Bij { $n } vermeldingen zijn de headers van het antwoord niet vastgelegd.
}
gap-no-response = { $n ->
    [one] Bij 1 vermelding is het antwoord niet vastgelegd of is het verzoek mislukt.
   *[other] Bij { $n } vermeldingen is het antwoord niet vastgelegd of is het verzoek mislukt.
}
gap-no-request-body = { $n ->
    [one] Bij 1 vermelding is inhoud van het verzoek aangekondigd maar niet vastgelegd; die inhoud is niet onderzocht.
   *[other] Bij { $n } vermeldingen is inhoud van het verzoek aangekondigd maar niet vastgelegd; die inhoud is niet onderzocht.
}
gap-no-response-body = { $n ->
    [one] Bij 1 vermelding is inhoud van het antwoord aangekondigd maar niet vastgelegd; die inhoud is niet onderzocht.
   *[other] Bij { $n } vermeldingen is inhoud van het antwoord aangekondigd maar niet vastgelegd; die inhoud is niet onderzocht.
}
gap-lossy-body = { $n ->
    [one] Bij 1 vermelding is de inhoud als tekst bewaard, waardoor niet elke byte de oorspronkelijke hoeft te zijn.
   *[other] Bij { $n } vermeldingen is de inhoud als tekst bewaard, waardoor niet elke byte de oorspronkelijke hoeft te zijn.
}
gap-no-messages = { $n ->
    [one] Van 1 WebSocket-verbinding zijn de berichten niet vastgelegd.
   *[other] Van { $n } WebSocket-verbindingen zijn de berichten niet vastgelegd.
}
gap-messages-cut = { $n ->
    [one] Van 1 WebSocket-bericht is alleen het eerste deel vastgelegd, of niets, omdat het langer was dan wat van één bericht wordt bewaard. Het is geheel doorgelaten.
   *[other] Van { $n } WebSocket-berichten is alleen het eerste deel vastgelegd, of niets, omdat zij langer waren dan wat van één bericht wordt bewaard. Zij zijn geheel doorgelaten.
}
gap-messages-unread = { $n ->
    [one] Na een overgang op een ander protocol is 1 byte doorgelaten die niet als deel van een bericht is vastgelegd, omdat die niet als WebSocket-bericht te lezen is.
   *[other] Na een overgang op een ander protocol zijn { $n } bytes doorgelaten die niet als deel van een bericht zijn vastgelegd, omdat zij niet als WebSocket-berichten te lezen zijn.
}
gap-no-start-time = { $n ->
    [one] Bij 1 vermelding ontbreekt de begintijd of is deze niet leesbaar.
   *[other] Bij { $n } vermeldingen ontbreekt de begintijd of is deze niet leesbaar.
}
gap-mended-text = { $n ->
    [one] 1 vermelding kon pas worden gelezen nadat ongeldige tekst was hersteld.
   *[other] { $n } vermeldingen konden pas worden gelezen nadat ongeldige tekst was hersteld.
}
gap-not-an-entry = { $n ->
    [one] 1 element in de lijst van vermeldingen is geen vermelding en is niet onderzocht.
   *[other] { $n } elementen in de lijst van vermeldingen zijn geen vermelding en zijn niet onderzocht.
}
gap-other-flows = { $n ->
    [one] 1 element van de vastlegging is geen HTTP-uitwisseling (maar TCP, UDP, DNS, een tunnel, of berichten van een WebSocket waarvan het openingsverzoek niet in de vastlegging staat) en is niet onderzocht.
   *[other] { $n } elementen van de vastlegging zijn geen HTTP-uitwisselingen (maar TCP, UDP, DNS, tunnels, of berichten van WebSockets waarvan het openingsverzoek niet in de vastlegging staat) en zijn niet onderzocht.
}
gap-changed-by-hand = { $n ->
    [one] 1 vermelding is met de hand gewijzigd of tegengehouden in het programma dat haar vastlegde, voordat de vastlegging werd opgeslagen. Wat erin staat, is niet per se wat browser en server verzonden.
   *[other] { $n } vermeldingen zijn met de hand gewijzigd of tegengehouden in het programma dat ze vastlegde, voordat de vastlegging werd opgeslagen. Wat erin staat, is niet per se wat browser en server verzonden.
}
gap-sent-by-tool = { $n ->
    [one] In 1 vermelding verzond het programma dat haar vastlegde zelf het verzoek of het antwoord (een herhaling): de browser of de daar genoemde server verzond het op dat moment niet.
   *[other] In { $n } vermeldingen verzond het programma dat ze vastlegde zelf het verzoek of het antwoord (een herhaling): de browser of de daar genoemde server verzond het op dat moment niet.
}
gap-web-archive = { $n ->
    [one] Deze vastlegging is een webarchief. Zulke bestanden worden gemaakt om pagina’s opnieuw te tonen, vaak door een programma dat pagina’s anders bezoekt dan een mens; er staat niet in hoe lang iets duurde, noch wat de browser een verzoek deed sturen, en de kopvelden erin kunnen opnieuw zijn samengesteld.
   *[other] Deze { $n } vastleggingen zijn webarchieven. Zulke bestanden worden gemaakt om pagina’s opnieuw te tonen, vaak door een programma dat pagina’s anders bezoekt dan een mens; er staat niet in hoe lang iets duurde, noch wat de browser een verzoek deed sturen, en de kopvelden erin kunnen opnieuw zijn samengesteld.
}
gap-digest-mismatch = { $n ->
    [one] De bytes van 1 vermelding hebben niet de hashwaarde die het archief ervoor geeft: een van beide is veranderd, of was van het begin af onjuist.
   *[other] De bytes van { $n } vermeldingen hebben niet de hashwaarde die het archief ervoor geeft: een van beide is veranderd, of was van het begin af onjuist.
}
gap-body-cut = { $n ->
    [one] Van 1 vermelding bevat het archief een inhoud maar gedeeltelijk.
   *[other] Van { $n } vermeldingen bevat het archief een inhoud maar gedeeltelijk.
}
gap-record-length = { $n ->
    [one] 1 record van het archief houdt niet op waar zijn kop dat zegt. Het volgende record is erachter gezocht; aan de inhoud kunnen bytes ontbreken, of er kunnen er te veel in staan.
   *[other] { $n } records van het archief houden niet op waar hun kop dat zegt. Het volgende record is telkens erachter gezocht; aan de inhoud kunnen bytes ontbreken, of er kunnen er te veel in staan.
}
gap-package-mismatch = { $n ->
    [one] 1 bestand in het pakket is niet het bestand dat de eigen lijst van het pakket noemt: lengte of hashwaarde verschilt, of het ontbreekt in het pakket of in de lijst.
   *[other] { $n } bestanden in het pakket zijn niet de bestanden die de eigen lijst van het pakket noemt: lengte of hashwaarde verschilt, of zij ontbreken in het pakket of in de lijst.
}
gap-signature-unchecked = { $n ->
    [one] Het pakket heeft een handtekening. Die is hier niet gecontroleerd; wie het pakket heeft gemaakt, en wanneer, is er niet mee vastgesteld.
   *[other] { $n } pakketten hebben een handtekening. Die zijn hier niet gecontroleerd; wie de pakketten heeft gemaakt, en wanneer, is er niet mee vastgesteld.
}
gap-unreadable-address = { $n ->
    [one] Van 1 vermelding is het adres niet leesbaar. Aan wie zij was gericht, is niet vastgesteld; zij staat niet in de tabellen 2 tot en met 4.
   *[other] Van { $n } vermeldingen is het adres niet leesbaar. Aan wie zij waren gericht, is niet vastgesteld; zij staan niet in de tabellen 2 tot en met 4.
}
gap-hostless = { $n ->
    [one] 1 vermelding heeft geen host (data:, blob:, about:) en is aan niemand verzonden. Zij staat niet in de tabellen 2 tot en met 4.
   *[other] { $n } vermeldingen hebben geen host (data:, blob:, about:) en zijn aan niemand verzonden. Zij staan niet in de tabellen 2 tot en met 4.
}
gap-from-cache = { $n ->
    [one] 1 vermelding kwam uit het cachegeheugen van de browser: volgens de vastlegging is er op dat moment niets voor verzonden.
   *[other] { $n } vermeldingen kwamen uit het cachegeheugen van de browser: volgens de vastlegging is er op dat moment niets voor verzonden.
}
gap-no-tls-facts = { $n ->
    [one] De vastlegging bevat geen gegevens over de versleutelde verbinding en het certificaat van de server (1 vermelding). Dat de server de genoemde server was, is niet gecontroleerd. Onversleutelde verbindingen (http:) zijn hier niet geteld.
   *[other] De vastlegging bevat geen gegevens over versleutelde verbindingen en certificaten van servers ({ $n } vermeldingen). Dat de servers de genoemde servers waren, is niet gecontroleerd. Onversleutelde verbindingen (http:) zijn hier niet geteld.
}
gap-no-server-address = { $n ->
    [one] Bij 1 vermelding is het netwerkadres van de server niet vastgelegd.
   *[other] Bij { $n } vermeldingen is het netwerkadres van de server niet vastgelegd.
}
gap-other = Iets anders is niet gezien (aantal: { $n }); de aanduiding zegt wat.
limits = Algemene grenzen
limits-intro = Het volgende is in een vastlegging van deze soort niet waarneembaar of is niet onderzocht.
limit-recorder = Wat het vastleggende programma niet heeft vastgelegd: verbindingen die het niet zag of niet kon ontsleutelen, en verzoeken van vóór het begin en na het einde.
limit-app = Wat een mobiele app verzendt.
limit-storage = Wat buiten cookies in de browser is opgeslagen (zoals local storage), zolang het niet is verzonden.
limit-script = Cookies die een script in de browser leest of schrijft, zolang zij niet zijn verzonden.
limit-after = De verwerking bij de ontvanger: met welk doel gegevens worden gebruikt, hoe lang zij worden bewaard en aan wie zij worden verstrekt.
limit-profile = Of een profiel wordt opgebouwd, en volgens welke logica inhoud wordt gekozen.
limit-country = Het land waar gegevens zijn opgeslagen of van waaruit zij kunnen worden ingezien.
limit-start = Of de browser bij aanvang schoon was, wie hem bediende en vanaf welk netwerkadres, tenzij het hoofdstuk over scenario en begin dat vermeldt.
limit-choice = Wat in een cookiescherm is gekozen, tenzij een rij dat vermeldt.
limit-control = Of een gegevensstroom zich voordoet door deze pagina. Daarvoor zijn controlevastleggingen van andere pagina’s nodig; die zijn hier niet vergeleken.
limit-legal = Of voor het opslaan of lezen van een cookie toestemming vereist was, en of gegevens betrekking hebben op een identificeerbare persoon. Dat zijn juridische beoordelingen.

## 9 Werkwijze
m-tool = Programma
m-tool-text = De analyse is gemaakt met { $tool } { $version }. De analyse gebruikt geen netwerk en geen klok: dezelfde vastlegging, regels en lijsten geven met dezelfde versie dezelfde bijlage.
m-observer = Wie heeft vastgelegd
m-observer-text = De vastlegging is ingelezen. Zij is gemaakt door een ander programma dan { $tool }; voor haar volledigheid en juistheid kan { $tool } niet instaan.
m-observer-own = De vastlegging is gemaakt met de onderscheppende proxy van { $tool }. De browser vertrouwde een certificaat dat daarvoor is gemaakt, en de proxy onderhield zelf de verbindingen met de servers; wat hij aan het verkeer wijzigde, is vastgelegd.
m-observer-effect = Het vastleggen zelf kan het verkeer beïnvloeden: een tussenliggende proxy, een geautomatiseerde browser of een uitgeschakeld protocol kan veranderen wat een server antwoordt.
m-rules = Regels en lijsten
m-rules-text = Elke uitspraak over een eigenaar, een cookie of een eindpunt komt uit een regelbestand; het bestand en het regelnummer staan erbij. Wat een lijst van anderen zegt, is een uitspraak van die lijst en staat onder haar naam.
c-inputs = Gebruikte regelbestanden en lijsten
col-file = Bestand
col-input-kind = Soort
col-version = Titel en versie
col-rules = Regels
col-rejected = Onbruikbare regels
col-matched = Verzoeken met treffer
col-excepted = Met uitzondering
input-rules = regelbestand
input-suffix = Public Suffix List
input-none = Er zijn geen lijsten van anderen gebruikt.
built-in = ingebouwd in het programma
version-line = versie { $version }
not-applicable = n.v.t.
m-definitions = Definities
d-page = Onderzochte pagina
d-page-text = De pagina ten opzichte waarvan ‘zelfde site’ is bedoeld. Zij is opgegeven door de onderzoeker of anders afgeleid uit de vastlegging: uit de titels van pagina’s, het eerste document, de Referer-headers van verzoeken of de eerste vermelding. Tabel 1 vermeldt welke daarvan is gebruikt.
d-first-document = Eerste document
d-first-document-text = De eerste vermelding in de vastlegging die met een HTML-document is beantwoord.
d-registrable = Registreerbaar domein
d-registrable-text = Het deel van een hostnaam dat kan worden geregistreerd, zoals `example.org` in `www.example.org`, volgens de Public Suffix List. Een netwerkadres staat voor zichzelf.
d-same-site = Zelfde site
d-same-site-text = Het registreerbare domein is dat van de onderzochte pagina.
d-same-owner = Zelfde eigenaar
d-same-owner-text = Het registreerbare domein is een ander, en de regels noemen voor beide dezelfde eigenaar.
d-other-owner = Andere eigenaar
d-other-owner-text = De regels noemen een andere eigenaar dan die van de onderzochte pagina.
d-owner-ne = Eigenaar niet vastgesteld
d-owner-ne-text = Geen regel noemt de eigenaar van het domein, of geen regel noemt die van de pagina.
m-values = Waarden
m-values-masked = Waarden van queryparameters zijn niet afgedrukt, alleen de namen van de parameters.
m-values-text = Waarden van cookies zijn niet afgedrukt. In de plaats daarvan staat een vingerafdruk met sleutel: dezelfde waarde heeft binnen deze bijlage dezelfde vingerafdruk.
m-values-recording = De sleutel is de hashwaarde van de vastlegging, zodat een bijlage bij een andere vastlegging andere vingerafdrukken heeft. Vingerafdrukken zijn koppelbaar en niet geheim: de hashwaarde van de vastlegging staat in tabel 1, zodat wie een waarde kan raden, dat kan bevestigen.
m-values-session = De sleutel is de hashwaarde van het sessiebestand van de vastlegging, zodat een bijlage bij een andere vastlegging andere vingerafdrukken heeft. Vingerafdrukken zijn koppelbaar en niet geheim: wie de vastlegging heeft en een waarde kan raden, kan dat bevestigen.
m-values-case = De sleutel is gemaakt uit het geheim van het dossier, zodat dezelfde waarde in alle vastleggingen van het dossier dezelfde vingerafdruk heeft. Wie dat geheim niet heeft, kan een vermoeden niet bevestigen.

## 10 Bewaarketen
c-custody = Wat de bewaarketen in totaal zegt
i-custody = De vastlegging is gemaakt met de proxy van { $tool }, die tijdens het vastleggen een geketend logboek bijhield. Dat logboek bevat geen oordeel. Deze tabel geeft het weer.
custody-none = Deze vastlegging bevat geen bewaarketen: zij is door een ander programma gemaakt en daarna ingelezen. Wat er vóór het inlezen mee is gebeurd, volgt niet uit deze bijlage.
custody-rests = Wijzigingen na het vastleggen zijn te ontdekken; de volledigheid en de eerlijkheid van de vastlegging zelf berusten op degene die heeft vastgelegd.
k-custody-period = Vastleggen
k-custody-started = begonnen:
k-custody-ended = beëindigd:
k-custody-no-end = niet vastgelegd: onderbroken
k-custody-log = Logboek van de bewaarketen
k-custody-records = { $n ->
    [one] 1 record
   *[other] { $n } records
}
k-custody-recorded = Vastgelegd
k-custody-entries = { $n ->
    [one] 1 uitwisseling
   *[other] { $n } uitwisselingen
}
k-custody-connections = { $n ->
    [one] 1 verbinding met een server
   *[other] { $n } verbindingen met servers
}
k-custody-tunnels = { $n ->
    [one] 1 tunnel waarvan de inhoud niet is gelezen
   *[other] { $n } tunnels waarvan de inhoud niet is gelezen
}
k-custody-changes = Wijzigingen aan verkeer onderweg
k-custody-changes-note = elke wijziging is zo vastgelegd dat de oorspronkelijke vorm te herstellen is, behalve waar iets is gemaskeerd
k-custody-masks = Geheimen die vóór het vastleggen zijn gemaskeerd
k-custody-masks-note = elk is op zijn plaats en met dezelfde lengte overschreven voordat iets naar de schijf werd geschreven; wat is verzonden, is ongewijzigd. Het logboek van de bewaarketen vermeldt van elk de plaats, de lengte, de regel en een vingerafdruk met sleutel. Wat daar stond, is niet te controleren. Per regel:
k-custody-masks-kept = geen: wie vastlegde, liet wachtwoorden en aanmeldtokens vastleggen zoals zij zijn verzonden
k-custody-masks-unknown = niet vermeld in de vastlegging
k-custody-recoveries = Keren hervat na een onderbreking
k-custody-sync = { $n ->
    [one] een record ligt hoogstens 1 ms bij het besturingssysteem voordat het naar de schijf wordt gedwongen; bij stroomuitval kan ontbreken wat daarin viel
   *[other] een record ligt hoogstens { $n } ms bij het besturingssysteem voordat het naar de schijf wordt gedwongen; bij stroomuitval kan ontbreken wat daarin viel
}
k-custody-authority = Certificaat van de proxy (SHA-256)
k-custody-authority-note = de browser vertrouwde dit certificaat, dat voor het vastleggen is gemaakt; het is niet dat van de bezochte servers
k-custody-case = Dossier
k-custody-ledger = nummer in het dossierregister: { $n }
k-custody-no-case = De vastlegging hoort niet bij een dossier. Zij heeft daarom geen nummer in een dossierregister, zodat niet te zien is of er andere vastleggingen zijn gemaakt die niet zijn gebruikt.

## 11 Controleren
v-intro = Voor de controle zijn de map met deze bijlage en het programma { $tool } { $version } nodig. Met de vastlegging zelf kan ook de analyse worden herhaald.
arg-folder = MAP
arg-recording = VASTLEGGING
arg-case = DOSSIER
arg-file = BESTAND
v-cmd-folder = Nagaan of de bestanden in de map bij elkaar horen en of de keten van hashwaarden in het bewijslogboek ongebroken is:
v-cmd-head = Nagaan of het bewijslogboek nog datgene is waarvan dit exemplaar van de bijlage de hashwaarde vermeldt:
v-cmd-capture = Nagaan of het bestand de onderzochte vastlegging is, en de analyse daaruit herhalen:
c-log = Bewijslogboek
k-log-file = Bestand
k-log-records = Records, met begin- en eindrecord
k-log-head = Hashwaarde van het laatste record
v-rests = Waarop het bewijs berust
v-rests-1 = Een wijziging in het bewijslogboek, de regels of de vastlegging is te ontdekken aan de hand van de hashwaarden in deze bijlage, voor zover dit exemplaar van de bijlage, of de hashwaarde van het laatste record, buiten bereik is bewaard van degene die de wijziging aanbracht. Deze bijlage draagt geen tijdstempel van een onafhankelijke instantie.
v-rests-2 = De analyse is herhaalbaar: wie over de vastlegging, de regels en de lijsten beschikt, komt tot dezelfde rijen.
v-rests-3 = De volledigheid en de eerlijkheid van de vastlegging berusten op degene die heeft vastgelegd. Of de vastlegging kenmerkend is, is een andere vraag. Geen van beide volgt uit een geslaagde controle.

## 12 Bronnen
c-sources = Werken waarnaar uitspraken in deze bijlage verwijzen
i-sources = Een bron wordt genoemd waar een uitspraak op die bron berust. Vermelding betekent niet dat de uitspraak is gecontroleerd.
e-sources = Op deze vastlegging zijn geen uitspraken van bronnen van toepassing.
col-source = Bron
col-publisher = Uitgever
col-reference = Vindplaats
col-date = Datum
col-id = Aanduiding

## 13 Begrippen
g-recipient = Ontvanger
g-recipient-text = Hier: het registreerbare domein waaraan een vastgelegd verzoek was gericht. Niet bedoeld als begrip uit de AVG.
g-entry = Vermelding
g-entry-text = Een genummerd verzoek met het antwoord daarop in de vastlegging, geteld in de volgorde van het bestand.
g-endpoint = Eindpunt
g-endpoint-text = Een host, methode en pad waaraan verzoeken waren gericht.
g-cookie = Cookie
g-cookie-text = Een klein stuk tekst dat een antwoord of een script de browser laat bewaren en dat de browser met latere verzoeken meezendt.
g-set-cookie = Set-Cookie-header
g-set-cookie-text = De regel in een antwoord waarmee een server de browser vraagt een cookie te bewaren, te wijzigen of te verwijderen.
g-stretch = Traject
g-stretch-text = Het deel van een vastlegging vanaf een nieuw browserprofiel, zoals de onderzoeker of het script dat markeerde.
g-choice = Keuze in scherm
g-choice-text = Wat in een keuzescherm is aangeklikt: voor welke site, met welke letterlijke tekst, wanneer en volgens wie. Geen oordeel over toestemming.
g-transition = Overgang
g-transition-text = De tijd van de klik of het verzoek met de keuze tot het begin van het antwoord daarop. Waar alleen de markering van een persoon het moment geeft: de 10 seconden ervoor en erna.
g-trail = Spoor
g-trail-text = Een waarde die zowel bij het bezoek aan de onderzochte site als bij een andere site is vastgelegd.
g-lifetime = Levensduur van een cookie
g-lifetime-text = Hoe lang de browser wordt gevraagd de cookie te bewaren. Dit is niet de bewaartermijn van gegevens bij een ontvanger.
g-validator = Cachevalidator
g-validator-text = Een waarde die een antwoord de browser geeft om bij zijn kopie te bewaren (`ETag` of `Last-Modified`), en die de browser bij een volgend bezoek terugstuurt.
g-retention = Bewaartermijn
g-retention-text = Hoe lang een organisatie gegevens bewaart. Met een vastlegging van verkeer niet waarneembaar.
g-rule = Regel
g-rule-text = Na de naam van een bijlage of tabel: een rij daarvan. Anders: een uitspraak in een regelbestand, met haar bron, waarmee iets is herkend of benoemd.
g-page-mark = Paginakenmerk
g-page-mark-text = Het nummer, de naam of het adres waarmee een Page in een verzoek wordt aangeduid.
g-query = Query
g-query-text = Het deel van een adres na het vraagteken, met velden en hun waarden.
g-hint = Client hint
g-hint-text = Een headerveld waarin een browser iets over zichzelf of het apparaat meldt, zoals versie of besturingssysteem.
g-websocket = WebSocket
g-websocket-text = Een verbinding die open blijft en waarover browser en server berichten heen en weer zenden.
g-host = Host
g-host-text = De naam van een server in een adres, zoals www.example.org.
g-header = Header
g-header-text = Regels die een browser of server vóór de inhoud van een verzoek of antwoord zet; ‘referer’ is de regel met het adres waarvandaan is gevraagd.
g-frame = Frame
g-frame-text = Een deel van een pagina waarin een andere pagina is geladen.
g-persona = Persona
g-persona-text = Een in het plan beschreven soort bezoeker, met of zonder account; geen bestaand persoon.
g-scenario = Scenario
g-scenario-text = Een vooraf beschreven bezoek: persona, pad van keuzes en doel.
g-control = Controlebezoek
g-control-text = Een bezoek aan een andere pagina, om mee te vergelijken; geen toets aan een norm.
g-ledger = Dossierregister
g-ledger-text = De genummerde lijst waarin elke vastlegging staat voordat haar eerste verzoek is gedaan.
g-profile = Browserprofiel
g-profile-text = De map waarin een browser cookies en instellingen bewaart; geen profiel van een persoon.
g-proxy = Proxy
g-proxy-text = Het programma tussen browser en server dat het verkeer heeft vastgelegd.
g-timestamp = Tijdstempel
g-timestamp-text = Een ondertekende verklaring van een ander dat gegevens met deze hashwaarde op dat tijdstip bestonden.
g-samesite = SameSite
g-samesite-text = Een verzoek van een server aan de browser over welke verzoeken vanaf andere sites de cookie mogen meenemen.
g-fingerprint = Vingerafdruk
g-fingerprint-text = Een korte code, berekend uit een waarde, waaraan gelijke waarden te herkennen zijn zonder dat zij worden afgedrukt.
g-digest = Hashwaarde (SHA-256)
g-digest-text = Een controlegetal over een bestand. Verandert één byte, dan verandert de hashwaarde.
g-list = Filterlijst
g-list-text = Een door anderen gemaakte lijst van adressen die browseruitbreidingen blokkeren. Zij wordt hier alleen gebruikt om te vermelden wat de lijst zegt.

## Naast het verkeer (beside)

k-taken-in = In het dossier opgenomen
k-taken-in-text = Deze vastlegging is met een ander programma gemaakt en als nummer { $number } in het register van het dossier opgenomen (herhaling { $repetition } van het scenario). Het bestand ligt er zoals het kwam: er is niets in gemaskeerd en geen bewaarlogboek staat ervoor in. Wat dit bestandsformaat niet kan bevatten, staat bij wat niet te zien was.
k-taken-in-said = Volgens wie het opnam:
# The plan of a case: dataspoor status
status-case = Dossier { $id }: { $title }
status-closed = Afgesloten op { $at }; er wordt niets meer in vastgelegd.
status-no-plan = Het dossier heeft geen plan: in case.toml staat geen [[scenario]]. In docs/case.md staat hoe een plan wordt geschreven; `dataspoor init --plan-example` toont het ook.
status-legend = Bruikbare vastleggingen van de gewenste; wat erover te zeggen is, staat eronder.
status-persona = Persona
status-choice = Keuzepad
status-square-missing = { $count ->
    [one] { $count } ontbreekt
   *[other] { $count } ontbreken
}
status-short-recorded = vastgelegd
status-short-running = loopt
status-short-not-used = niet gebruikt
status-short-lost = verloren
status-short-purged = gewist
status-short-locked = versleuteld
status-short-changed = gewijzigd
status-short-empty = leeg
status-short-interrupted = onderbroken
status-short-stopped = gestopt
status-short-too-old = te oud
status-short-not-clean = begin niet schoon
status-short-not-judged = niet beoordeeld
status-short-other-plan = ander plan
status-short-ahead-of-clock = in de toekomst
status-cell = { $name }: { $usable } van { $wanted } bruikbaar
status-repetition = herhaling { $nr }
status-further = buiten het gewenste aantal:
status-missing = ontbreekt
status-to-come = komt nog
status-recording = vastlegging { $nr } ({ $day })
status-baseline = de browser in rust, om andere mee te vergelijken
status-emulated = geëmuleerde telefoon: de browser van een computer, die zich op verzoek als telefoon voordoet
status-is-recorded = vastgelegd
status-is-running = wordt nu vastgelegd
status-is-not-used = NIET GEBRUIKT: { $by }, { $at }: “{ $reason }”
status-is-lost = VERLOREN: staat in het dossierregister en niet op de schijf
status-is-purged = GEWIST op { $at }, zoals het dossierregister vermeldt: { $why }
status-is-locked = VERSLEUTELD: niet ingezien; geef het bestand van een geheime sleutel met --identity
status-is-changed = GEWIJZIGD: { $what }
status-is-empty = kwam tot niets: er is een einde genoteerd, en er is geen vastlegging
status-is-interrupted = ONDERBROKEN en weer opgenomen
status-is-not-taken-up = ONDERBROKEN en nog niet weer opgenomen; dat doet de volgende `dataspoor record`, of `dataspoor verify` van de vastlegging
status-is-stopped = STAPPEN GESTOPT: { $what }
status-is-too-old = TE OUD: { $days } dagen
status-is-not-clean = BEGIN NIET SCHOON
status-is-not-judged = BEGIN NOG NIET BEOORDEELD: in haar map ligt geen bijlage (report/annex.json); `dataspoor replay` maakt er een, die daar kan worden neergezet
status-is-other-plan = VOLGENS EEN ANDER PLAN VASTGELEGD: anders zijn { $members }
status-is-ahead-of-clock = BEGINT IN DE TOEKOMST: een klok liep verkeerd
status-wall = geëindigd door { $name }
status-imported = elders gemaakt, volgens wie haar heeft ingevoerd: { $by }
status-imported-unsaid = elders gemaakt; hoe, is niet gezegd
status-other-day = gepland voor { $day }
status-kept-until = te bewaren tot en met { $day }
status-begin = zie [{ $nr }]
status-begins = Begin en netwerkadres:
status-start-new = nieuw profiel, door het programma gemaakt; eerste verzoek aan elke host zonder cookies, behalve die in deze vastlegging zelf eerder waren gezet
status-start-with-cookies = { $count ->
    [one] nieuw profiel, door het programma gemaakt; het eerste verzoek aan { $count } host had een cookie bij zich dat niets in deze vastlegging had gezet
   *[other] nieuw profiel, door het programma gemaakt; het eerste verzoek aan { $count } hosts had een cookie bij zich dat niets in deze vastlegging had gezet
}
status-start-kept = { $count ->
    [one] geen schoon begin: bewaard profiel { $name }, eerder gebruikt bij { $count } vastlegging
   *[other] geen schoon begin: bewaard profiel { $name }, eerder gebruikt bij { $count } vastleggingen
}
status-start-unknown = geen schoon begin: het profiel is niet door het programma gemaakt, en er is niets over bekend
status-start-not-judged = nieuw profiel, door het programma gemaakt; of er meteen cookies meegingen, is nog niet beoordeeld
status-address = netwerkadres niet vastgelegd
status-address-said = netwerkadres niet vastgelegd; volgens opgave: { $said }
status-outside = Vastleggingen die het plan niet noemt:
status-kept = Bewaard naast de vastleggingen:
status-what-vendor-text = tekst van de leverancier
status-what-access-answer = antwoord op een inzageverzoek
status-what-control = controle zonder de proxy
status-what-consent-rules = regels van anderen voor cookieschermen
status-kept-lost = VERLOREN: staat in het dossierregister en niet op de schijf
status-kept-changed = GEWIJZIGD: het is niet het bestand dat het dossierregister noteerde
status-strangers = In de map met vastleggingen, en niet in het register van dit dossier:
status-stranger-own = zegt vastlegging { $nr } van dit dossier te zijn; het dossierregister kent haar niet
status-stranger-other = is vastlegging { $nr } van het dossier { $case }
status-stranger-none = noemt geen dossier, of is niet te lezen
status-kept-case-until = Vastleggingen van dit dossier worden bewaard tot en met { $day } ({ $why }). Toegang: { $access }.
status-retention = { $count ->
    [one] { $count } vastlegging is voorbij de dag tot en met welke zij te bewaren was. Niets wordt vanzelf verwijderd.
   *[other] { $count } vastleggingen zijn voorbij de dag tot en met welke zij te bewaren waren. Niets wordt vanzelf verwijderd.
}
status-total = { $at }: { $usable } van { $wanted } geplande vastleggingen bruikbaar; { $recordings } in het dossierregister, waarvan { $unused } niet gebruikt.

bes-title = Naast het verkeer
bes-lead = Wat de leverancier zelf schrijft, wat hij op een inzageverzoek teruggaf, en een bezoek zonder tussenkomst van de proxy, elk gelegd naast de vastleggingen van dit dossier.
bes-h-recordings = Vastleggingen
bes-i-recordings = Alle vastleggingen in het register van het dossier. Een vastlegging die niet wordt gebruikt, staat hier met de reden en telt in de tabellen niet mee. Verzoeken aan de eigen domeinen van de onderzochte organisatie zijn in geen van de tabellen meegenomen.
bes-recording = Vastlegging { $number }
bes-discarded = niet gebruikt:
bes-h-statements = Uitspraken in teksten van de leverancier
bes-i-statements = Elke rij is een uitspraak uit een tekst met titel en datum. De tabel zegt alleen of en waar is vastgelegd waaraan de uitspraak kan worden getoetst; of een uitspraak klopt, volgt hier niet uit. Wat bij de ontvanger gebeurt, kan een proxy niet waarnemen.
bes-c-statements = Uitspraken en wat ervan is vastgelegd
bes-col-statement = Uitspraak
bes-col-source = Bron
bes-col-outcome = Uitkomst
bes-col-test = Waaraan getoetst
bes-kept = Tekst (SHA-256):
bes-outcome-seen = vastgelegd
bes-outcome-not-seen = niet vastgelegd in deze scenario's
bes-outcome-not-tested = niet getoetst: er is geen vastlegging waarin dit te zien kon zijn
bes-outcome-not-observable = door een proxy niet waar te nemen
bes-when-any = op enig moment
bes-when-before-choice = voordat in een keuzescherm iets was gekozen
bes-when-after-decline = na het weigeren van wat optioneel is
bes-when-after-allow = na het toestaan
bes-when-after-withdrawal = na het intrekken
bes-in-recordings = { $n ->
    [one] 1 vastlegging waarin dit te zien kon zijn
   *[other] { $n } vastleggingen waarin dit te zien kon zijn
}
bes-seen-at = vastlegging { $recording }, vermelding
bes-more = { $n ->
    [one] en in nog 1 vastlegging (in de tabellen)
   *[other] en in nog { $n } vastleggingen (in de tabellen)
}
bes-h-answers = Antwoorden op inzageverzoeken
bes-i-answers = Waarden uit het antwoord zijn vergeleken met waarden die in verzoeken zijn verzonden, door vingerafdrukken onder de sleutel van het dossier. Gelijk is: dezelfde tekst zonder spaties eromheen, een e-mailadres ook in kleine letters, en hetzelfde tijdstip in een andere schrijfwijze. Waarden die versleuteld, gehasht of samengevoegd zijn, worden niet herkend. Gelijke waarden kunnen toeval zijn. Dat een veld niet is teruggegeven, zegt niet dat het is bewaard. Er staat hier geen waarde; plaatsen in het antwoord die zelf een waarde kunnen zijn, zijn gemaskeerd. Het antwoord zelf wordt nooit gedeeld.
bes-no-answers = In dit dossier wordt geen antwoord op een inzageverzoek bewaard.
bes-answer-counts = Waarden in het antwoord: { $values }, waarvan te kort om te vergelijken: { $short }. Vergeleken velden: { $fields }. Vastleggingen: { $recordings }.
bes-all-recordings = Van het antwoord of van de vastleggingen is niet gezegd van welke persona ze zijn; daarom is met alle vastleggingen vergeleken waarvan geen andere persona bekend is.
bes-fields-left-out = { $n ->
    [one] 1 veld is niet vergeleken, omdat het er te veel waren.
   *[other] { $n } velden zijn niet vergeleken, omdat het er te veel waren.
}
bes-c-answers = Verzonden velden en het antwoord
bes-col-field = Veld, of plaats in het antwoord
bes-col-values = Gelijke waarden
bes-col-returned-at = Teruggegeven in
bes-col-seen = Vastgelegd in
bes-answer-seen-and-returned = verzonden gezien en teruggegeven
bes-answer-seen-not-returned = verzonden gezien, niet teruggegeven
bes-answer-returned-not-seen = teruggegeven, niet verzonden gezien
bes-equal-of = { $equal } van { $values }
bes-more-rows = { $n ->
    [one] Nog 1 rij staat in de CSV- en JSON-vorm.
   *[other] Nog { $n } rijen staan in de CSV- en JSON-vorm.
}
bes-h-controls = Invloed van het waarnemen
bes-i-controls = Een proxy en een bestuurde browser kunnen veranderen wat een server antwoordt. Hier staat naast de vastleggingen een bezoek van hetzelfde scenario zonder tussenkomst van de proxy. Een verschil kan ook komen door tijd, toeval of wisselende inhoud; de tabel wijst geen oorzaak aan. Verzoeken van de browser zelf zijn aan beide kanten meegeteld.
bes-no-controls = In dit dossier wordt geen bezoek zonder tussenkomst bewaard. Of het waarnemen de antwoorden veranderde, is dus niet onderzocht.
bes-control-counts = Verzoeken in de controle: { $requests }. Vastleggingen van dit scenario: { $recordings }.
bes-format-har = De controle is een HAR uit de hulpmiddelen van een browser.
bes-format-netlog = De controle is een NetLog van Chromium: verzoeken, en namen van cookies voor zover de browser ze opschreef; geen inhoud.
bes-cannot-show = De controle kan dit niet tonen: { $what }. Dat het erin ontbreekt, zegt niets.
bes-recording-cannot-show = Vastlegging { $number } kan dit niet tonen: { $what }. Dat het daarin ontbreekt, zegt niets.
bes-cut-off = De controle houdt midden in het bestand op: wat erin ontbreekt, kan later zijn gekomen.
bes-quic = In de controle is met deze hosts over QUIC (HTTP/3) gesproken, wat de proxy niet doorlaat:
bes-c-controls = Vastleggingen en controle
bes-col-aspect = Soort
bes-col-what = Wat
bes-col-seen-on = Gezien in
bes-col-control = Nummers in de controle
bes-aspect-host = host
bes-aspect-endpoint = eindpunt (methode, host, pad)
bes-aspect-cookie-set = naam van een cookie in een antwoord, en de host
bes-aspect-cookie-sent = naam van een cookie in een verzoek, en de host
bes-seen-on-both = de controle en alle vastleggingen
bes-seen-on-both-not-always = de controle en een deel van de vastleggingen
bes-seen-on-only-intercepted = alleen in vastleggingen
bes-seen-on-control-cannot-show = vastleggingen; de controle kan het niet tonen
bes-seen-on-only-control = alleen in de controle
bes-n-of = { $n } van { $of } vastleggingen
