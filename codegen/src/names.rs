//! The only maker of Rust identifiers: wire names in, [`Ident`]s out.
//!
//! Every function here is total and deterministic: whatever the text, what comes
//! out is an identifier that compiles. Two wire names may meet in one identifier;
//! that is for [`crate::lower`] to find and to report. Only this file calls heck;
//! what it gets wrong is corrected in one table, `WORDS`.

mod reserved;

use std::fmt;
use std::sync::Arc;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::steps;
use reserved::{CLIENT, CRATE, DEVICES, KEYWORDS, METHODS, ROOT, TYPES};

/// A Rust identifier. Cheap to clone; only this module can make one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(Arc<str>);

impl Ident {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Words that heck would cut into pieces (`i_pv6`, `v_switch`), and how they are
/// read in snake case instead. Longer ones first where one begins another.
const WORDS: &[(&str, &str)] = &[
    ("IPv", "Ipv"),
    ("VSwitch", "Vswitch"),
    ("vSwitch", "Vswitch"),
    ("vCPU", "Vcpu"),
    ("VCpu", "Vcpu"),
    ("VServer", "Vserver"),
    ("VRouter", "Vrouter"),
    ("VTag", "Vtag"),
    ("DDoS", "Ddos"),
    ("DDos", "Ddos"),
    ("MySQL", "Mysql"),
    ("MySql", "Mysql"),
    ("PostgreSQL", "Postgresql"),
    ("NoSQL", "Nosql"),
    ("PolarDB", "Polardb"),
    ("MongoDB", "Mongodb"),
    ("AnalyticDB", "Analyticdb"),
    ("RocketMQ", "Rocketmq"),
    ("OAuth", "Oauth"),
    ("ETag", "Etag"),
    ("VCore", "Vcore"),
    ("GitHub", "Github"),
    ("GitLab", "Gitlab"),
    ("IoT", "Iot"),
    ("SaaS", "Saas"),
    ("PaaS", "Paas"),
    ("FaaS", "Faas"),
    ("QoS", "Qos"),
    ("WiFi", "Wifi"),
    ("MTLS", "Mtls"),
    ("mTLS", "Mtls"),
];

/// Letters that an identifier has at most: files are named after modules, and no file system
/// takes more than 255. Longer names are cut, and told apart by a digest.
const LONGEST: usize = 120;

/// The field and the setter of a parameter or a property: `RegionId` is
/// `region_id`, `Type` is `type_`, `405Pv` is `n405pv`.
pub fn field(wire: &str) -> Ident {
    snake(wire, &[KEYWORDS, METHODS])
}

/// The module and the client method of an operation.
pub fn module(wire: &str) -> Ident {
    snake(wire, &[KEYWORDS, METHODS, CLIENT, DEVICES, CRATE])
}

/// The type of what a field holds. The items of a list are named in the singular:
/// `Certificates` holds `Certificate`s, `Status` stays.
pub fn type_of_field(wire: &str, is_list_item: bool) -> Ident {
    let mut name = plain(wire).to_upper_camel_case();
    if is_list_item {
        singular(&mut name);
    }
    finish(name, 'N', &[KEYWORDS])
}

/// The variant of an error code; none where nothing is left without its
/// placeholders. `NotExist.Accelerator` is `NotExistAccelerator`,
/// `InvalidParameter.%s` is `InvalidParameter`, `404` is `Code404`.
pub fn variant(code: &str) -> Option<Ident> {
    let code = without_placeholders(code)?;
    let name = plain(&code).to_upper_camel_case();
    match name.chars().next()? {
        '0'..='9' => Some(finish(format!("Code{name}"), 'N', &[])),
        _ => Some(finish(name, 'N', &[KEYWORDS])),
    }
}

/// The constant of a documented value of a text field: `PROTOCOL_HTTPS`. None for
/// values that a name would misrepresent: without letters or digits, in another
/// script, or as long as a sentence.
pub fn constant(field: &str, value: &str) -> Option<Ident> {
    let readable = value.chars().count() <= 64
        && value.chars().any(|c| c.is_ascii_alphanumeric())
        && value.chars().all(|c| c.is_ascii() || !c.is_alphanumeric());
    if !readable {
        return None;
    }
    let negative = match value.strip_prefix('-') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => "MINUS_",
        _ => "",
    };
    let field = field_words(field).to_shouty_snake_case();
    let value = field_words(value).to_shouty_snake_case();
    Some(finish(format!("{field}_{negative}{value}"), 'N', &[]))
}

/// The module of a product; of one of its newer versions where one is given:
/// `ga`, `ga_2020_01_01`.
pub fn product(code: &str, version: Option<&str>) -> Ident {
    match version {
        Some(version) => snake(&format!("{code}_{version}"), &[KEYWORDS, ROOT, DEVICES]),
        None => snake(code, &[KEYWORDS, ROOT, DEVICES]),
    }
}

