//! Rules about secrets: where passwords and login tokens stand, so that they are masked before they are recorded. It reads and checks them;
//! `redact` applies them. It never sees a secret.

use super::compile::Compiler;
use super::compile::File;
use super::file::Certainty;
use super::raw::RawSecret;
use super::set::RuleSet;
use super::subject::{Cookie, Place};
use crate::model::Pattern;
use crate::redact::{SecretPlace, SecretRule, SecretRules};
use toml::Spanned;

/// A rule about a secret, with who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it says.
    pub rule: SecretRule,
    /// Where it stands.
    pub place: Place,
    /// Index in [`RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

impl RuleSet {
    /// The rules about secrets, compiled for whoever masks.
    #[must_use]
    pub fn secret_rules(&self) -> SecretRules {
        SecretRules::new(self.secrets.iter().map(|secret| secret.rule.clone()).collect())
    }

    /// Rules that call the value of what is named `name` a secret, in the order of the set.
    pub fn secrets_named<'a>(
        &'a self,
        place: SecretPlace,
        name: &'a str,
        host: &'a str,
        path: &'a str,
    ) -> impl Iterator<Item = &'a Secret> {
        let name = name.to_lowercase();
        let of_place = self.secrets.iter().filter(move |secret| secret.rule.place == place && secret.rule.applies(host, path));
        of_place.filter(move |secret| secret.rule.names.iter().any(|pattern| pattern.matches(&name)))
    }
}

impl RuleSet {
    /// Whatever a rule about a cookie calls a key to an account is masked too, so that nobody has to say it twice.
    pub(super) fn mask_secret_cookies(&mut self) {
        let secret = |cookie: &Cookie| {
            let claim = cookie.claims.first().filter(|_| cookie.secret)?;
            let hosts = cookie.domains.clone().unwrap_or_default();
            let names = vec![cookie.name.in_lower_case()];
            let rule = SecretRule {
                id: format!("secret.{}", cookie.id),
                place: SecretPlace::Cookie,
                names,
                values: Vec::new(),
                hosts,
                paths: Vec::new(),
            };
            Some(Secret { rule, place: cookie.place, source: claim.source, certainty: Certainty::Derived })
        };
        let found: Vec<Secret> = self.cookies.iter().filter_map(secret).collect();
        self.secrets.extend(found);
    }
}

impl Compiler {
    pub(super) fn secret(&mut self, file: &File<'_>, secret: &RawSecret) {
        let before = self.mistakes();
        self.id(file, "secret", &secret.id);
        let place = SecretPlace::ALL.into_iter().find(|place| place.id() == secret.place.get_ref());
        if place.is_none() {
            let message = format!("a secret cannot stand in {:?}", secret.place.get_ref());
            self.mistake(file, &secret.place, message, "write \"parameter\", \"cookie\", \"header\" or \"answer\"");
        }
        let of_fields = matches!(place, Some(SecretPlace::Parameter | SecretPlace::Answer));
        if secret.names.is_empty() && secret.values.is_empty() {
            self.mistake(file, &secret.id, "the rule names nothing".into(), "give names, or values by what they look like");
        }
        for value in secret.values.iter().filter(|_| place.is_some_and(|place| place != SecretPlace::Parameter)) {
            self.mistake(file, value, "only a parameter is a secret by its value".into(), "name it, or write in = \"parameter\"");
        }
        if place == Some(SecretPlace::Answer) && secret.paths.is_empty() {
            let hint = "name the paths whose answers hold tokens; no other answer is looked into";
            self.mistake(file, &secret.id, "a rule about answers has no path".into(), hint);
        }
        for pattern in secret.names.iter().chain(&secret.values) {
            if of_fields && SecretRule::letters(&Pattern::new(pattern.get_ref())).is_none() {
                let message = format!("{:?} has no two letters in a row", pattern.get_ref());
                self.mistake(file, pattern, message, "texts are looked through for the letters of names; give at least two");
            }
        }
        secret.hosts.iter().for_each(|host| self.host_name(file, host));
        self.request_line(file, &secret.paths, None);
        let paths = secret.paths.iter().map(|path| self.pattern(file, path)).collect();
        let (Some(place), Some(source)) = (place, self.source(file, &secret.source)) else { return };
        // What is sent is compared in lower case.
        let patterns = |list: &[Spanned<String>]| list.iter().map(|text| Pattern::new(&text.get_ref().to_lowercase())).collect();
        if self.mistakes() > before {
            return;
        }
        self.set.secrets.push(Secret {
            rule: SecretRule {
                id: secret.id.get_ref().clone(),
                place,
                names: patterns(&secret.names),
                values: patterns(&secret.values),
                hosts: secret.hosts.iter().map(|host| host.get_ref().clone()).collect(),
                paths,
            },
            place: file.place(&secret.id),
            source,
            certainty: secret.certainty,
        });
    }
}
