//! What the files have in common that say where things outside of the house are: the review file and the destinations
//! file. How a wrong member is named, and where secrets come from. Knows neither file.

mod error;
mod given;

pub use error::DeclarationError;
pub(crate) use error::{Fault, MAX_KEY_ID_LENGTH, MAX_SECRET_LENGTH, Place};
pub(crate) use given::{Given, is_visible};

use crate::secret::SecretText;
use reqwest::Url;
use std::io;
use std::path::Path;

const MAX_URL_LENGTH: usize = 2_048;

/// Where what stands outside of the file is found.
#[derive(Clone, Copy)]
pub struct DeclarationSources<'a> {
    /// Looks into the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a file that the declaring file names: secrets, lists of words.
    pub text_of: &'a dyn Fn(&Path) -> io::Result<String>,
}

pub(crate) fn parse_url(text: &SecretText, place: &Place) -> Result<Url, DeclarationError> {
    let url = Url::parse(text.reveal()).ok().filter(|url| {
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        is_web && is_anonymous && url.fragment().is_none() && url.as_str().len() <= MAX_URL_LENGTH
    });
    url.ok_or_else(|| place.wrong(Fault::Url))
}

/// The URL of a whole API: there is no query in it.
pub(crate) fn parse_endpoint(
    text: Option<&SecretText>,
    place: &Place,
) -> Result<Option<Url>, DeclarationError> {
    let endpoint = text.map(|text| parse_url(text, place)).transpose()?;
    place.check(endpoint.as_ref().is_none_or(|url| url.query().is_none()), || Fault::Query)?;
    Ok(endpoint)
}
