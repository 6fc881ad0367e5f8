
## 7 Geplante waarden
h-planted = Geplante waarden
i-planted = Waarden die de onderzoeker met opzet heeft ingetypt, zijn gezocht in alles wat is vastgelegd: zoals getypt, in de standaardvormen van advertentieplatforms, gecodeerd en als samenvatting, en in lagen daarvan. De waarden zelf staan niet hier en niet in de bestanden bij deze bijlage. Een vondst zegt dat de waarde in de genoemde vorm aan een host is verzonden of ervan kwam. Wat niet is gevonden, kan versleuteld zijn verzonden.
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
