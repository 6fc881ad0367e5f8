//! The report in the shape of `inspection.json` of the Website Evidence Collector (EDPS), so that the Website Auditing Tool (EDPB) opens it. Keys are
//! theirs; what was not examined is empty, and the member `_dataspoor` says so. No value of a cookie stands in a report, so none stands here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::TOOL;
use super::TOOL_VERSION;
use super::model::{Cookie, Flow, Report};

/// Name of the file.
pub const INSPECTION_FILE: &str = "inspection.json";

/// What the report does not hold and the format has a place for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Addresses of entries as they may be printed, by number: those of the first entry of each flow.
    pub urls: BTreeMap<u64, String>,
    /// What the browser called itself in the first request that says so.
    pub user_agent: Option<String>,
    /// Numbers of the exhibits that were written as pictures, by file name.
    pub pictures: BTreeMap<String, u64>,
}

/// Keys of the format that nothing is examined for, with why they are empty.
const NOT_EXAMINED: [(&str, &str); 8] = [
    ("testSSL", "not examined"),
    ("unsafeForms", "not examined"),
    ("secure_connection", "not examined"),
    ("links", "not examined"),
    ("social", "not examined"),
    ("keywords", "not examined"),
    ("localStorage", "values are never kept; names stand in the annex where the browser was asked for them"),
    ("cookies.value", "left out: reports print lengths and keyed fingerprints only"),
];

/// The document. `source.html` is never made: the recording holds what was answered.
#[must_use]
pub fn inspection(report: &Report, beside: &Beside) -> Value {
    let beacons = beacons(report, beside);
    let page = page(report, beside);
    let browser = report.capture.browser.as_deref().unwrap_or_default();
    let hosts_of_beacons = |flow: &&Flow| !flow.lists.is_empty() || !flow.claims.is_empty();
    json!({
        "title": format!("{} {}", TOOL, report.capture.name),
        "task_description": Value::Null,
        "uri_ins": page, "uri_dest": page, "uri_redirects": [], "uri_refs": [page],
        "host": host(&page),
        "start_time": report.capture.started, "end_time": report.capture.ended,
        "script": { "host": "", "version": { "npm": format!("{TOOL} {TOOL_VERSION}"), "commit": Value::Null }, "config": {}, "cmd_args": "", "environment": {}, "node_version": "" },
        "browser": {
            "name": browser.rsplit_once(' ').map_or(browser, |(name, _)| name), "version": browser, "user_agent": beside.user_agent.clone().unwrap_or_default(),
            "platform": { "name": "", "version": "" }, "extra_headers": {}, "preset_cookies": {},
        },
        "browsing_history": [page],
        "hosts": {
            "requests": parties(report.flows.iter().map(|flow| (flow.relation, &*flow.host))),
            "beacons": parties(report.flows.iter().filter(hosts_of_beacons).map(|flow| (flow.relation, &*flow.host))),
            "cookies": parties(report.cookies.iter().map(|cookie| (cookie.relation, &*cookie.domain))),
            "localStorage": parties([].into_iter()),
            "links": parties([].into_iter()),
        },
        "cookies": report.cookies.iter().map(|one| cookie(one, &page)).collect::<Vec<_>>(),
        "beacons": beacons,
        "localStorage": {},
        "links": { "firstParty": [], "thirdParty": [], "social": [], "keywords": [] },
        "secure_connection": {},
        "testSSL": Value::Null,
        "unsafeForms": [],
        "websockets": {},
        "_dataspoor": own(report, beside),
    })
}

fn own(report: &Report, beside: &Beside) -> Value {
    let notice = report.notice;
    json!({
        "tool": TOOL, "tool_version": TOOL_VERSION, "simulated": report.simulated, "notice": notice,
        "source": { "name": report.capture.name, "format": report.capture.format, "sha256": report.capture.sha256 },
        "evidence_head": report.method.evidence_head,
        "not_examined": NOT_EXAMINED.iter().map(|(key, why)| json!({ "key": key, "why": why })).collect::<Vec<_>>(),
        "first_party": "hosts and cookies whose registrable domain is that of the examined page; thirdParty is every other one, of the same owner too, and is no \
                        legal term here",
        "page_basis": report.page.basis,
        "beacons": "requests that a rule or a list names, one row for each, counted by host, method and path; what a rule states of them stands in the annex",
        "pictures": beside.pictures,
        "flows_left_out": report.flows_left_out,
        "gaps": report.gaps.iter().map(|gap| json!({ "gap": gap.kind, "count": gap.count, "unit": gap.unit })).collect::<Vec<_>>(),
    })
}

