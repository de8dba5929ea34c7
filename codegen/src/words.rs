//! An operation's name as a sentence, for specs that have no text: `CreateDBInstance`
//! is "Creates a DB instance." Only what the name says: an operation whose name does
//! not begin with a known verb has none.

use crate::names::Ident;

/// Verbs that names begin with.
const VERBS: &str = "\
    abort accept activate add allocate append apply approve assign associate assume attach \
    authorize ban bind block calculate cancel change check claim clean clear clone close \
    commit compare compile complete configure confirm connect continue convert copy count \
    create deactivate decline decode decrease decrypt delete deploy deprovision deregister \
    describe destroy detach detect diagnose disable disassociate dissociate download edit \
    enable encrypt enhance enter evaluate evict execute exit export extend extract find finish \
    fix flush forbid generate get grant handle ignore import increase initialize initiate \
    insert install interrupt invite invoke join kill leave link list load lock merge migrate \
    modify monitor move mute notify open operate pause preload preview process promote \
    provision publish pull purchase purge push put query reactivate rebalance reboot rebuild \
    recall receive recognize recommend recover redeploy refresh refund register reinstall \
    release remove renew repair replace report rerun resend reset resize resolve restart \
    restore resume retrieve retry revoke rotate route run save scale scan schedule search send \
    set share shrink sign split start stop submit subscribe suspend switch sync tag terminate \
    test transfer transform translate trigger unassign unassociate unban unbind unblock \
    uninstall unload unlock unsubscribe untag update upgrade upload upsert validate verify \
    withdraw write";

/// Verbs that names cut short.
const SHORT_VERBS: &[(&str, &str)] = &[
    ("config", "configure"),
    ("del", "delete"),
    ("desc", "describe"),
    ("gen", "generate"),
    ("init", "initialize"),
];

/// Words that have a form of their own, whatever a name makes of them.
const SPELLED: &str = "\
    ACL ACLs AK ALB API APIs ARN BGP CDN CEN CIDR CIDRs CNAME CPU CSR CSV DB DBs DDoS DHCP DNS ECS \
    EIP EIPs ENI ENIs HA HPC HTML HTTP HTTPS ID IDs IP IPs IPsec IPv4 IPv6 JSON KMS LDAP MFA MySQL NAS NAT NIC \
    NICs NLB NTP OCR OIDC OSS PDF PolarDB PostgreSQL PV QoS QPS RAM RDS Redis SAML SDK SLB SLS \
    SMS SMTP SQL SSD SSH SSL SSO STS TCP TDE TLS TTL UDP URI URL URLs UV VIP VMs VPC VPCs VPN vSwitch vSwitches \
    WAF";

/// Words between the parts of a name; what follows the second kind has no article.
const LINKS: &str = "\
    and for from in into of on or to under";
const BARE_LINKS: &str = "\
    as by via with";

/// Words that have no article though they are no plural.
const MASS: &str = "\
    access bandwidth billing capacity content data detail encryption feedback hardware history \
    info information inventory metadata monitoring money performance progress protection quota \
    security sms software storage support traffic usage";

/// The sentence for the operation of this wire name and identifier.
pub(crate) fn sentence(wire: &str, ident: &Ident) -> Option<String> {
    let words = words(wire, ident);
    let (verb, object) = words.split_first()?;
    let (verb, object, batch) = match (&*verb.plain, object.split_first()) {
        ("batch", Some((verb, object))) => (verb, object, true),
        _ => (verb, object, false),
    };
    let (verb, object) = verb_of(verb, object)?;
    let mut out = third_person(&verb);
    out[..1].make_ascii_uppercase();
    let (mut start, mut bare) = (0, object.first().is_some_and(is_link));
    for (at, word) in object.iter().enumerate() {
        // A link at the end of a name, or behind another, links nothing.
        if is_link(word) && at > start && at + 1 < object.len() {
            noun(
                &mut out,
                &object[start..at],
                bare,
                verb == "list" && start == 0,
            );
            out.push(' ');
            out.push_str(&word.plain);
            (start, bare) = (at + 1, is_one_of(BARE_LINKS, word));
        }
    }
    noun(
        &mut out,
        &object[start..],
        bare,
        verb == "list" && start == 0,
    );
    if batch {
        out.push_str(" in one call");
    }
    out.push('.');
    Some(out)
}

/// The verb that a name begins with, and the rest: `UnTag` and `Desc` are verbs, too.
fn verb_of<'w>(first: &Word, rest: &'w [Word]) -> Option<(String, &'w [Word])> {
    if is_one_of(VERBS, first) {
        return Some((first.plain.clone(), rest));
    }
    let short = SHORT_VERBS.iter().find(|(short, _)| *short == first.plain);
    if let Some((_, verb)) = short {
        return Some(((*verb).to_owned(), rest));
    }
    let (second, rest) = rest.split_first()?;
    let joined = [&*first.plain, &*second.plain].concat();
    let is_verb = VERBS.split(' ').any(|verb| verb == joined);
    is_verb.then_some((joined, rest))
}

fn is_one_of(words: &str, word: &Word) -> bool {
    words.split(' ').any(|it| it == word.plain)
}

fn is_link(word: &Word) -> bool {
    is_one_of(LINKS, word) || is_one_of(BARE_LINKS, word)
}

