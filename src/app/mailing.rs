//! How mail leaves, and whom it speaks for: what the settings say, as delivery takes it.

use super::App;
use crate::config::{self, MailSettings, MailTransport, SenderSettings};
use crate::delivery::{
    Credentials, DkimError, DkimSettings, SenderIdentity, SendingRate, Signer, SmtpSettings,
    TransportSettings,
};
use crate::outbox::MailRoute;

impl App {
    /// Every way that mail leaves, with which mail does: that of `[smtp]` first, then the senders of organisations.
    pub(crate) fn routes(&self) -> Vec<(MailRoute, &MailSettings)> {
        let codes =
            |sender: &SenderSettings| sender.organisations.iter().map(|one| one.code.clone()).collect();
        let senders = &self.config.senders;
        let named: Vec<String> = senders.iter().flat_map(|sender| codes(sender) as Vec<String>).collect();
        let rest = (MailRoute::of_all_but(named), &self.config.smtp);
        let theirs = senders.iter().map(|sender| (MailRoute::of(codes(sender)), &sender.mail));
        std::iter::once(rest).chain(theirs).collect()
    }

    /// How the mail of the organisation with this code leaves.
    fn mail_of(&self, code: &str) -> &MailSettings {
        let names = |sender: &&SenderSettings| sender.organisations.iter().any(|one| one.code == code);
        self.config.senders.iter().find(names).map_or(&self.config.smtp, |sender| &sender.mail)
    }

    /// The domain of the address that mail of the organisation with this code is from.
    pub(crate) fn mail_domain(&self, code: &str) -> String {
        self.sender_of(self.mail_of(code)).domain().to_owned()
    }

    /// Where mail goes, as configured.
    pub(crate) fn transport_settings(&self, mail: &MailSettings) -> TransportSettings {
        let server = match &mail.transport {
            MailTransport::File(folder) => return TransportSettings::File { folder: folder.clone() },
            MailTransport::Smtp(server) => server,
        };
        let mut settings = SmtpSettings::new(server.host.clone(), server.port, server.security);
        settings.credentials = server.sign_in.as_ref().map(|(username, password)| Credentials {
            username: username.clone(),
            password: password.reveal().to_owned(),
        });
        settings.ca_file.clone_from(&server.ca_file);
        // The machine's own name where it is a whole one: many servers refuse a bare host name.
        let own = || whoami::hostname().ok().and_then(|name| config::greeting_name(&name));
        settings.hello = server.hello.clone().or_else(own);
        TransportSettings::Smtp(settings)
    }

    /// The name that mail of the organisation with this code and name bears: the organisation that it speaks for. What the
    /// settings call the sender is added to the one that they are for.
    pub(crate) fn sender_name(&self, code: &str, organisation: &str) -> String {
        let from = &self.mail_of(code).from;
        // What an organisation has of `[smtp]` is called after another.
        let is_theirs = code == self.config.organisation.code || *from != self.config.smtp.from;
        let own = from.name.as_ref().filter(|_| is_theirs);
        match own {
            None if organisation.trim().is_empty() => code.to_owned(),
            None => organisation.to_owned(),
            Some(name) if name.to_lowercase().contains(&organisation.to_lowercase()) => name.clone(),
            Some(name) => format!("{name} - {organisation}"),
        }
    }

    /// Where answers to mail of the organisation with this code go, of which the register knows this contact: never to
    /// another organisation; empty where nobody of it is known.
    pub fn reply_to(&self, code: &str, contact: &str) -> String {
        let configured = &self.config.organisation;
        match &configured.safeguarding_email {
            Some(own) if contact.is_empty() && code == configured.code => own.to_string(),
            _ => contact.to_owned(),
        }
    }

    /// Who mail is from that no other sender sends.
    pub fn sender(&self) -> SenderIdentity {
        self.sender_of(&self.config.smtp)
    }

    /// Who mail is from that leaves so.
    pub(crate) fn sender_of(&self, mail: &MailSettings) -> SenderIdentity {
        let from = &mail.from;
        let configured = &self.config.organisation;
        let name = self.sender_name(&configured.code, &configured.name);
        let reply_to = self.config.organisation.safeguarding_email.as_ref();
        SenderIdentity {
            address: from.address.to_string(),
            name,
            reply_to: reply_to.map_or(String::new(), ToString::to_string),
        }
    }

    /// What signs mail, where a key is configured.
    pub fn signer(&self, mail: &MailSettings) -> Result<Option<Signer>, DkimError> {
        let settings = mail.dkim.as_ref().map(|dkim| DkimSettings {
            domain: dkim.domain.clone(),
            selector: dkim.selector.clone(),
            key: dkim.key.reveal().to_owned(),
        });
        settings.map(Signer::new).transpose()
    }

    /// How fast mail may go that leaves so: files take it as fast as it comes.
    pub fn rate(&self, mail: &MailSettings) -> SendingRate {
        match mail.transport {
            MailTransport::File(_) => SendingRate::NONE,
            MailTransport::Smtp(_) => self.configured_rate(mail),
        }
    }

    /// How fast mail to a server may go.
    pub(crate) fn configured_rate(&self, mail: &MailSettings) -> SendingRate {
        SendingRate { per_minute: mail.per_minute, per_day: mail.per_day }
    }
}