/// The address of the page: the first entry of its site, where the report has no more.
fn page(report: &Report, beside: &Beside) -> String {
    if report.page.basis == "operator" && (report.page.detail.starts_with("http://") || report.page.detail.starts_with("https://")) {
        return report.page.detail.clone();
    }
    let site = report.page.site.as_deref().unwrap_or_default();
    let of_site = report.flows.iter().filter(|flow| flow.site == site).filter_map(|flow| flow.entries.first());
    let first = of_site.min().and_then(|entry| beside.urls.get(entry)).cloned();
    first.unwrap_or_else(|| if site.is_empty() { "about:blank".to_owned() } else { format!("https://{site}/") })
}

fn host(url: &str) -> &str {
    url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default()
}

fn is_first(relation: &str) -> bool {
    relation == "same-site"
}

fn parties<'a>(hosts: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    let (mut first, mut third) = (BTreeSet::new(), BTreeSet::new());
    for (relation, host) in hosts {
        if is_first(relation) {
            first.insert(host)
        } else {
            third.insert(host)
        };
    }
    json!({ "firstParty": first, "thirdParty": third })
}

/// One row for each flow and rule or list that names it.
fn beacons(report: &Report, beside: &Beside) -> Vec<Value> {
    let mut rows = Vec::new();
    for flow in &report.flows {
        let url = flow
            .entries
            .first()
            .and_then(|entry| beside.urls.get(entry))
            .cloned()
            .unwrap_or_else(|| format!("//{}{}", flow.host, flow.path));
        let query: Map<String, Value> = flow.parameters.iter().map(|name| (name.clone(), "…".into())).collect();
        let mut row = |filter: &str, list: &str| {
            rows.push(json!({
                "url": url, "query": query, "filter": filter, "listName": list, "occurrances": flow.requests,
                "log": { "stack": [], "timestamp": flow.first_time, "type": "Request.Tracking" },
            }));
        };
        for matched in flow.lists.iter().filter(|matched| matched.exception.is_none()) {
            row(&matched.rule, &matched.list);
        }
        let mut rules = BTreeSet::new();
        for claim in flow.claims.iter().filter(|claim| rules.insert(&claim.rule)) {
            row(&claim.rule, &format!("{TOOL} {}", claim.place));
        }
    }
    rows
}

fn cookie(cookie: &Cookie, page: &str) -> Value {
    let asked = cookie.asked.as_ref();
    let longest = asked.map(|span| span.max_seconds);
    let set = cookie.first_set.as_deref().and_then(crate::model::Timestamp::parse);
    let expires = longest.zip(set).map(|(seconds, set)| set.plus_milliseconds(seconds as f64 * 1000.0));
    json!({
        "name": cookie.name, "value": "", "domain": cookie.domain, "path": cookie.path.as_deref().unwrap_or("/"),
        "expires": expires.map_or(-1, crate::model::Timestamp::as_seconds),
        "expiresUTC": expires.map(|at| at.to_string()),
        "expiresDays": longest.map(|seconds| seconds as f64 / 86_400.0),
        "size": cookie.name.len() as u64 + cookie.value_bytes.1,
        "httpOnly": cookie.http_only.unwrap_or(false), "secure": cookie.secure.unwrap_or(false), "session": longest.is_none(),
        "sameSite": cookie.same_site.as_deref().unwrap_or_default(),
        "firstPartyStorage": is_first(cookie.relation),
        "log": { "stack": [], "type": if cookie.origin == "set-cookie" { "Cookie.HTTP" } else { "" }, "timestamp": cookie.first_set, "location": page },
        "_dataspoor": {
            "origin": cookie.origin, "value_fingerprints": cookie.fingerprints, "set_by": cookie.set_by, "sent": cookie.sent, "relation": cookie.relation,
            "attributes_recorded": cookie.path.is_some(),
        },
    })
}
