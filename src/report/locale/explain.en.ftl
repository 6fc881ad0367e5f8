
## What the rules say of one thing (`dataspoor rules explain`)
explain-request = Request { $method } { $url }
explain-cookie = Cookie { $name } of { $domain }
explain-storage = Key { $name } in the storage of the browser, on pages of { $domain }
explain-host = Host { $host }, registrable domain { $site } (Public Suffix List: { $list })
explain-holder = Holder of the domain: { $name }
explain-holder-none = Holder of the domain: not established, no rule names { $site }
explain-contract = Party named in the terms: { $party } ({ $service })
explain-contract-none = Party named in the terms: not established
explain-network = Operator of the network: { $name }
explain-network-none = Operator of the network: not established
explain-none-cookie = Not established: no rule describes this cookie
explain-none-storage = Not established: no rule describes this key
explain-none-request = Endpoint: not established, no rule describes { $method } { $host }{ $path }
explain-rule = Rule { $rule }, { $place }
explain-owner = of { $owner }
explain-background = own traffic of the browser, not caused by the page
explain-area = where: { $area ->
    [local] localStorage
    [session] sessionStorage
    [indexed-db] IndexedDB
   *[cache] Cache Storage
}
explain-claim = { $who } ({ $by }): { $category }
explain-field = Field { $name } in { $place ->
    [query] the query
    [form] a form
    [json] JSON
    [header] the header
    [message] a message
    [path] the path
   *[body] the body
}
explain-data = category of data: { $data }
explain-identifies = tells apart: { $what }
explain-personal = to be named in the Model DPIA as: { $text }
explain-personal-category = with the category: { $text }
explain-personal-type = with the type: { $text }
explain-counted = The values are counted, request by request, under { $name }.
explain-disagree = The sources name different categories:
explain-source = { $certainty }; { $title }, { $publisher }, { $date }
explain-choice = Carries a choice on the screen: rule { $rule }, { $place }
explain-choice-says = says: { $says }; holds for: { $scope }
explain-choice-if = if the { $kind ->
    [query] query parameter
   *[form] field of the form
} { $name } { $values ->
    [none] is there
   *[other] has one of the values { $list }
}
explain-navigation = Fetches another page without a document: rule { $rule }, { $place }
explain-secret = { $what }: masked before it is recorded, rule { $rule }, { $place }
explain-secret-parameter = Query parameter { $name }
explain-secret-answer = Some members of JSON in the answer
explain-secret-cookie = Its value
explain-never-printed = Its value opens an account and is never printed.
explain-limits = What this does not prove
limits-rule = A rule says what others have stated about something of this name. It does not show that anything was sent or set in a recording; that is shown by the entry, and only there.
limits-cookie = The name of a cookie does not show what its value was used for after it was received. A claim about the purpose is that of the source named with it.
limits-endpoint = The address of a request does not show what was done with the data after they were received. A claim about the purpose is that of the source named with it.
limits-storage = A proxy does not see the storage of the browser, only what is sent of it. That a rule describes a key does not show that a browser kept it.
limits-field = The name of a field does not show what was done with its value after it was received.
limits-owner = Who holds a domain, who runs the network and who is the party in the terms are three different things with sources of their own. None of them says who is the controller or the processor.
limits-transfer = Neither the host nor the holder of its domain shows in which country data are stored.
data-device = device
data-behaviour = behaviour
data-location = location
data-contact = contact details
data-content = content
data-identifier = identifier
data-choice = choice on the screen
data-technical = technical
identifies-user = user
identifies-browser = browser
identifies-session = session
identifies-page-load = page load
identifies-device = device
identifies-campaign = campaign
identifies-none = nothing
personal-type-ordinary = ordinary
personal-type-sensitive = sensitive
personal-type-special = special category
personal-type-criminal = criminal
personal-type-national-number = national identification number
