
## 16 Scenario en begin
h-scenario = Scenario en begin
i-scenario = Deze vastlegging is gemaakt volgens het plan van het dossier. Wat hier staat, is gepland of opgegeven. Wat werkelijk is aangeklikt, staat in de tabellen hieronder en in hoofdstuk 6.
scenario-none = Deze vastlegging hoort bij geen scenario van een dossier. Hoe de browser begon, is daarom niet vastgesteld, behalve voor zover hieronder staat.
c-scenario = Het scenario
scenario-name = Scenario
scenario-repetition = Herhaling { $n }
scenario-persona = Persona
scenario-persona-note = Zoals het plan van het dossier het opgeeft; niet uit het verkeer vastgesteld.
scenario-state-no-account = heeft geen account
scenario-state-logged-out = heeft een account en is uitgelogd
scenario-state-logged-in = is ingelogd
scenario-state-administrator = is ingelogd en beheert de onderzochte Page
scenario-path = Gepland keuzepad
scenario-path-note = Gepland is niet gekozen.
scenario-path-no-choice = er wordt niets gekozen
scenario-path-decline = wat niet verplicht is, wordt geweigerd
scenario-path-allow = alles wordt toegestaan
scenario-path-withdraw = alles wordt toegestaan en dat wordt later teruggenomen
scenario-path-other = iets anders, zoals de naam zegt
scenario-target = Doel en positie in het onderzoek
scenario-kind-audited-page = de onderzochte Page
scenario-kind-control-page = een andere openbare Page: controle
scenario-kind-start-page = de startpagina van het platform: controle
scenario-kind-second-site = een site buiten het platform
scenario-device = Apparaat
scenario-device-desktop = gewone computer
scenario-device-emulated-mobile = geëmuleerde telefoon: de browser van een computer, die zich op verzoek als telefoon voordoet
scenario-operated = Bediening
scenario-operated-manual = door een persoon
scenario-operated-scripted = door een script
scenario-operated-mixed = door een script dat stopt waar een persoon moet handelen
scenario-steps = SHA-256 van de stappen
scenario-steps-note = Over naam en inhoud van elk bestand met stappen; de stappen zelf liggen in de vastlegging.
scenario-steps-none = geen bestand met stappen
scenario-outcome = Hoe de stappen afliepen
outcome-complete = Alle stappen zijn gedaan.
outcome-wall = Het bezoek eindigde bij een muur:
outcome-stopped = Het bezoek is afgebroken: een stap kon niet worden gedaan.
outcome-not-recorded = niet vastgelegd
outcome-place = Stap:
outcome-why = Reden:
outcome-steps = { $n ->
    [one] 1 stap gedaan
   *[other] { $n } stappen gedaan
}
outcome-handed = { $n ->
    [one] 1 keer overgedragen aan een persoon
   *[other] { $n } keer overgedragen aan een persoon
}
outcome-means-wall = Dat is een uitkomst op zichzelf: wat achter de muur lag, is in deze vastlegging niet getoond. Dat iets in deze bijlage ontbreekt, kan daaraan liggen.
outcome-means-stopped = Wat tot dan is vastgelegd, staat in deze bijlage. Dat iets ontbreekt, kan eraan liggen dat de latere stappen niet zijn gedaan.
exhibit-nr = stuk { $nr }
hand-counts = Verzoeken terwijl een script de browser bediende: { $script }; terwijl een persoon dat deed: { $person }; niet vastgesteld: { $unknown }.
hand-label = Bediend door:
hand-script = script ({ $n })
hand-person = persoon ({ $n })
hand-not-established = niet vastgesteld ({ $n })
not-used-title = Deze vastlegging wordt niet gebruikt
not-used-by = Besloten door:
not-used-why = Reden:
not-used-record = Record { $n } van het dossierregister, hashwaarde
not-used-text = De vastlegging blijft zoals zij is gemaakt, en alles in deze bijlage volgt eruit. In een vergelijking van het dossier wordt zij genoemd en niet meegeteld. Wat het dossierregister noteerde nadat deze bijlage was gemaakt, staat er niet in.
not-used-short = Niet gebruikt.
h-start = Het begin
start-warning = Waarschuwing over het begin
start-is-cookies-at-start = De browser begon met een nieuw profiel, maar stuurde aan minstens één host cookies mee vóórdat iets in deze vastlegging die gezet kan hebben. Een eerder bezoek kan in deze vastlegging doorwerken.
start-is-kept-profile = De browser begon met een bewaard profiel. Wat eerdere bezoeken in dat profiel achterlieten, kan in deze vastlegging doorwerken.
start-is-unknown-profile = Het profiel van de browser is niet door dit programma gemaakt; er is niets van bekend. Een eerder bezoek kan in deze vastlegging doorwerken.
start-profile-fresh = nieuw profiel, door het programma voor deze vastlegging gemaakt
start-profile-kept = { $n ->
    [0] bewaard profiel { $name }, niet gebruikt door een eerdere vastlegging
    [one] bewaard profiel { $name }, gebruikt door 1 eerdere vastlegging
   *[other] bewaard profiel { $name }, gebruikt door { $n } eerdere vastleggingen
}
start-profile-unknown = profiel niet door het programma gemaakt; er is niets van bekend
start-profile-not-established = profiel niet vastgesteld
start-entries = vermeldingen { $text }
start-cookies-none = { $hosts ->
    [0] eerste verzoek aan elke host zonder cookies: er is geen host gevraagd
    [one] eerste verzoek aan elke host zonder cookies (1 host)
   *[other] eerste verzoek aan elke host zonder cookies ({ $hosts } hosts)
}
start-cookies-some = { $n ->
    [one] eerste verzoek aan elke host zonder cookies, op 1 van { $hosts } hosts na:
   *[other] eerste verzoek aan elke host zonder cookies, op { $n } van { $hosts } hosts na:
}
start-cookies-set-before = { $n ->
    [one] bij 1 host alleen cookies die een eerder antwoord in deze vastlegging had gezet
   *[other] bij { $n } hosts alleen cookies die een eerder antwoord in deze vastlegging had gezet
}
start-cookies-script = { $n ->
    [one] bij 1 host een cookie zonder vastgelegde Set-Cookie, nadat haar registreerbare domein al was gevraagd (een script kan die hebben gezet)
   *[other] bij { $n } hosts een cookie zonder vastgelegde Set-Cookie, nadat hun registreerbare domein al was gevraagd (een script kan die hebben gezet)
}
start-cookies-elsewhere = { $n ->
    [one] bij 1 host een cookie zonder vastgelegde Set-Cookie, vóór enig ander verzoek aan haar registreerbare domein: die bestond al of kwam van elders
   *[other] bij { $n } hosts een cookie zonder vastgelegde Set-Cookie, vóór enig ander verzoek aan hun registreerbare domein: die bestond al of kwam van elders
}
start-address-none = netwerkadres: niet door het programma vastgelegd, en niemand geeft het op
start-address = netwerkadres: volgens het plan van het dossier { $text }; niet door het programma vastgelegd
start-limits = Ook opslag in de browser, cachevalidatoren, TLS-tickets en het netwerkadres kunnen bezoeken met elkaar verbinden. Dit begin sluit dat niet uit.
h-screens = Cookieschermen
i-screens = Elke laag van een cookiescherm zoals de browser haar toonde, met de letterlijke opties. Het aantal klikken is geteld vanaf de eerste laag.
c-screens = Lagen van cookieschermen
e-screens = Deze vastlegging bevat geen cookiescherm. Dat laat niet zien dat er geen is getoond.
col-screen = Scherm en laag
col-screen-when = Tijd en pagina
col-screen-clicks = Klikken tot hier
col-screen-options = Letterlijke opties
col-screen-digests = Hashwaarden
col-exhibit = Stuk
screen-layer = laag { $n }
screen-text = SHA-256 van de tekst:
screen-text-differs = De vastlegging noemt voor deze tekst een andere hashwaarde.
screen-picture = SHA-256 van de afbeelding:
screen-no-picture = geen afbeelding
screen-no-options = geen opties gelezen
picture-ref = tabel 16c, rij { $n }
option-button = knop
option-link = link
option-checkbox = vakje
option-switch = schakelaar
option-radio = keuzerondje
option-other = van een andere soort
option-on = stond aan
option-off = stond uit
option-disabled = niet te wijzigen
i-clicked = Elke knop die een script in een cookiescherm aanklikte, met het aantal klikken in dat scherm tot en met deze. Dat is het aantal klikken dat de genoemde keuze vroeg. Klikken van een persoon staan in hoofdstuk 6, als zij zijn gemarkeerd.
c-clicked = Aangeklikte knoppen
e-clicked = Er is geen knop vastgelegd die een script in een cookiescherm aanklikte.
col-clicked = Letterlijke tekst van de knop
col-clicked-what = Wat de knop doet
col-clicked-clicks = Klikken
col-clicked-step = Stap
clicked-leads-on = leidt alleen verder
clicked-chooses = kiest
clicked-clicks = klik { $n }
screen-rule = gevonden met een regel van anderen:
i-rules = Regels van anderen voor cookieschermen, uit een bestand dat de onderzoeker aan het dossier heeft toegevoegd. Een stap noemde ze en het script voerde ze uit. Zo'n regel zegt wat de maker ervan op een scherm aantrof. Dat er een keuze is gemaakt, blijkt uit de verzoeken en staat in hoofdstuk 6.
c-rules = Regels van anderen voor cookieschermen
col-rule = Regel en keuze
col-rule-file = Bestand in het dossier
col-rule-done = Wat is gedaan
col-rule-test = Eigen toets van de regel
rule-none = er is geen regel gebruikt
rule-also = paste ook, en is niet gebruikt:
rule-choice-decline = om te weigeren
rule-choice-allow = om toe te staan
rule-choice-not-recorded = keuze niet vastgelegd
rule-count = { $n ->
    [one] { $n } regel erin
   *[other] { $n } regels erin
}
rule-clicks = { $n ->
    [one] { $n } klik
   *[other] { $n } klikken
}
rule-nothing = niets
rule-test-passed = zegt dat zij deed waarvoor zij is
rule-test-failed = zegt dat zij niet deed waarvoor zij is
rule-test-none = de regel heeft er geen
rule-test-not-carried-out = was hier niet uit te voeren
rule-test-not-for-this-choice = gaat alleen over weigeren
rule-test-not-reached = niet bereikt
rule-screen-gone = volgens wat de regel daarvoor nagaat was het scherm daarna weg
rule-screen-there = volgens wat de regel daarvoor nagaat was het scherm er daarna nog
rule-screen-not-told = niet te zeggen of het scherm daarna weg was
h-pictures = Afbeeldingen van het venster
i-pictures = De afbeeldingen zelf staan niet in deze bijlage, omdat er namen en beelden van anderen op kunnen staan. Zij liggen in de vastlegging en zijn aan hun hashwaarde te herkennen.
c-pictures = Afbeeldingen in de vastlegging
e-pictures = Deze vastlegging bevat geen afbeelding.
col-picture = Wat zij toont
col-picture-size = Omvang
col-picture-digest = SHA-256