/// The cargo feature of the product that [`product`] names the module of: `ga`,
/// `ga-2020-01-01`.
pub fn feature(code: &str, version: Option<&str>) -> String {
    // A trailing underscore is part of the name (`serde_`): a feature may have it.
    let module = product(code, version);
    let name = module.as_str();
    match name.strip_suffix('_') {
        Some(name) => format!("{}_", name.replace('_', "-")),
        None => name.replace('_', "-"),
    }
}

/// The package of a product, beside its facade: `alicloud-ga`.
pub fn package(facade: &str, feature: &str) -> String {
    format!("{facade}-{feature}")
}

/// The crate that examples import, and the library that a manifest names: cargo changes
/// nothing of a package's name but its hyphens (`alicloud-lib_` is `alicloud_lib_`).
pub fn krate(package: &str) -> Ident {
    let name = package.replace('-', "_");
    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_word
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !KEYWORDS.contains(&name.as_str())
    {
        Ident::new(&name)
    } else {
        snake(package, &[KEYWORDS])
    }
}

/// A short name for an operation's module: its first word, `associate` for
/// `associate_additional_certificates_with_listener`. The whole name where the
/// word is taken: by the language, or by the names of `taken`.
pub fn alias(module: &Ident, taken: &[&Ident]) -> Ident {
    let name = module.as_str();
    let word = name.split('_').next().unwrap_or(name);
    let is_taken = KEYWORDS.contains(&word)
        || ROOT.contains(&word)
        || word.is_empty()
        || ["replay", "client", "request", "response", "error", "tokio"].contains(&word)
        || taken.iter().any(|ident| ident.as_str() == word);
    if is_taken {
        module.clone()
    } else {
        Ident::new(word)
    }
}

/// A type's name made clearer by that of the type around it: `Rule` and
/// `Condition` give `RuleCondition`.
pub fn join(parent: &Ident, child: &Ident) -> Ident {
    let name = format!("{}{child}", parent.as_str().trim_end_matches('_'));
    finish(name, 'N', &[])
}

/// An identifier told from one that is taken: `key` is `key_2`, `Rule` is `Rule2`.
/// Whoever needs it says so in a diagnostic.
pub fn numbered(ident: &Ident, number: usize) -> Ident {
    let name = ident.as_str().trim_end_matches('_');
    let camel = name.starts_with(|c: char| c.is_ascii_uppercase());
    Ident::new(&format!("{name}{}{number}", if camel { "" } else { "_" }))
}

/// Whether a generated module has or names a type of this name already, so that a
/// nested type has to take a longer one.
pub fn is_reserved_type(ident: &Ident) -> bool {
    TYPES.binary_search(&ident.as_str()).is_ok()
}

fn snake(wire: &str, reserved: &[&[&str]]) -> Ident {
    finish(field_words(wire).to_snake_case(), 'n', reserved)
}

/// The last steps to an identifier: no digit in front, nothing reserved.
fn finish(mut name: String, before_digit: char, reserved: &[&[&str]]) -> Ident {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, before_digit);
    }
    if name.len() > LONGEST {
        shorten(&mut name);
    }
    if reserved.iter().any(|names| names.contains(&name.as_str())) {
        name.push('_');
    }
    Ident::new(&name)
}