/// A part of a name, with its article; of several, though the name says it of one.
fn noun(out: &mut String, words: &[Word], bare: bool, several: bool) {
    let Some(last) = words.last() else { return };
    let is_plural =
        last.plain.ends_with('s') && !last.plain.ends_with("ss") || last.plain.ends_with("data");
    let is_one = !bare && !is_plural && !is_one_of(MASS, last) && !last.has_digit();
    if is_one && !several {
        out.push_str(if words[0].begins_with_vowel() {
            " an"
        } else {
            " a"
        });
    }
    for word in words {
        out.push(' ');
        out.push_str(&word.shown);
    }
    if is_one && several {
        let many = third_person(&last.shown);
        out.truncate(out.len() - last.shown.len());
        out.push_str(&many);
    }
}

struct Word {
    /// In small letters.
    plain: String,
    /// As it stands in a sentence.
    shown: String,
}

impl Word {
    fn has_digit(&self) -> bool {
        self.plain.contains(|c: char| c.is_ascii_digit())
    }

    /// As it is spoken: letter by letter, where it is an acronym.
    fn begins_with_vowel(&self) -> bool {
        let letters = self.shown.trim_end_matches('s');
        let is_acronym = letters.len() > 1 && letters.chars().all(|c| c.is_ascii_uppercase());
        let is_spoken = ["LOA", "NAS", "NAT", "RAM", "SAML", "SIM", "SQL", "VIP"];
        let first = self.plain.chars().next().unwrap_or_default();
        if is_acronym && !is_spoken.contains(&letters) {
            return "aefhilmnorsx".contains(first);
        }
        let sounds_like_you = ["once", "one", "uni", "url", "usage", "user"];
        let sounds_like_you = sounds_like_you.iter().any(|it| self.plain.starts_with(it));
        "aeiou".contains(first) && !sounds_like_you
    }
}

/// The words of a name. The identifier tells where each ends, the wire name whether it
/// is an acronym.
fn words(wire: &str, ident: &Ident) -> Vec<Word> {
    let mut letters = wire.chars().filter(char::is_ascii_alphanumeric);
    let parts = ident.as_str().split('_').filter(|part| !part.is_empty());
    let mut words = Vec::new();
    for plain in parts {
        let original: String = letters.by_ref().take(plain.len()).collect();
        if original.to_ascii_lowercase() != *plain {
            // The identifier says something else than the name, as an overlay may have it.
            return Vec::new();
        }
        let spelled = SPELLED.split(' ').find(|it| it.eq_ignore_ascii_case(plain));
        let stem = original.trim_end_matches('s');
        let is_acronym = stem.len() > 1 && !stem.contains(|c: char| c.is_ascii_lowercase());
        let shown = match spelled {
            Some(spelled) => spelled.to_owned(),
            None if is_acronym => original,
            None => plain.to_owned(),
        };
        words.push(Word {
            plain: plain.to_owned(),
            shown,
        });
    }
    words
}

/// `describe` is `describes`, `query` is `queries`, `attach` is `attaches`.
fn third_person(verb: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|end| verb.ends_with(end));
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if ends(&["s", "x", "z", "ch", "sh", "o"]) => format!("{verb}es"),
        _ => format!("{verb}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use crate::names;

    fn said(name: &str) -> String {
        sentence(name, &names::module(name)).unwrap_or_default()
    }

    #[test]
    fn a_name_becomes_a_sentence() {
        for (name, text) in [
            ("DescribeInstances", "Describes instances."),
            ("DescribeVpcs", "Describes VPCs."),
            ("CreateDBInstance", "Creates a DB instance."),
            ("AllocateEipAddress", "Allocates an EIP address."),
            ("QuerySendDetails", "Queries send details."),
            ("AttachPolicyToUser", "Attaches a policy to a user."),
            ("AssumeRoleWithSAML", "Assumes a role with SAML."),
            ("DescribeInstanceStatus", "Describes instance status."),
            ("ModifyVSwitchAttribute", "Modifies a vSwitch attribute."),
            ("CreateIpv6Gateway", "Creates an IPv6 gateway."),
            ("ListTagResources", "Lists tag resources."),
            ("BatchDeleteToys", "Deletes toys in one call."),
            ("SendSms", "Sends SMS."),
            ("ListToyBox", "Lists toy boxes."),
            ("ListToyForUser", "Lists toys for a user."),
            ("UnTagResources", "Untags resources."),
            ("InitToy", "Initializes a toy."),
            ("GenerateOnceTask", "Generates a once task."),
            ("GetUser", "Gets a user."),
            ("ListUsersForGroup", "Lists users for a group."),
            ("DescribeToysByTag", "Describes toys by tag."),
            ("Encrypt", "Encrypts."),
            ("CreateHTTPSListener", "Creates an HTTPS listener."),
            ("DescribeSQLLogs", "Describes SQL logs."),
            ("SwitchTo", "Switches to."),
        ] {
            assert_eq!(said(name), text, "{name}");
        }
    }

    #[test]
    fn a_name_without_a_verb_has_no_sentence() {
        for name in [
            "VideoModeration",
            "",
            "Sms",
            "BandwidthPackageAdd",
            "玩具",
            "Batch",
        ] {
            assert_eq!(said(name), "", "{name}");
        }
    }

    #[test]
    fn a_name_that_is_not_the_identifier_s_has_no_sentence() {
        assert_eq!(sentence("GetToy", &names::module("FindToy")), None);
    }
}
