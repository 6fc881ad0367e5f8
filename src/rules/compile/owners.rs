//! Compiles who is who: holders of domains, parties that terms name, operators of networks. None of them is filled from another.

use super::{Compiler, File};
use crate::rules::raw::{RawNetwork, RawOwner};
use crate::rules::subject::{Contract, Network, OwnerDomain};

impl Compiler {
    pub(super) fn owner(&mut self, file: &File<'_>, owner: &RawOwner) {
        let Some(index) = self.set.owner_named(owner.id.get_ref()) else { return };
        if owner.name.trim().is_empty() {
            self.mistake(file, &owner.id, "the owner has no name".into(), "write its name as the source does");
        }
        if let Some(country) = &owner.country
            && (country.get_ref().len() != 2 || !country.get_ref().bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            let message = format!("{:?} is no country", country.get_ref());
            self.mistake(file, country, message, "write the two capitals of ISO 3166-1, such as \"IE\"");
        }
        let own = (&owner.domains, &owner.source, owner.certainty);
        let more = owner.more.iter().map(|more| (&more.domains, &more.source, more.certainty));
        for (domains, source, certainty) in std::iter::once(own).chain(more) {
            let Some(source) = self.source(file, source) else { continue };
            for domain in domains {
                self.host_name(file, domain);
                let entry = OwnerDomain { owner: index, source, place: file.place(domain), certainty };
                let earlier = self.set.domains.get(domain.get_ref()).copied();
                self.set.domains.entry(domain.get_ref().clone()).or_insert(entry);
                if let Some(earlier) = earlier {
                    let message = format!("the domain {:?} has an owner already in {}", domain.get_ref(), self.set.place(earlier.place));
                    self.mistake(file, domain, message, "leave it to one owner");
                }
            }
        }
        for contract in &owner.contract {
            self.text(file, &contract.party, &contract.service);
            let Some(source) = self.source(file, &contract.source) else { continue };
            let party = contract.party.get_ref().clone();
            if party.trim().is_empty() {
                self.mistake(file, &contract.party, "the party has no name".into(), "write its name as the terms do");
            }
            let domains = self.domains(file, &contract.party, contract.domains.as_deref());
            let contract = Contract { party, service: contract.service.clone(), domains, source, certainty: contract.certainty };
            self.set.owners[index].contracts.push(contract);
        }
    }

    pub(super) fn network(&mut self, file: &File<'_>, network: &RawNetwork) {
        let before = self.mistakes();
        self.id(file, "network", &network.id);
        if network.operator.get_ref().trim().is_empty() {
            self.mistake(file, &network.operator, "the network has no operator".into(), "write who runs it");
        }
        if network.hosts.is_empty() && network.numbers.is_empty() {
            let hint = "name hosts, or numbers of autonomous systems (as)";
            self.mistake(file, &network.id, "the network has neither hosts nor numbers".into(), hint);
        }
        let hosts = self.hosts(file, &network.hosts);
        let owner = self.owner_reference(file, network.owner.as_ref());
        let Some(source) = self.source(file, &network.source) else { return };
        if self.mistakes() > before {
            return;
        }
        self.set.networks.push(Network {
            id: network.id.get_ref().clone(),
            place: file.place(&network.id),
            operator: network.operator.get_ref().clone(),
            hosts,
            autonomous_systems: network.numbers.clone(),
            owner,
            source,
            certainty: network.certainty,
        });
    }
}
