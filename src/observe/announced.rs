//! What the header fields of an answer announce: addresses that a browser loads ahead, and endpoints to which it is to send reports. Reads names and
//! addresses only; what is broken is skipped.

use super::address::{AddressMark, address_mark, resolved};
use crate::evidence::Fingerprinter;
use crate::model::Headers;

/// Addresses of each kind that are kept of one exchange's header fields.
pub(super) const KEPT: usize = 64;

/// Header fields are read up to this length, in bytes.
const LONGEST_FIELD: usize = 64 << 10;

/// What `Link` header fields (RFC 8288 section 3) make a browser load.
pub(super) fn linked(headers: &Headers, url: &str, fingerprints: &Fingerprinter) -> Vec<AddressMark> {
    let mut found = Vec::new();
    for text in texts(headers, "link") {
        let mut rest = text;
        while let Some((_, link)) = rest.split_once('<') {
            let Some((target, parameters)) = link.split_once('>').filter(|_| found.len() < KEPT) else { break };
            rest = parameters;
            let parameters = parameters[..parameters.find('<').unwrap_or(parameters.len())].to_ascii_lowercase();
            let loads = ["preload", "modulepreload", "prefetch", "stylesheet", "prerender"];
            let relation = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("rel=").map(str::to_owned));
            let relation = relation.unwrap_or_default();
            if relation.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|word| loads.contains(&word)) {
                found.extend(address_mark(&resolved(target.trim(), url), fingerprints));
            }
        }
    }
    found
}

/// The endpoints for reports that an answer declares.
pub(super) fn declared(headers: &Headers, url: &str, fingerprints: &Fingerprinter) -> Vec<AddressMark> {
    let mut found = Vec::new();
    let mut take = |reference: &str| {
        if found.len() < KEPT {
            found.extend(address_mark(&resolved(reference.trim(), url), fingerprints));
        }
    };
    // Report-To: JSON objects with commas between (Reporting API of 2018, section 3.1). Read as text: what is broken is skipped.
    for text in texts(headers, "report-to") {
        for (at, name) in text.match_indices("\"url\"") {
            let value = text[at + name.len()..].trim_start().strip_prefix(':').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
            if let Some((value, _)) = value.and_then(|value| value.split_once('"')) {
                take(&value.replace("\\/", "/"));
            }
        }
    }
    // Reporting-Endpoints: a dictionary of strings (Reporting API section 3.2).
    for text in texts(headers, "reporting-endpoints") {
        text.split('"').skip(1).step_by(2).for_each(&mut take);
    }
    for name in ["content-security-policy", "content-security-policy-report-only"] {
        for text in texts(headers, name) {
            let directives = text.split([';', ',']).filter_map(|directive| directive.trim().split_once(char::is_whitespace));
            let reported = directives.filter(|(name, _)| name.eq_ignore_ascii_case("report-uri"));
            reported.flat_map(|(_, uris)| uris.split_whitespace()).for_each(&mut take);
        }
    }
    found
}

fn texts<'h>(headers: &'h Headers, name: &'h str) -> impl Iterator<Item = &'h str> {
    let fields = headers.all(name).filter(|(_, value)| value.len() <= LONGEST_FIELD);
    fields.filter_map(|(_, value)| std::str::from_utf8(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::CaseKey;
    use crate::model::Digest;

    fn fingerprints() -> Fingerprinter {
        Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")))
    }

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
        headers
    }

    fn marks(urls: &[&str]) -> Vec<AddressMark> {
        urls.iter().filter_map(|url| address_mark(url, &fingerprints())).collect()
    }

    #[test]
    fn link_fields() {
        let fields = headers(&[
            ("Link", "</a.css>; rel=preload; as=style, <https://x.nl/b.js>;as=script; rel=\"modulepreload foo\""),
            ("link", "<https://x.nl>; rel=preconnect, </next>; rel=next, <c"),
        ]);
        assert_eq!(linked(&fields, "https://a.nl/p/", &fingerprints()), marks(&["https://a.nl/a.css", "https://x.nl/b.js"]));
    }

    #[test]
    fn endpoints_for_reports() {
        let fields = headers(&[
            ("Report-To", r#"{"group":"nel","max_age":1,"endpoints":[{"url":"https:\/\/r.nl\/nel"}]},{"endpoints":[{"url": "/own"}]}"#),
            ("NEL", r#"{"report_to":"nel","max_age":1}"#),
            ("Reporting-Endpoints", r#"main="https://r.nl/main", other="/other""#),
            ("Content-Security-Policy", "default-src 'self'; report-uri /csp https://r.nl/csp; report-to main"),
        ]);
        let wanted =
            ["https://r.nl/nel", "https://a.nl/own", "https://r.nl/main", "https://a.nl/other", "https://a.nl/csp", "https://r.nl/csp"];
        assert_eq!(declared(&fields, "https://a.nl/p", &fingerprints()), marks(&wanted));
        assert_eq!(
            declared(&headers(&[("Report-To", "\"url\""), ("Reporting-Endpoints", "a=\"")]), "https://a.nl/", &fingerprints()),
            [] as [AddressMark; 0]
        );
    }
}
