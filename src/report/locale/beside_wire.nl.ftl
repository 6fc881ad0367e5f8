
## 15 What the browser itself says
h-beside = Wat de browser zelf zegt
toc-no-beside = Hoofdstuk 15, wat de browser zelf zegt, ontbreekt: bij deze vastlegging staat niets van wat de browser zelf zegt. De nummers van de andere hoofdstukken blijven gelijk.
i-beside = Bij markeringen is aan de browser gevraagd wat hij bewaart en wat hij heeft geweigerd. Die antwoorden staan hier naast wat onderweg is vastgelegd. Ze gelden voor het moment van de markering; wat er tussen twee markeringen in de browser lag, is niet waargenomen. Waarden zijn niet gelezen: van cookies en opslag zijn alleen namen en lengtes bekend. Een weigering staat hier alleen waar de browser dat zelf zegt, met zijn eigen woord voor de reden.
beside-c-reports = Wanneer de browser is bevraagd
beside-c-cookies = Cookies naast de cookievoorraad van de browser
beside-c-refusals = Wat de browser zegt te hebben geweigerd of bij uitzondering te hebben doorgelaten
beside-c-storage = Opslag die voor een proxy niet zichtbaar is: namen en lengtes, volgens de browser
beside-col-mark = Markering
beside-col-browser = Browser
beside-col-jar = Cookies in de voorraad
beside-col-refusals = Weigeringen
beside-col-not-read = Wat niet kon worden gelezen
beside-col-state = Wat vastlegging en browser samen tonen
beside-col-wire = Vastgelegd tot de markering
beside-col-jar-says = In de voorraad
beside-col-lifetime = Gevraagde levensduur, en zoals de browser haar overnam
beside-col-withheld = Wat de browser ervan zegt
beside-col-what = Wat
beside-col-reason = Reden, in het eigen woord van de browser
beside-col-host = Host van het verzoek
beside-col-times = Keren
beside-col-origin = Origin
beside-col-store = Waar
beside-col-name = Naam
beside-col-length = Lengte van de waarde
beside-exhibit = bewijsstuk { $n }
beside-report-ref = markering { $n }
beside-refusals-reported = door de browser gemeld
beside-refusals-interrupted = door de browser gemeld, maar niet alles is gehoord
beside-refusals-not-reported = dit protocol meldt geen weigeringen: dat er hier geen staan, zegt niets
beside-protocol-cdp = bevraagd via het Chrome DevTools Protocol
beside-protocol-bidi = bevraagd via WebDriver BiDi
beside-nothing-unread = niets
beside-state-refused = geweigerd door de browser: { $reasons }
beside-state-sent-no-set-cookie = verzonden, geen Set-Cookie vastgelegd
beside-state-not-in-jar = niet in de voorraad bij de markering
beside-state-jar-as-set = in de voorraad zoals gezet
beside-state-jar-otherwise = in de voorraad, anders dan de laatst vastgelegde Set-Cookie-header het heeft
beside-state-jar-only = in de voorraad, en onderweg gezet noch verzonden
beside-state-jar-not-said = gezet; de browser zei niet wat zijn voorraad bevat
beside-differs-deleted = die header verwijdert hem
beside-differs-value-length = de waarde heeft een andere lengte
beside-differs-secure = Secure verschilt
beside-differs-http-only = HttpOnly verschilt
beside-as-set-note = de lengte van de waarde en de attributen Secure en HttpOnly komen overeen; de waarde zelf is niet vergeleken
beside-set = { $n ->
    [one] 1 Set-Cookie-header
   *[other] { $n } Set-Cookie-headers
}
beside-sent = { $n ->
    [one] met 1 verzoek verzonden
   *[other] met { $n } verzoeken verzonden
}
beside-in-jar = ja
beside-not-in-jar = nee
beside-partition = apart bewaard voor { $site }
beside-partition-asked = de header vraagt om apart te bewaren per bovenliggende site
beside-asked-seconds = gevraagd: { $n } seconden
beside-asked-session = gevraagd: tot het einde van de browsersessie
beside-kept-seconds = de browser: { $n } seconden
beside-kept-until = de browser: tot { $time }
beside-kept-session = de browser: tot het einde van zijn sessie
beside-times = { $n ->
    [one] eenmaal
   *[other] { $n } keer
}
beside-direction-set = Set-Cookie niet overgenomen
beside-direction-send = niet met een verzoek verzonden
beside-direction-set-exempted = bij uitzondering overgenomen
beside-direction-send-exempted = bij uitzondering verzonden
beside-store-local = localStorage
beside-store-session = sessionStorage
beside-store-database = IndexedDB-database
beside-store-cache = cache (Cache Storage)
beside-store-service-worker = service worker
beside-length = { $n ->
    [one] 1 UTF-16-code-eenheid
   *[other] { $n } UTF-16-code-eenheden
}
beside-no-length = niet gelezen
beside-e-cookies = Er was geen cookie in de voorraad en er was er geen vastgelegd.
beside-e-refusals = Er is geen weigering gemeld. Waar het protocol van de browser weigeringen meldt (zie de eerste tabel van dit hoofdstuk), zegt hij dat er geen was.
beside-e-storage = Er zijn geen namen gelezen. Dat toont niet dat er niets is opgeslagen: frames die bij de markering niet open waren, zijn niet bevraagd.
beside-unreadable = { $n ->
    [one] 1 verslag van de browser staat in de vastlegging en kan niet worden gelezen.
   *[other] { $n } verslagen van de browser staan in de vastlegging en kunnen niet worden gelezen.
}
beside-left-out = { $n ->
    [one] 1 rij of naam is weggelaten, omdat de tabellen anders boven hun grens waren gegroeid.
   *[other] { $n } rijen of namen zijn weggelaten, omdat de tabellen anders boven hun grens waren gegroeid.
}
beside-of-auditee = { $n ->
    [one] 1 cookie van de eigen domeinen van de onderzochte organisatie staat er niet bij, omdat verzoeken daaraan geen stromen zijn.
   *[other] { $n } cookies van de eigen domeinen van de onderzochte organisatie staan er niet bij, omdat verzoeken daaraan geen stromen zijn.
}
gap-storage-between-marks = { $n ->
    [one] Wat de browser opslaat, is bij 1 markering gelezen, volgens de browser zelf; op andere momenten is het niet waargenomen, en ook niet wat scripts lezen.
   *[other] Wat de browser opslaat, is bij { $n } markeringen gelezen, volgens de browser zelf; daartussen is het niet waargenomen, en ook niet wat scripts lezen.
}
gap-browser-report-unreadable = { $n ->
    [one] 1 verslag van wat de browser zelf zegt, staat in de vastlegging en kan niet worden gelezen.
   *[other] { $n } verslagen van wat de browser zelf zegt, staan in de vastlegging en kunnen niet worden gelezen.
}
