
## Wat de regels van één ding zeggen (`dataspoor rules explain`)
explain-request = Verzoek { $method } { $url }
explain-cookie = Cookie { $name } van { $domain }
explain-storage = Sleutel { $name } in de opslag van de browser, op pagina’s van { $domain }
explain-host = Host { $host }, registreerbaar domein { $site } (Public Suffix List: { $list })
explain-holder = Houder van het domein: { $name }
explain-holder-none = Houder van het domein: niet vastgesteld, geen regel noemt { $site }
explain-contract = Partij die de voorwaarden noemen: { $party } ({ $service })
explain-contract-none = Partij die de voorwaarden noemen: niet vastgesteld
explain-network = Beheerder van het netwerk: { $name }
explain-network-none = Beheerder van het netwerk: niet vastgesteld
explain-none-cookie = Niet vastgesteld: geen regel beschrijft deze cookie
explain-none-storage = Niet vastgesteld: geen regel beschrijft deze sleutel
explain-none-request = Eindpunt: niet vastgesteld, geen regel beschrijft { $method } { $host }{ $path }
explain-rule = Regel { $rule }, { $place }
explain-owner = van { $owner }
explain-background = eigen verkeer van de browser, niet veroorzaakt door de pagina
explain-area = waar: { $area ->
    [local] localStorage
    [session] sessionStorage
    [indexed-db] IndexedDB
   *[cache] Cache Storage
}
explain-claim = { $who } ({ $by }): { $category }
explain-field = Veld { $name } in { $place ->
    [query] de query
    [form] een formulier
    [json] JSON
    [header] de header
    [message] een bericht
    [path] het pad
   *[body] de body
}
explain-data = categorie gegevens: { $data }
explain-identifies = onderscheidt: { $what }
explain-personal = in het Model DPIA te noemen als: { $text }
explain-personal-category = met als categorie: { $text }
explain-personal-type = met als type: { $text }
explain-counted = De waarden worden per verzoek geteld onder { $name }.
explain-disagree = De bronnen noemen verschillende categorieën:
explain-source = { $certainty }; { $title }, { $publisher }, { $date }
explain-choice = Bevat een keuze in een scherm: regel { $rule }, { $place }
explain-choice-says = betekent: { $says }; geldt voor: { $scope }
explain-choice-if = als { $kind ->
    [query] de queryparameter
   *[form] het formulierveld
} { $name } { $values ->
    [none] aanwezig is
   *[other] een van de waarden { $list } heeft
}
explain-navigation = Haalt een andere pagina op zonder document: regel { $rule }, { $place }
explain-secret = { $what }: gemaskeerd voordat het wordt vastgelegd, regel { $rule }, { $place }
explain-secret-parameter = Queryparameter { $name }
explain-secret-answer = Sommige JSON-velden in het antwoord
explain-secret-cookie = De waarde
explain-never-printed = De waarde geeft toegang tot een account en wordt nooit afgedrukt.
explain-limits = Wat hiermee niet is aangetoond
limits-rule = Een regel zegt wat anderen over iets met deze naam hebben verklaard. De regel toont niet dat in een vastlegging iets is verzonden of gezet; dat toont de vermelding, en alleen daar.
limits-cookie = De naam van een cookie toont niet waarvoor de waarde na ontvangst is gebruikt. Een uitspraak over het doel is die van de bron die erbij staat.
limits-endpoint = Het adres van een verzoek toont niet wat na ontvangst met de gegevens is gedaan. Een uitspraak over het doel is die van de bron die erbij staat.
limits-storage = Een proxy ziet de opslag van de browser niet, alleen wat daarvan wordt verzonden. Dat een regel een sleutel beschrijft, toont niet dat een browser die bewaarde.
limits-field = De naam van een veld toont niet wat na ontvangst met de waarde is gedaan.
limits-owner = Wie een domein houdt, wie het netwerk beheert en wie partij is volgens de voorwaarden zijn drie verschillende dingen met elk een eigen bron. Geen ervan zegt wie verwerkingsverantwoordelijke of verwerker is.
limits-transfer = Noch de host, noch de houder van het domein toont in welk land gegevens worden opgeslagen.
data-device = apparaat
data-behaviour = gedrag
data-location = locatie
data-contact = contactgegevens
data-content = inhoud
data-identifier = kenmerk
data-choice = keuze in scherm
data-technical = technisch
identifies-user = gebruiker
identifies-browser = browser
identifies-session = sessie
identifies-page-load = het laden van een pagina
identifies-device = apparaat
identifies-campaign = campagne
identifies-none = niets
personal-type-ordinary = gewoon
personal-type-sensitive = gevoelig
personal-type-special = bijzonder
personal-type-criminal = strafrechtelijk
personal-type-national-number = nationaal identificatienummer
