//! Compiles what rules make claims about: cookies, storage keys, endpoints and fields of requests.

use toml::Spanned;

use super::checks::{About, RawRequest};
use super::counts::Counted;
use super::{Compiler, File};
use crate::model::Pattern;
use crate::rules::raw::{RawCookie, RawEndpoint, RawField, RawStorage};
use crate::rules::subject::{AREAS, Cookie, Endpoint, FIELD_PLACES, Field, Storage};

impl Compiler {
    pub(super) fn cookie(&mut self, file: &File<'_>, cookie: &RawCookie) {
        let before = self.mistakes();
        self.id(file, "cookie", &cookie.id);
        if cookie.name.get_ref().is_empty() {
            self.mistake(file, &cookie.name, "the cookie has no name".into(), "write the name as browsers send it");
        }
        let compiled = Cookie {
            id: cookie.id.get_ref().clone(),
            place: file.place(&cookie.id),
            name: self.pattern(file, &cookie.name),
            domains: self.domains(file, &cookie.id, cookie.domains.as_deref()),
            owner: self.owner_reference(file, cookie.owner.as_ref()),
            secret: cookie.secret,
            limits: cookie.limits.clone(),
            claims: self.claims(file, &cookie.id, &cookie.claim, About::Cookie),
        };
        cookie.limits.iter().for_each(|text| self.text(file, &cookie.id, text));
        if self.mistakes() == before {
            self.set.cookies.push(compiled);
        }
    }

    pub(super) fn storage(&mut self, file: &File<'_>, storage: &RawStorage) {
        let before = self.mistakes();
        self.id(file, "storage", &storage.id);
        if storage.key.get_ref().is_empty() {
            self.mistake(file, &storage.key, "the key has no name".into(), "write the key as the page's script does");
        }
        storage.limits.iter().for_each(|text| self.text(file, &storage.id, text));
        let Some(area) = self.word(file, &storage.area, &AREAS) else { return };
        let compiled = Storage {
            id: storage.id.get_ref().clone(),
            place: file.place(&storage.id),
            key: self.pattern(file, &storage.key),
            area,
            domains: self.domains(file, &storage.id, storage.domains.as_deref()),
            owner: self.owner_reference(file, storage.owner.as_ref()),
            limits: storage.limits.clone(),
            claims: self.claims(file, &storage.id, &storage.claim, About::Else),
        };
        if self.mistakes() == before {
            self.set.storage.push(compiled);
        }
    }

    pub(super) fn endpoint(&mut self, file: &File<'_>, endpoint: &RawEndpoint) {
        let before = self.mistakes();
        self.id(file, "endpoint", &endpoint.id);
        if endpoint.hosts.is_empty() || endpoint.paths.is_empty() {
            self.mistake(file, &endpoint.id, "the endpoint has no host or no path".into(), "name at least one of each");
        }
        endpoint.limits.iter().for_each(|text| self.text(file, &endpoint.id, text));
        let at = RawRequest {
            hosts: &endpoint.hosts,
            host_names: &endpoint.host_names,
            paths: &endpoint.paths,
            methods: endpoint.methods.as_deref(),
            parameters: &endpoint.parameters,
            query: Some(&endpoint.query),
            headers: &endpoint.headers,
        };
        let compiled = Endpoint {
            id: endpoint.id.get_ref().clone(),
            place: file.place(&endpoint.id),
            at: self.request(file, &at),
            show: endpoint.show.clone(),
            count: self.count(file, endpoint.count.as_ref(), Counted::Requests),
            owner: self.owner_reference(file, endpoint.owner.as_ref()),
            background: endpoint.background,
            limits: endpoint.limits.clone(),
            claims: self.claims(file, &endpoint.id, &endpoint.claim, About::Else),
        };
        if self.mistakes() == before {
            self.set.endpoints.push(compiled);
        }
    }

    pub(super) fn field(&mut self, file: &File<'_>, field: &RawField) {
        let before = self.mistakes();
        self.id(file, "field", &field.id);
        // Names of header fields have a public meaning that does not depend on the host. Names of other fields have none, except for what is added to
        // links so that it arrives at any site (link decoration): that is named in full, in the query.
        let all_in = |wanted: &str| !field.place.is_empty() && field.place.iter().all(|place| place.get_ref() == wanted);
        let named_in_full = Pattern::parse(field.name.get_ref()).is_ok_and(|name| name.exact().is_some());
        let anywhere = all_in("header") || (all_in("query") && named_in_full);
        if (field.hosts.is_empty() && !anywhere) || field.place.is_empty() || field.name.get_ref().is_empty() {
            let hint = "say to which hosts it goes (needless for a header field, and for a query parameter named in full), where it stands (in), and what it is called";
            self.mistake(file, &field.id, "the field has no host, no place or no name".into(), hint);
        }
        if field.place.iter().any(|place| place.get_ref() == "header")
            && !field.name.get_ref().starts_with("regex:")
            && field.name.get_ref().bytes().any(|byte| byte.is_ascii_uppercase())
        {
            let hint = "write it in lower case, as names of header fields are compared";
            self.mistake(file, &field.name, format!("{:?} is no name of a header field", field.name.get_ref()), hint);
        }
        if field.secret && field.show {
            let hint = "leave out show, or secret if the value opens nothing";
            self.mistake(file, &field.id, "the value is secret and may be shown".into(), hint);
        }
        if let Some(count) = field.count.as_ref().filter(|_| !field.show) {
            let hint = "the values stand in the count; write show = true, or leave count out";
            self.mistake(file, count, "values are counted that may not be shown".into(), hint);
        }
        field.limits.iter().for_each(|text| self.text(file, &field.id, text));
        let at = RawRequest {
            hosts: &field.hosts,
            host_names: &field.host_names,
            paths: &field.paths,
            methods: field.methods.as_deref(),
            parameters: &[],
            query: None,
            headers: &[],
        };
        let compiled = Field {
            id: field.id.get_ref().clone(),
            place: file.place(&field.id),
            at: self.request(file, &at),
            places: field.place.iter().filter_map(|word| self.word(file, word, &FIELD_PLACES)).collect(),
            name: self.pattern(file, &field.name),
            operation: field.operation.as_ref().map(|name| self.pattern(file, name)),
            owner: self.owner_reference(file, field.owner.as_ref()),
            secret: field.secret,
            show: field.show,
            count: self.count(file, field.count.as_ref(), Counted::Values),
            limits: field.limits.clone(),
            claims: self.claims(file, &field.id, &field.claim, About::Field),
        };
        if self.mistakes() == before {
            self.set.fields.push(compiled);
        }
    }

    /// Domains of a cookie, of a page or of a service.
    pub(super) fn domains(&mut self, file: &File<'_>, rule: &Spanned<String>, domains: Option<&[Spanned<String>]>) -> Option<Vec<String>> {
        let domains = domains?;
        if domains.is_empty() {
            self.mistake(
                file,
                rule,
                "the list of domains is empty, so nothing can fit".into(),
                "name a domain, or leave the key out for any",
            );
        }
        domains.iter().for_each(|domain| self.host_name(file, domain));
        Some(domains.iter().map(|domain| domain.get_ref().clone()).collect())
    }
}
