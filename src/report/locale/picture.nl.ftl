
## Afbeeldingen
pic-same-as = Dezelfde gegevens staan in tabel { $n }.
pic-time-title = Tijdlijn van het bezoek
pic-time-desc = Trajecten: { $lanes }; verzoeken: { $requests }; keuzes: { $choices }. Gebeurtenissen staan in tabel 5, keuzes in tabel 6 en verzoeken in tabel 4.
pic-time-lane = Traject { $n }, verzoeken: { $requests }
pic-time-rest = { $n ->
    [one] 1 ander traject is niet getekend; het staat in de tabel.
   *[other] { $n } andere trajecten zijn niet getekend; zij staan in de tabel.
}
pic-time-legend = Per traject: balken tonen het aantal verzoeken (tabel 4), driehoeken de geopende documenten, rondjes de notities. Een ruit met een nummer is een keuze in het scherm; het vlak met de streeprand erachter is de overgang, van de klik of het verzoek tot het antwoord. Elk traject heeft een eigen tijdschaal.
pic-flow-title = Aan wie de vastgelegde verzoeken waren gericht
pic-flow-desc = { $requests } verzoeken aan { $rows } registreerbare domeinen of adressen; houders die regels noemen: { $holders }; verzoeken zonder vastgestelde houder: { $without }; de meeste verzoeken, { $most }, waren gericht aan { $site }.
pic-flow-visit = Vastgelegd bezoek
pic-flow-holder = Houder van het domein
pic-flow-domain = Domein of adres van het verzoek
pic-flow-several = overige ontvangers
pic-flow-unknown = niet vastgesteld
pic-flow-relation-unknown = relatie niet vastgesteld
pic-flow-rest = { $n ->
    [one] 1 ander domein of adres
   *[other] { $n } andere domeinen en adressen
}
pic-flow-legend = Van links naar rechts: het vastgelegde bezoek met de onderzochte site, de houder van het domein volgens de regels, en het domein waaraan verzoeken waren gericht. Hoe breder de band, hoe meer verzoeken; ook verzoeken vanaf pagina’s van andere sites in deze vastlegging tellen mee. Het teken links in het vak is de relatie tot de onderzochte site: vol is dezelfde site, liggende lijnen dezelfde eigenaar, schuine lijnen een andere eigenaar, gekruiste lijnen niet vastgesteld; punten: meerdere ontvangers samen, of geen houder vastgesteld. Een band zegt niet dat een verzoek is aangekomen of gebruikt.
pic-life-title = Gevraagde levensduur van cookies, naast de vergelijkingslijnen
pic-life-desc = { $cookies } cookies: met een gevraagde levensduur { $asked }, tot het einde van de browsersessie { $session }, geen van beide { $none }; de langste gevraagde levensduur is { $days } dagen; vergelijkingslijnen: { $lines }.
pic-life-hour = uur
pic-life-day = dag
pic-life-week = week
pic-life-month = maand
pic-life-year = jaar
pic-life-ten-years = tien jaar
pic-life-hundred-years = honderd jaar
pic-life-session = sessie
pic-life-domain = Domein
pic-life-rest = { $n ->
    [one] 1 andere cookie is niet getekend; zij staat in de tabel.
   *[other] { $n } andere cookies zijn niet getekend; zij staan in de tabel.
}
pic-life-legend = Balk: de langste levensduur die een antwoord vroeg; gearceerd: het deel daarvan dat browsers volgens de norm niet bewaren. Een kort streepje in de balk: de kortste gevraagde levensduur. Rondje: gevraagd tot het einde van de browsersessie. De schaal is logaritmisch: elke stap is een veelvoud van de vorige. Streeplijnen zijn vergelijkingslijnen uit tabel 3a, met hun bron daar; dat een balk voorbij een lijn komt, zegt niet of dat mag.
model-dpia-pic-title = Persoonsgegevens volgens de genoemde bronnen, per ontvanger
model-dpia-pic-head = Persoonsgegeven volgens de sprekers
pic-terms-others = { $n ->
    [one] 1 ander
   *[other] { $n } andere
}
pic-terms-shortened = * De tabel noemt alleen de eerste eindpunten; wat naar andere ging, is hier niet geteld.
pic-terms-rest = { $n ->
    [one] 1 andere rij is niet getekend; zij staat in de tabel.
   *[other] { $n } andere rijen zijn niet getekend; zij staan in de tabel.
}
pic-terms-desc = Termen: { $terms }; ontvangers: { $recipients }; gevallen waarin velden van een term in verzoeken aan een ontvanger zijn vastgelegd: { $filled }; termen die uit de verbinding zelf volgen: { $connections }.
pic-terms-legend = Dichte stip: in verzoeken aan dit domein zijn velden of cookies vastgelegd waarvoor een spreker deze term gebruikt; het getal is het aantal verschillende velden. Open rondje: volgt uit de verbinding zelf. Leeg: niet vastgelegd, wat niet laat zien dat het er niet was. Of het in dit geval zo is, stelt een persoon vast.
pic-trail-title = Waarden die op twee plaatsen zijn vastgelegd
pic-trail-desc = { $rows } paren plaatsen met een gelijke waarde, bij { $sites } sites: cookies die nog eens zijn meegezonden { $again }, parameters van een doorverwijzing { $decoration }, cookies van een andere site { $own }, in een andere vorm gevonden { $linked }.
pic-trail-examined = onderzochte site
pic-trail-other = pagina’s of frames hiervan
pic-trail-rest = { $n ->
    [one] 1 andere rij is niet getekend; zij staat in de tabel.
   *[other] { $n } andere rijen zijn niet getekend; zij staan in de tabel.
}
pic-trail-legend = Elke baan is een site vanaf waarvan is gevraagd; een vakje is een vermelding in de vastlegging, op volgorde van tijd en niet op schaal. Een boog gaat van de eerdere plaats van een waarde naar de latere; de getallen erop zijn rijen van de tabel, die ook de keuze op de andere site noemt. Een boog zegt dat de waarde gelijk is, niet wat een ontvanger ermee doet.
cmp-pic-matrix-title = Persona’s en keuzes, { $target }
cmp-pic-matrix-desc = { $target }: persona’s: { $personas }; geplande paden van keuzes: { $paths }; combinaties met vastleggingen: { $recorded } (vastleggingen: { $recordings }), zonder: { $open }; cookies en ontvangers: { $rows }.
cmp-pic-matrix-cookies = Cookies
cmp-pic-matrix-recipients = Verzoeken gericht aan
cmp-pic-matrix-rest = { $n ->
    [one] 1 andere rij van de tabel is niet getekend.
   *[other] { $n } andere rijen van de tabel zijn niet getekend.
}
cmp-pic-matrix-cells = { $n ->
    [one] 1 andere combinatie van persona en keuze is niet getekend.
   *[other] { $n } andere combinaties van persona en keuze zijn niet getekend.
}
cmp-pic-matrix-legend = Regels: persona’s en hun geplande paden van keuzes. Vierkant: gezet; rondje: cookie verzonden of verzoek vastgelegd, ook als het niet is verzonden. 2/3 betekent: in 2 van de 3 vastleggingen die het konden laten zien. Vol: in alle; half: in een deel; leeg: in geen. Gekruiste lijnen: niet te zeggen. Schuine lijnen: van deze combinatie is niets vastgelegd.
cmp-pic-title = Een bewaard profiel door de tijd
cmp-pic-desc = Profiel { $name }: { $cookies } cookies in { $recordings } vastleggingen; met dezelfde waarde als in de vorige { $kept }, met een andere waarde { $changed }, opnieuw gezet met dezelfde waarde { $renewed }.
cmp-pic-series-rest = { $n ->
    [one] 1 andere cookie is niet getekend; zij staat in de tabel.
   *[other] { $n } andere cookies zijn niet getekend; zij staan in de tabel.
}
cmp-pic-series-points = { $n ->
    [one] 1 latere vastlegging is niet getekend; zij staat in de tabel.
   *[other] { $n } latere vastleggingen zijn niet getekend; zij staan in de tabel.
}
cmp-pic-caption = Driehoek: voor het eerst vastgelegd. Dichte cirkel: de waarde van de vorige vastlegging. Ruit: een andere waarde. Vierkant: vastgelegd, waarden niet te vergelijken. Open cirkel: niet vastgelegd. Vraagteken: niet te zeggen. Een kader eromheen: opnieuw gezet met dezelfde waarde. Onder elk teken de namen van de waarden; boven elke kolom het nummer van de vastlegging in het register.
