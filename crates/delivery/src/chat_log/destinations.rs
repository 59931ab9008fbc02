//! Where chat logs go: which bucket, group or stream of which account stands where. Reads neither files nor the
//! environment itself, and connects to nothing.

mod definition;
mod target;

pub use definition::DestinationsFile;
pub use target::Target;
pub(super) use target::{AwsTarget, Way};

use super::sink::LocalSettings;
use crate::aws::{self, Workshop};
use crate::declaration::{DeclarationError, DeclarationSources, Fault, Place, parse_endpoint};
use crate::wildcards::Wildcards;
use definition::{DestinationDefinition, Kind, LocalDefinition, To};
use model::{AccountId, Destination, Region};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;
use target::Wait;

const MAX_DESTINATIONS: usize = 256;
/// A log group's name has so many characters at most, and no name has more.
const MAX_NAME_LENGTH: usize = 512;
/// How long a connection may take to be there.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const BATCH_SECONDS: RangeInclusive<u64> = 1..=3_600;
/// Firehose's own limit of buffering; a record that waits here for longer would be later than AWS ever is.
const FIREHOSE_BATCH_SECONDS: RangeInclusive<u64> = 1..=900;
const BATCH_BYTES: RangeInclusive<u64> = 64 * 1024..=256 * 1024 * 1024;
const ROTATE_BYTES: RangeInclusive<u64> = 1024 * 1024..=16 * 1024 * 1024 * 1024;
const MAX_KEEP_DAYS: u32 = 36_500;

const NAME: Fault = Fault::Must("have 1 to 512 characters, `*` standing for any characters and `?` for one");
const ACCOUNT: Fault = Fault::Must("be twelve digits, or `*` for all accounts");
const BATCH_SECONDS_FAULT: Fault = Fault::Must("be 1 to 3600");
const FIREHOSE_BATCH_SECONDS_FAULT: Fault = Fault::Must("be 1 to 900");
const BATCH_BYTES_FAULT: Fault = Fault::Must("be 65536 to 268435456");
const KEEP_DAYS: Fault = Fault::Must("be 0 to 36500");
const ROTATE_BYTES_FAULT: Fault = Fault::Must("be 1048576 to 17179869184");
const S3_PATH: Fault = Fault::Must("have a path of nothing but letters, digits, `-`, `.`, `_`, `~` and `/`");

/// The destinations, judged and ready for use; cheap to clone.
#[derive(Debug, Clone)]
pub struct Destinations {
    rules: Arc<[Rule]>,
    local: LocalSettings,
}

/// What one `[[destination]]` says.
#[derive(Debug)]
struct Rule {
    kind: Kind,
    name: Wildcards,
    /// `None` is all.
    account: Option<AccountId>,
    target: Target,
}

impl Destinations {
    /// Judges a destinations file, and fetches the secrets that stand elsewhere. Where it names no region, this one
    /// counts; where it names no account, this one does.
    ///
    /// # Errors
    /// [`DeclarationError`], the first one, with the path of the wrong member.
    pub fn compile(
        file: DestinationsFile,
        sources: DeclarationSources<'_>,
        region: &Region,
        own_account: AccountId,
    ) -> Result<Self, DeclarationError> {
        let local = local_settings(&file.local)?;
        let place = Place::list("destination");
        place.check(file.destination.len() <= MAX_DESTINATIONS, || Fault::TooMany(MAX_DESTINATIONS))?;
        let foundry = Foundry { workshop: Workshop::new(sources), region, own_account, local };
        let rules = file.destination.into_iter().enumerate();
        let rules = rules.map(|(index, definition)| foundry.rule(definition, &place.item(index)));
        Ok(Self { rules: rules.collect::<Result<_, _>>()?, local })
    }

    /// Destinations of a server without a file: local files, all of them.
    #[must_use]
    pub fn all_local() -> Self {
        Self { rules: Arc::from([]), local: LocalSettings::default() }
    }

    /// How local files are kept.
    #[must_use]
    pub const fn local(&self) -> LocalSettings {
        self.local
    }

    /// Where this destination of this account is: what the first rule that fits says, without one local files.
    #[must_use]
    pub fn find(&self, account: AccountId, destination: &Destination) -> Target {
        let (kind, name) = Kind::of(destination);
        let fits = |rule: &&Rule| {
            rule.kind == kind && rule.account.is_none_or(|own| own == account) && rule.name.fits(name)
        };
        let found = self.rules.iter().find(fits).map(|rule| rule.target.clone());
        found.unwrap_or_else(|| Target { way: Way::Local(self.local), wait: Wait::of(kind) })
    }
}

/// What the rules of one file are made with.
struct Foundry<'a> {
    workshop: Workshop<'a>,
    region: &'a Region,
    own_account: AccountId,
    local: LocalSettings,
}