## Leemten met hun hoeveelheid
gap-of = van { $n }
unit-entries = { $n ->
    [one] vermelding
   *[other] vermeldingen
}
unit-elements = { $n ->
    [one] element
   *[other] elementen
}
unit-exchanges = { $n ->
    [one] uitwisseling
   *[other] uitwisselingen
}
unit-requests = { $n ->
    [one] verzoek
   *[other] verzoeken
}
unit-answers = { $n ->
    [one] antwoord
   *[other] antwoorden
}
unit-messages = { $n ->
    [one] bericht
   *[other] berichten
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
    [one] verbinding
   *[other] verbindingen
}
unit-offers = { $n ->
    [one] aanbod
   *[other] aanbiedingen
}
unit-fields = { $n ->
    [one] veld
   *[other] velden
}
unit-moments = { $n ->
    [one] moment
   *[other] momenten
}
unit-parts = { $n ->
    [one] onderdeel
   *[other] onderdelen
}
unit-reports = { $n ->
    [one] verslag
   *[other] verslagen
}
unit-exhibits = { $n ->
    [one] stuk
   *[other] stukken
}
unit-mistakes = { $n ->
    [one] fout
   *[other] fouten
}
unit-recordings = { $n ->
    [one] vastlegging
   *[other] vastleggingen
}
gap-pinned = { $n ->
    [one] Bij 1 verbinding weigerde het programma dat erom vroeg het certificaat van de proxy en zei dat, zoals programma’s doen die het certificaat van hun server kennen. Die verbinding is niet gelezen.
   *[other] Bij { $n } verbindingen weigerde het programma dat erom vroeg het certificaat van de proxy en zei dat, zoals programma’s doen die het certificaat van hun server kennen. Die verbindingen zijn niet gelezen.
}
gap-tunnel-bytes = { $n ->
    [one] Door verbindingen die niet zijn gelezen, ging 1 byte, heen en terug samen.
   *[other] Door verbindingen die niet zijn gelezen, gingen { $n } bytes, heen en terug samen.
}
gap-undecoded-fields = { $n ->
    [one] 1 keer is een veld verzonden waarvan de betekenis niet is vastgesteld. Het is daarmee niet als onschadelijk aangemerkt.
   *[other] { $n } keer is een veld verzonden waarvan de betekenis niet is vastgesteld; eenzelfde veld telt elke keer. Zij zijn daarmee niet als onschadelijk aangemerkt.
}
gap-decode-anomalies = { $n ->
    [one] In 1 vermelding staat iets dat niet kon worden ontleed zoals het hoort; daarin kunnen velden staan die niet zijn gezien.
   *[other] In { $n } vermeldingen staat iets dat niet kon worden ontleed zoals het hoort; daarin kunnen velden staan die niet zijn gezien.
}
gap-aborted = { $n ->
    [one] 1 uitwisseling is afgebroken zonder antwoord: de browser gaf haar op of het vastleggen eindigde.
   *[other] { $n } uitwisselingen zijn afgebroken zonder antwoord: de browser gaf ze op of het vastleggen eindigde.
}
gap-unattributed = { $n ->
    [one] Van 1 verzoek is niet vastgesteld wat de browser het deed verzenden.
   *[other] Van { $n } verzoeken is niet vastgesteld wat de browser ze deed verzenden.
}
gap-browser-background = { $n ->
    [one] 1 verzoek is van de browser zelf (zoals bijwerken en diensten van de maker) en zegt niets over de bezochte pagina.
   *[other] { $n } verzoeken zijn van de browser zelf (zoals bijwerken en diensten van de maker) en zeggen niets over de bezochte pagina.
}
gap-cache-answers = { $n ->
    [one] Wat de browser uit zijn eigen cachegeheugen of door een service worker beantwoordde, verzendt niets en is hier niet waarneembaar, behalve waar de vastlegging het zelf noemt.
   *[other] Wat de browser uit zijn eigen cachegeheugen of door een service worker beantwoordde, verzendt niets en is hier niet waarneembaar, behalve waar de vastlegging het zelf noemt ({ $n } vastleggingen).
}
gap-report-not-read = { $n ->
    [one] Bij het vragen naar zijn opslag gaf de browser 1 onderdeel niet.
   *[other] Bij het vragen naar zijn opslag gaf de browser { $n } onderdelen niet.
}
gap-unreadable-exhibits = { $n ->
    [one] 1 stuk naast het verkeer is niet te lezen; wat erin staat, ontbreekt in deze bijlage.
   *[other] { $n } stukken naast het verkeer zijn niet te lezen; wat erin staat, ontbreekt in deze bijlage.
}
gap-mobile-app = { $n ->
    [one] Wat een mobiele app verzendt, is niet onderzocht.
   *[other] Wat een mobiele app verzendt, is niet onderzocht ({ $n } vastleggingen).
}
