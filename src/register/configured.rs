//! What the settings say of an organisation, beside what files bring about it.

use super::{Organisation, OrganisationKind};

/// What the settings say of their organisation; `None` for what they leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfiguredOrganisation {
    /// Its ODS-like code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// What sort of employer it is.
    pub(crate) kind: Option<OrganisationKind>,
    /// The safeguarding contact's address.
    pub(crate) safeguarding_email: Option<String>,
}

impl ConfiguredOrganisation {
    /// The organisation as it is to be known by what the settings give: what they leave out is as a file last brought it
    /// (spec 6).
    pub(crate) fn over(&self, brought: Option<&Organisation>) -> Organisation {
        let left_out =
            |of: fn(&Organisation) -> &str, otherwise: &str| brought.map_or(otherwise, of).to_owned();
        let name = || left_out(|known| &known.name, &self.code);
        let email = || left_out(|known| &known.safeguarding_email, "");
        Organisation {
            code: self.code.clone(),
            name: self.name.clone().unwrap_or_else(name),
            kind: self.kind.or(brought.map(|known| known.kind)).unwrap_or(OrganisationKind::Other),
            safeguarding_email: self.safeguarding_email.clone().unwrap_or_else(email),
        }
    }

    /// Whether what the settings give is what is known.
    pub(crate) fn gives(&self, known: &Organisation) -> bool {
        self.over(Some(known)) == *known
    }

    /// Whether what the settings leave out is known as in `wanted`.
    pub(crate) fn leaves_out_as(&self, wanted: &Organisation, known: &Organisation) -> bool {
        (self.name.is_some() || wanted.name == known.name)
            && (self.kind.is_some() || wanted.kind == known.kind)
            && (self.safeguarding_email.is_some() || wanted.safeguarding_email == known.safeguarding_email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation(name: &str, email: &str) -> Organisation {
        Organisation {
            code: "RXX".to_owned(),
            name: name.to_owned(),
            kind: OrganisationKind::Acute,
            safeguarding_email: email.to_owned(),
        }
    }

    #[test]
    fn what_is_left_out_is_as_a_file_brought_it_and_what_is_given_as_it_is_given() {
        let brought = organisation("Brought", "brought@example.org");
        for (name, email, expected) in [
            (None, None, ("Brought", "brought@example.org")),
            (Some("Given"), None, ("Given", "brought@example.org")),
            (None, Some("given@example.org"), ("Brought", "given@example.org")),
        ] {
            let configured = ConfiguredOrganisation {
                code: "RXX".to_owned(),
                name: name.map(str::to_owned),
                kind: None,
                safeguarding_email: email.map(str::to_owned),
            };
            assert_eq!(configured.over(Some(&brought)), organisation(expected.0, expected.1));
            assert_eq!(configured.gives(&brought), name.is_none() && email.is_none());
            assert!(configured.leaves_out_as(&configured.over(Some(&brought)), &brought));
            let alone = configured.over(None);
            let or_code = name.unwrap_or("RXX");
            assert_eq!((alone.name.as_str(), alone.kind), (or_code, OrganisationKind::Other));
        }
    }
}