impl Foundry<'_> {
    fn rule(&self, definition: DestinationDefinition, place: &Place) -> Result<Rule, DeclarationError> {
        let kind = definition.kind;
        let name = definition.name.as_deref().unwrap_or("*");
        let is_name = (1..=MAX_NAME_LENGTH).contains(&name.chars().count());
        place.at("name").check(is_name, || NAME)?;
        let account = match definition.account.as_deref() {
            None => Some(self.own_account),
            Some("*") => None,
            Some(text) => Some(AccountId::parse(text).map_err(|_| place.at("account").wrong(ACCOUNT))?),
        };
        let (name, wait) = (Wildcards::new(name), wait(&definition, place)?);
        let way = match definition.to {
            To::Aws => Way::Aws(self.aws(definition, place)?),
            To::Local => {
                check_local(&definition, place)?;
                Way::Local(self.local)
            }
        };
        Ok(Rule { kind, name, account, target: Target { way, wait } })
    }

    fn aws(
        &self,
        definition: DestinationDefinition,
        place: &Place,
    ) -> Result<Arc<AwsTarget>, DeclarationError> {
        let is_s3 = definition.kind == Kind::S3;
        let endpoint = parse_endpoint(definition.endpoint.as_ref(), &place.at("endpoint"))?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        let is_signable = endpoint.as_ref().is_none_or(|url| !is_s3 || url.path().bytes().all(is_plain));
        place.at("endpoint").check(is_signable, || S3_PATH)?;
        let is_for_s3 = is_s3 || definition.path_style.is_none();
        place.at("path_style").check(is_for_s3, || Fault::Meaningless("but for s3"))?;
        let region = definition.region.as_deref().map(Region::parse).transpose();
        let region = region.map_err(|_| place.at("region").wrong(Fault::Region))?;
        let here = place.at("credentials");
        let credentials = self.workshop.credentials(definition.credentials.unwrap_or_default(), &here)?;
        let variable = self.workshop.sources.variable;
        let client = aws::build_client(endpoint.as_ref(), variable, CONNECT_LIMIT);
        let client = client.map_err(|what| place.wrong(Fault::Unusable(what)))?;
        let region = region.unwrap_or_else(|| self.region.clone());
        Ok(Arc::new(AwsTarget::new(endpoint, region, definition.path_style, (credentials, client))))
    }
}

fn wait(definition: &DestinationDefinition, place: &Place) -> Result<Wait, DeclarationError> {
    let (range, fault) = match definition.kind {
        Kind::Firehose => (FIREHOSE_BATCH_SECONDS, FIREHOSE_BATCH_SECONDS_FAULT),
        Kind::S3 | Kind::CloudwatchLogs => (BATCH_SECONDS, BATCH_SECONDS_FAULT),
    };
    let is_right = definition.batch_seconds.is_none_or(|seconds| range.contains(&seconds));
    place.at("batch_seconds").check(is_right, || fault)?;
    let here = place.at("batch_bytes");
    let is_for_s3 = definition.kind == Kind::S3 || definition.batch_bytes.is_none();
    here.check(is_for_s3, || Fault::Meaningless("but for s3"))?;
    let is_right = definition.batch_bytes.is_none_or(|bytes| BATCH_BYTES.contains(&bytes));
    here.check(is_right, || BATCH_BYTES_FAULT)?;
    let default = Wait::of(definition.kind);
    Ok(Wait {
        longest: definition.batch_seconds.map_or(default.longest, Duration::from_secs),
        bytes: definition.batch_bytes.unwrap_or(default.bytes),
    })
}

/// What only a call needs stands beside no local files: whoever wrote it meant something else.
fn check_local(definition: &DestinationDefinition, place: &Place) -> Result<(), DeclarationError> {
    let given = [
        ("endpoint", definition.endpoint.is_some()),
        ("region", definition.region.is_some()),
        ("path_style", definition.path_style.is_some()),
        ("credentials", definition.credentials.is_some()),
    ];
    given.into_iter().try_for_each(|(name, is_given)| {
        place.at(name).check(!is_given, || Fault::Meaningless("with `to = \"local\"`"))
    })
}

fn local_settings(definition: &LocalDefinition) -> Result<LocalSettings, DeclarationError> {
    let place = Place::list("local");
    let default = LocalSettings::default();
    let days = definition.keep_days;
    place.at("keep_days").check(days.is_none_or(|days| days <= MAX_KEEP_DAYS), || KEEP_DAYS)?;
    let rotate_bytes = definition.rotate_bytes.unwrap_or(default.rotate_bytes);
    place.at("rotate_bytes").check(ROTATE_BYTES.contains(&rotate_bytes), || ROTATE_BYTES_FAULT)?;
    Ok(LocalSettings {
        keep_days: days.unwrap_or(default.keep_days),
        keep_bytes: definition.keep_bytes.unwrap_or(default.keep_bytes),
        rotate_bytes,
    })
}
