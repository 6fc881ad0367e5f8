//! Compiles examples: what is to be asked of a rule set, and what has to be answered. Asking is for `rules::trial`.

use toml::Spanned;

use super::{Compiler, File};
use crate::model::UrlParts;
use crate::rules::raw::RawExample;
use crate::rules::subject::{Example, ExampleSubject, FIELD_PLACES};

impl Compiler {
    pub(super) fn examples(&mut self, file: &File<'_>) {
        for example in &file.raw.example {
            let Some(subject) = self.subject(file, example) else { continue };
            let known = |compiler: &Self, id: &str| {
                let kinds = ["cookie", "storage", "endpoint", "navigation", "choice", "field"];
                compiler.broken.contains(id) || kinds.iter().any(|kind| compiler.ids.contains_key(&format!("{kind} {id}")))
            };
            for id in example.rules.get_ref().iter().chain(example.fields.iter().flatten()) {
                if !known(self, id.get_ref()) {
                    let message = format!("no rule has the identifier {:?}", id.get_ref());
                    self.mistake(file, id, message, "name rules of this set by their id");
                }
            }
            self.owner_reference(file, example.owner.as_ref());
            let mut rules: Vec<String> = example.rules.get_ref().iter().map(|id| id.get_ref().clone()).collect();
            rules.sort_unstable();
            self.set.examples.push(Example {
                place: file.place(&example.rules),
                subject,
                rules,
                owner: example.owner.as_ref().map(|owner| owner.get_ref().clone()),
                fields: example.fields.iter().flatten().map(|id| id.get_ref().clone()).collect(),
            });
        }
    }

    fn subject(&mut self, file: &File<'_>, example: &RawExample) -> Option<ExampleSubject> {
        let at_domain = |text: &Spanned<String>| {
            let (name, domain) = text.get_ref().rsplit_once('@')?;
            (!name.is_empty() && !domain.is_empty()).then(|| (name.to_owned(), domain.to_owned()))
        };
        match (&example.url, &example.cookie, &example.storage) {
            (Some(url), None, None) => {
                if UrlParts::of(url.get_ref()).host(url.get_ref()).is_none() {
                    self.mistake(file, url, format!("{:?} has no host", url.get_ref()), "write a whole URL, such as https://a.example/x");
                    return None;
                }
                let method = example.method.as_ref().map_or("GET", |method| method.get_ref()).to_owned();
                let headers = example.headers.iter().map(|name| name.get_ref().clone()).collect();
                let names = example.names.iter().filter_map(|name| self.named(file, name)).collect();
                let operation = example.operation.as_ref().map(|name| name.get_ref().clone());
                Some(ExampleSubject::Request { url: url.get_ref().clone(), method, headers, names, operation })
            }
            (None, Some(text), None) | (None, None, Some(text)) => {
                let Some((name, domain)) = at_domain(text) else {
                    self.mistake(file, text, format!("{:?} is no NAME@DOMAIN", text.get_ref()), "write it as in fr@facebook.com");
                    return None;
                };
                Some(match example.cookie {
                    Some(_) => ExampleSubject::Cookie(name, domain),
                    None => ExampleSubject::Storage(name, domain),
                })
            }
            _ => {
                let hint = "give exactly one of url, cookie and storage";
                self.mistake(file, &example.rules, "the example is about nothing, or about several things".into(), hint);
                None
            }
        }
    }

    /// Place and name of a field, `form:ud[em]`.
    fn named(&mut self, file: &File<'_>, text: &Spanned<String>) -> Option<(String, String)> {
        let found =
            text.get_ref().split_once(':').filter(|(place, name)| FIELD_PLACES.contains(place) && *place != "any" && !name.is_empty());
        if found.is_none() {
            let hint = "write it as in \"form:ud[em]\"; rules/README.md lists the places";
            self.mistake(file, text, format!("{:?} is no PLACE:NAME", text.get_ref()), hint);
        }
        found.map(|(place, name)| (place.to_owned(), name.to_owned()))
    }
}
