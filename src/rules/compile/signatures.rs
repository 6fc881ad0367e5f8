//! Compiles signatures: by what a request is known that carries a choice, or that fetches another page without a document. Signatures make no
//! claim.

use toml::Spanned;

use super::checks::RawRequest;
use super::{Compiler, File};
use crate::rules::choice::{ChoiceRule, is_visible};
use crate::rules::raw::{RawChoice, RawNavigation, RawValues};
use crate::rules::subject::Navigation;
use crate::site::{Says, Scope};

impl Compiler {
    pub(super) fn navigation(&mut self, file: &File<'_>, navigation: &RawNavigation) {
        let before = self.mistakes();
        self.id(file, "navigation", &navigation.id);
        if navigation.hosts.is_empty() || navigation.paths.is_empty() {
            self.mistake(file, &navigation.id, "the signature has no host or no path".into(), "name at least one of each");
        }
        let at = RawRequest {
            hosts: &navigation.hosts,
            host_names: &navigation.host_names,
            paths: &navigation.paths,
            methods: navigation.methods.as_deref(),
            parameters: &navigation.parameters,
            query: Some(&navigation.query),
            headers: &navigation.headers,
        };
        let at = self.request(file, &at);
        let Some(source) = self.source(file, &navigation.source) else { return };
        if self.mistakes() > before {
            return;
        }
        self.set.navigations.push(Navigation {
            id: navigation.id.get_ref().clone(),
            place: file.place(&navigation.id),
            at,
            address: navigation.address.as_ref().map(|name| name.get_ref().clone()),
            source,
            certainty: navigation.certainty,
        });
    }

    pub(super) fn choice(&mut self, file: &File<'_>, choice: &RawChoice) {
        let before = self.mistakes();
        self.id(file, "choice", &choice.id);
        choice.hosts.iter().for_each(|host| self.host_name(file, host));
        self.request_line(file, &choice.paths, choice.methods.as_deref());
        if choice.hosts.is_empty() || choice.paths.is_empty() {
            self.mistake(file, &choice.id, "the choice has no host or no path".into(), "name at least one of each");
        }
        choice.site.iter().for_each(|site| self.host_name(file, site));
        let query = self.values(file, &choice.query, false);
        let form = self.values(file, &choice.form, true);
        let scope = Scope::ALL.into_iter().find(|scope| scope.id() == choice.scope.get_ref());
        if scope.is_none() {
            let message = format!("the scope {:?} does not exist", choice.scope.get_ref());
            self.mistake(file, &choice.scope, message, "write \"browser\" or \"account\"");
        }
        let says = Says::ALL.into_iter().find(|says| says.id() == choice.says.get_ref());
        if says.is_none() {
            let message = format!("a choice cannot say {:?}", choice.says.get_ref());
            self.mistake(file, &choice.says, message, "rules/README.md lists what it can say");
        }
        let paths = self.patterns(file, &choice.paths);
        let (Some(scope), Some(says), Some(source)) = (scope, says, self.source(file, &choice.source)) else { return };
        let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect::<Vec<_>>();
        if self.mistakes() > before {
            return;
        }
        self.set.choices.push(ChoiceRule {
            id: choice.id.get_ref().clone(),
            place: file.place(&choice.id),
            hosts: texts(&choice.hosts),
            paths,
            methods: choice.methods.as_deref().map(texts),
            query,
            form,
            site: choice.site.as_ref().map(|site| site.get_ref().clone()),
            scope,
            says,
            source,
            certainty: choice.certainty,
        });
    }

    /// What parameters or fields must be. Of form fields only short plain values are kept, so a longer one would never fit.
    fn values(&mut self, file: &File<'_>, wanted: &RawValues, form: bool) -> Vec<(String, Vec<String>)> {
        for value in wanted.values().flatten().filter(|value| form && !is_visible(value.get_ref())) {
            let message = format!("the value {:?} is never seen", value.get_ref());
            self.mistake(file, value, message, "of form fields only values of up to 16 of a-z, 0-9, '_' and '-' are kept");
        }
        let texts = |values: &[Spanned<String>]| values.iter().map(|value| value.get_ref().clone()).collect();
        wanted.iter().map(|(name, values)| (name.get_ref().clone(), texts(values))).collect()
    }
}