/// Cuts a name, and puts a digest of it at the end that depends on nothing else.
fn shorten(name: &mut String) {
    // FNV-1a: a few lines, and the same for ever.
    let digest = name.bytes().fold(0x811c_9dc5_u32, |digest, byte| {
        (digest ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let lower = name.bytes().any(|byte| byte.is_ascii_lowercase());
    let camel = lower && name.starts_with(|c: char| c.is_ascii_uppercase());
    name.truncate(LONGEST - 10);
    let kept = name.trim_end_matches('_').len();
    name.truncate(kept);
    name.push_str(match (camel, lower) {
        (true, _) => "X",
        (_, true) => "_x",
        (_, false) => "_X",
    });
    let digits = format!("{digest:08x}");
    name.push_str(&if lower { digits } else { digits.to_uppercase() });
}

/// A wire name as ASCII words that are not empty: other characters separate, and
/// where they are all there is, their code points stand for them.
fn plain(wire: &str) -> String {
    let mut out = wire.replace(|c: char| !c.is_ascii_alphanumeric(), " ");
    if out.trim().is_empty() {
        out = wire
            .chars()
            .take(8)
            .map(|c| format!(" u{:x}", u32::from(c)))
            .collect();
        if out.is_empty() {
            out.push_str("unnamed");
        }
    }
    plural_acronyms(&mut out);
    out
}

/// [`plain`], with the words of [`WORDS`] kept whole.
fn field_words(wire: &str) -> String {
    let mut out = plain(wire);
    let mut letters = letters_of(&out);
    for ((word, whole), needed) in WORDS.iter().zip(WORD_LETTERS) {
        // Most names lack a letter of the word: that is much faster to see.
        if letters & needed == needed && out.contains(word) {
            out = out.replace(word, whole);
            letters = letters_of(&out);
        }
    }
    out
}

/// The letters of [`WORDS`].
const WORD_LETTERS: [u128; WORDS.len()] = {
    let (mut letters, mut index) = ([0; WORDS.len()], 0);
    while index < WORDS.len() {
        letters[index] = letters_of(WORDS[index].0);
        index += 1;
    }
    letters
};

/// The ASCII characters of a text, a bit each.
const fn letters_of(text: &str) -> u128 {
    let bytes = text.as_bytes();
    let (mut letters, mut at) = (0, 0);
    while at < bytes.len() {
        letters |= 1 << (bytes[at] & 0x7f);
        at += 1;
    }
    letters
}

/// `ListenerIDs` is read as `ListenerIds`: heck would see `I` and `Ds`.
fn plural_acronyms(name: &mut String) {
    let bytes = name.as_bytes();
    let ends: Vec<usize> = (2..bytes.len())
        .filter(|&at| {
            bytes[at] == b's'
                && bytes[at - 1].is_ascii_uppercase()
                && bytes[at - 2].is_ascii_uppercase()
                && bytes
                    .get(at + 1)
                    .is_none_or(|next| !next.is_ascii_lowercase())
        })
        .collect();
    for end in ends {
        let start = name[..end]
            .bytes()
            .rposition(|b| !b.is_ascii_uppercase())
            .map_or(0, |at| at + 1);
        name[start + 1..end].make_ascii_lowercase();
    }
}

/// A code without what the service fills in: `%s`, `%d`, `{0}`, `${name}`, `<name>`.
/// None where no letter or digit is left that a name could be made of.
fn without_placeholders(code: &str) -> Option<String> {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    // Seen from the end: whether one is still to come is known at once.
    let last = |close| code.rfind(close).map_or(0, |at: usize| code.len() - at);
    let (last_brace, last_angle) = (last('}'), last('>'));
    let end_of = |rest: &str, close: char, last: usize| {
        let there = (1..=rest.len()).contains(&last);
        let end = there.then(|| rest.find(close)).flatten();
        steps::add(end.unwrap_or_default());
        end.map_or(1, |at| at + 1)
    };
    while let Some(at) = rest.find(['%', '{', '<']) {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = &rest[at..];
        let end = match rest.as_bytes()[0] {
            b'%' => {
                1 + rest[1..]
                    .find(|c: char| !"0123456789$.-+#".contains(c))
                    .map_or(0, |at| at + 1)
            }
            b'{' => end_of(rest, '}', last_brace),
            _ => end_of(rest, '>', last_angle),
        };
        rest = rest.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out.contains(|c: char| c.is_ascii_alphanumeric())
        .then_some(out)
}

/// Words whose singular is not made by the rules, by their ending.
const SINGULARS: &[(&str, &str)] = &[
    ("Indices", "Index"),
    ("Vertices", "Vertex"),
    ("Matrices", "Matrix"),
    ("Children", "Child"),
    ("People", "Person"),
    ("Cookies", "Cookie"),
    ("Movies", "Movie"),
    ("Caches", "Cache"),
    ("Axes", "Axis"),
    ("Analyses", "Analysis"),
    ("Bases", "Base"),
    ("bases", "base"),
    ("Ips", "Ip"),
    ("Ids", "Id"),
    ("Vms", "Vm"),
    ("Dbs", "Db"),
    ("Ads", "Ad"),
    ("Acs", "Ac"),
];

/// Words that end in `s` in the singular too.
const INVARIANT: &[&str] = &[
    "Series",
    "Species",
    "Https",
    "Hdfs",
    "Redis",
    "Always",
    "Kubernetes",
    "Previous",
    "Ddos",
    "Macos",
    "Ops",
    "Canvas",
    "Bias",
    "Atlas",
    "Alias",
    "Lens",
    "News",
];

/// `Addresses` to `Address`, `Policies` to `Policy`, `Status` as it is.
fn singular(name: &mut String) {
    for (plural, single) in SINGULARS {
        if let Some(head) = name.strip_suffix(plural) {
            *name = format!("{head}{single}");
            return;
        }
    }
    let last = name.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
    let word = &name[last..];
    let ends = |endings: &[&str]| endings.iter().any(|end| word.ends_with(end));
    let (cut, add) = if word.len() <= 3 || INVARIANT.contains(&word) {
        (0, "") // `Dns`, `Ecs`
    } else if ends(&["ies"]) {
        (3, "y")
    } else if ends(&[
        "sses", "shes", "ches", "xes", "tuses", "ruses", "nuses", "iases",
    ]) {
        (2, "")
    } else if ends(&["s"]) && !ends(&["ss", "us", "is"]) {
        (1, "")
    } else {
        (0, "")
    };
    name.truncate(name.len() - cut);
    name.push_str(add);
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
