# Bestanden met niets dan tabellen: een werkmap met een blad voor elke tabel. Een tabel heet als zijn bestand; de titel zegt wat een rij is.

tables-dataspoor-annex = Tabellen van de bijlage: vastgelegde gegevensstromen
tables-dataspoor-comparison = Tabellen van de vergelijking van vastleggingen
tables-dataspoor-case-annex = Tabellen van de bijlage over een dossier
tables-simulated = Gesimuleerd – { $title }
tables-fact-recording = Vastlegging
tables-fact-recording-format = Formaat van de vastlegging
tables-fact-recording-sha256 = SHA-256 van de vastlegging
tables-fact-recording-bytes = Lengte van de vastlegging in bytes
tables-fact-recording-started = Begin van het eerste verzoek (UTC)
tables-fact-tool = Gemaakt met
tables-fact-rules-sha256 = SHA-256 van de regels
tables-fact-evidence-head = Digest van de laatste regel van het bewijslogboek
tables-fact-urls = Waarden van parameters in adressen (full: volledig, masked: afgedekt)
tables-fact-case = Dossier
tables-fact-recordings = Aantal vastleggingen (blad ‘register’)
tables-note-text = Wat is vastgelegd, staat hier als tekst. Tekens die niet te zien zijn of die de volgorde van andere veranderen, staan als code.
tables-note-cells = Een lege cel zegt dat niets bekend is of niets van toepassing is, niet dat er niets was. Tijden zijn in UTC.
tables-sheet = Blad
tables-title = Wat de rijen zijn
tables-rows = Rijen
tables-rows-left-out = Rijen die niet passen
tables-cut = { $n ->
    [0] Geen cel is ingekort.
    [one] Eén cel was te lang voor een blad en is ingekort; annex.json of comparison.json heeft de hele tekst.
   *[other] { $n } cellen waren te lang voor een blad en zijn ingekort; annex.json of comparison.json heeft de hele tekst.
}
tables-cut-more = { $n ->
    [one] en nog één
   *[other] en nog { $n }
}
tables-column = Kolom
tables-row = Rij van het blad
tables-characters = Tekens in het geheel
tables-cell-cut = … [ingekort: { $n } tekens in het geheel]

table-recipients = Ontvangers: registreerbare domeinen waaraan verzoeken waren gericht
table-addresses = Adressen waarop ontvangers antwoordden
table-other-names = Hosts die een andere naam zijn van een host van een andere site
table-cookies = Cookies die zijn gezet of meegezonden
table-comparison-lines = Lijnen waarmee levensduren worden vergeleken
table-lifetimes = Levensduren die bronnen vermelden, naast de vastgelegde
table-validators = Waarden die een browser bij een kopie bewaart en terugstuurt
table-flows = Gegevensstromen: verzoeken per methode, host en pad
table-endpoints = Eindpunten met het deel van de velden dat niemand heeft verklaard
table-fields = Velden die zijn verzonden, per eindpunt
table-detail-ladder = Wat op elk niveau van detail te zien is, per eindpunt
table-client-hints = Wat de browser is gevraagd over zichzelf te zeggen, en zei
table-personal-data = Gegevens voor paragraaf 2 van het Model DPIA
table-timeline = Tijdlijn van het bezoek
table-choices = Cookies gezet en meegezonden, vóór en na elke keuze in het scherm
table-trail = Waarden die bij het platform en bij een andere site zijn gezien
table-gaps = Wat niet is vastgelegd of niet te lezen was
table-attribution = Waaraan verzoeken worden toegeschreven
table-ways = Wegen waarlangs verzoeken ontstonden
table-page-mentions = Waar de onderzochte pagina in verzoeken wordt genoemd
table-preflights = Verzoeken waarmee een browser toestemming vraagt voor een ander verzoek
table-identifiers = Kenmerken met wat van hun waarden te tellen is
table-cookie-recipients = Aan wie waarden van cookies zijn gezonden
table-identifier-recipients = Aan wie waarden van kenmerken zijn gezonden
table-sharing = Waar waarden van kenmerken elders zijn gevonden
table-survivals = Waarden die in meer dan één browserprofiel zijn gezien
table-redirects = Doorverwijzingen tussen sites
table-sent-from-other-sites = Cookies in verzoeken vanaf pagina’s van andere sites
table-not-sent-again = Cookies die een ontvanger vanaf een andere site niet opnieuw kreeg
table-recordings = Vastleggingen die met elkaar zijn vergeleken
table-planted = Waar met opzet ingevoerde waarden zijn gevonden
table-assessment = Wat personen over het vastgelegde hebben geschreven
table-risks = Risico’s zoals personen ze hebben geschreven
table-risk-evidence = Waarop risico’s volgens die personen berusten
table-risk-measures = Maatregelen tegen risico’s volgens personen
table-risk-retests = Hertesten van risico’s volgens personen
table-planted-values = Met opzet ingevoerde waarden
table-browser-reports = Momenten waarop de browser is gevraagd wat hij bewaart
table-browser-cookies = Cookies zoals de browser ze meldt, naast wat is vastgelegd
table-browser-refusals = Cookies die de browser als geweigerd meldt
table-browser-storage = Wat de browser als bewaard meldt, zonder waarden
table-scenario = Het scenario met begin en afloop
table-consent-screens = Keuzeschermen die zijn getoond
table-consent-options = Opties van de keuzeschermen, met hun letterlijke tekst
table-consent-clicks = Klikken op opties van keuzeschermen
table-consent-rules = Regels van anderen voor keuzeschermen die zijn uitgevoerd
table-pictures = Afbeeldingen van het venster
table-register = Alle vastleggingen, gebruikt en niet gebruikt
table-class-groups = Persona’s en paden van keuzes waarvoor klassen zijn gemaakt
table-classes = Klassen van wat op de onderzochte pagina en op controles is vastgelegd
table-answers = Antwoorden op de vragen
table-not-established = Vragen die niet zijn vastgesteld, met de reden
table-matrix = Cookies per persona en pad van keuzes
table-series = Cookies over vastleggingen met een bewaard profiel
table-differences = Wat aan elke kant is vastgelegd
table-bytes = Verzonden en geantwoorde bytes aan elke kant
table-case-fields = Velden over het hele dossier
table-case-cookies = Cookies over het hele dossier
table-case-parties = Partijen over het hele dossier
table-case-locations = Adressen van servers over het hele dossier
table-case-endpoints = Eindpunten over het hele dossier
table-case-personal-data = Gegevens voor paragraaf 2 van het Model DPIA, over het hele dossier
table-case-ways = Wegen waarlangs iets is verzonden, over het hele dossier
table-case-ladder = Niveaus van detail per eindpunt, over het hele dossier
table-case-trail = Waarden bij de onderzochte site en bij een andere, over het hele dossier
table-case-consent-screens = Lagen van keuzeschermen, over het hele dossier
table-case-clicks = Klikken in keuzeschermen, over het hele dossier
table-case-words = Woorden van personen over het dossier
table-case-techniques = Technieken over het hele dossier
table-case-files = Documenten voor het DPIA-dossier
table-case-inputs = Waarden van velden die mogen worden afgedrukt, over het hele dossier
