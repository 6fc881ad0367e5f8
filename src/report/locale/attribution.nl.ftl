
## 4 Toeschrijving
h-attr = Wat de browser deed vragen, en wie handelde
i-attr = Van elk verzoek: de pagina waarbij het hoort, wat de browser het deed verzenden en wie handelde, telkens met waar dat op rust en hoe zeker het is. ‘Vermeld’: de browser of de vastlegging vermeldt het. ‘Afgeleid’: het volgt uit verscheidene feiten. ‘Alleen passend in tijd of plaats’: niets anders verbindt het. ‘Niet vastgesteld’: niets spreekt ervoor. Wie handelde zegt niets over iemands rol.
c-attr-triggers = Verzoeken naar aanleiding en wie handelde
e-attr-triggers = Verzoeken zijn niet toegeschreven.
i-attr-ways = Gegevens kunnen langs drie wegen bij een platform komen: ingevoerd door de onderzochte organisatie zelf, verzonden door de browser van een bezoeker op een pagina van het platform, of verzonden vanaf de eigen sites van de organisatie. De tabel telt de verzoeken aan het platform langs elke weg; verzoeken aan anderen staan samen in een eigen rij. De eerste weg is niet uit het verkeer vast te stellen zonder regels die zeggen welke verzoeken dat doen. Met een preflight vraagt een browser een server of een ander verzoek mag worden verzonden; preflights zijn apart geteld.
c-attr-ways = Verzoeken naar de weg waarlangs zij zijn verzonden
e-attr-ways = Verzoeken zijn niet toegeschreven.
i-attr-mentions = Hier staan verzoeken die het nummer, de naam of het adres van de onderzochte Page bevatten. Dat is een feit over de bytes; waarom het daar staat, laat de vastlegging niet zien.
c-attr-mentions = Velden die de onderzochte Page bevatten
e-attr-mentions = Er is geen veld gevonden dat de onderzochte Page bevat, of er was niets opgegeven om te zoeken.
c-attr-preflights = Preflights en de verzoeken die zij aankondigden
e-attr-preflights = Onder de stromen is geen preflight vastgelegd.
col-attr-trigger = Aanleiding
col-attr-trigger-confidence = Hoe zeker
col-attr-actor = Wie handelde
col-attr-actor-confidence = Hoe zeker
col-attr-hosts = Hosts
col-attr-first = Eerste vermelding
col-attr-way = Weg
col-attr-sure = Hoe zeker
col-attr-staff = Onder een ander account
col-attr-mention = Bevatten de Page
col-attr-endpoint = Eindpunt
col-attr-what = Wat van de Page
col-attr-where = Waar
col-attr-preflight = Preflight
col-attr-request = Verzoek
attr-page-label = pagina:
attr-trigger-label = aanleiding:
attr-acted-label = wie handelde:
attr-entry = vermelding { $nr }
attr-preflights = { $n ->
    [one] waarvan 1 preflight
   *[other] waarvan { $n } preflights
}
attr-preflights-only = { $n ->
    [one] en 1 preflight
   *[other] en { $n } preflights
}
attr-with-mention = { $n ->
    [one] waarvan 1 met het nummer, de naam of het adres van de onderzochte Page
   *[other] waarvan { $n } met het nummer, de naam of het adres van de onderzochte Page
}
attr-of-host = van { $host }
attr-undone = na het opheffen van percent-codering
attr-no-request = geen zo’n verzoek vastgelegd
attr-recipients = { $n ->
    [one] aan 1 registreerbaar domein
   *[other] aan { $n } registreerbare domeinen
}
attr-sure-stated = vermeld
attr-sure-derived = afgeleid
attr-sure-guessed = alleen passend in tijd of plaats
attr-sure-not-established = niet vastgesteld
attr-trigger-navigation-typed = adres getypt of van buiten een pagina geopend
attr-trigger-navigation-link = op een link geklikt
attr-trigger-navigation-form = formulier verzonden
attr-trigger-navigation-by-page = document door een pagina geopend, zonder klik
attr-trigger-navigation-in-page = pagina opgehaald zonder nieuw document
attr-trigger-navigation = document geopend
attr-trigger-redirect = doorverwijzing
attr-trigger-document-parser = adres in het document
attr-trigger-stylesheet = stijlblad
attr-trigger-script = script
attr-trigger-frame = frame
attr-trigger-choice = keuze in het scherm
attr-trigger-unload = het verlaten van de pagina
attr-trigger-idle = geen handeling van de bezoeker: er was een tijd niets gedaan
attr-trigger-preflight = preflight
attr-trigger-service-worker = service worker
attr-trigger-reporting = melding aan een eindpunt dat een antwoord noemde
attr-trigger-prefetch = vooruit opgehaald
attr-trigger-browser = de browser zelf
attr-trigger-not-established = niet vastgesteld
attr-actor-visitor = als bezoeker: zonder ander account vastgelegd
attr-actor-staff = iemand onder een ander account dan waarmee is ingelogd
attr-actor-auditee-site = een pagina van de eigen site van de onderzochte organisatie
attr-actor-not-established = niet vastgesteld
attr-way-visitor-on-platform = door de browser van een bezoeker, vanaf een pagina van het platform
attr-way-auditee-sites = vanaf de eigen sites van de onderzochte organisatie
attr-way-elsewhere = vanaf een pagina of frame van een andere site
attr-way-not-established = niet vastgesteld
attr-basis-navigation-itself = het opent de pagina zelf
attr-basis-navigation-signature = volgens een regel over navigatie
attr-basis-recording-page = de vastlegging rekent het tot de pagina
attr-basis-initiator = de vastlegging noemt wat vroeg
attr-basis-referer = Referer
attr-basis-referer-origin = Referer, alleen de host
attr-basis-origin = Origin
attr-basis-ping-from = Ping-From
attr-basis-fetch-site = Sec-Fetch-Site
attr-basis-frame-chain = frame van de pagina
attr-basis-declared-endpoint = eindpunt dat een antwoord aan de pagina noemde
attr-basis-connection-and-time = verbinding en tijd
attr-basis-time = tijd
attr-basis-unload = de pagina werd verlaten
attr-basis-none = niets
attr-mention-page-id = nummer
attr-mention-page-name = naam
attr-mention-page-address = adres
attr-way-entered-by-auditee = ingevoerd door de onderzochte organisatie zelf
attr-way-other-account = onder een ander account dan waarmee is ingelogd; langs welke weg, is niet vastgesteld
attr-way-other-recipients = gericht aan andere ontvangers dan het platform, langs welke weg ook, niet verzonden verzoeken inbegrepen
attr-way-needs-rules = niet uit het verkeer vast te stellen zonder regels daarvoor
attr-way-no-own-sites = eigen sites niet opgegeven
attr-way-no-platform = niet vastgesteld: geen platform opgegeven
attr-none = geen
