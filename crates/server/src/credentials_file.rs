//! The file of the root access key, in the format that every AWS SDK reads. Knows no use of the key: the server signs
//! nothing with it, and the command line verifies nothing.

/// Its name in the data directory.
pub(crate) const FILE_NAME: &str = "root-credentials";

/// Key id and secret of the profile `default` in AWS's shared credentials format: an INI file whose comments begin
/// with `#` or `;`. Source: AWS SDKs and tools reference guide, "Shared config and credentials files".
pub(crate) fn parse(text: &str) -> Option<(&str, &str)> {
    let (mut id, mut secret, mut in_default) = (None, None, false);
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_default = section.trim_end_matches(']').trim() == "default";
        } else if let (true, Some((name, value))) = (in_default, line.split_once('=')) {
            match name.trim() {
                "aws_access_key_id" => id = Some(value.trim()),
                "aws_secret_access_key" => secret = Some(value.trim()),
                _ => {}
            }
        }
    }
    Some((id.filter(|text| !text.is_empty())?, secret.filter(|text| !text.is_empty())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files() {
        let check = |text: &str, expected: Option<(&str, &str)>| assert_eq!(parse(text), expected);
        check("[default]\naws_access_key_id = AK\naws_secret_access_key = s/e=c+\n", Some(("AK", "s/e=c+")));
        check(
            "# a\n; b = c\r\n\r\n[default]\r\naws_secret_access_key=s\r\naws_access_key_id=AK\r\n",
            Some(("AK", "s")),
        );
        let two = "[other]\naws_access_key_id=X\naws_secret_access_key=y\n\n[ default ]\naws_access_key_id=AK\n\
                   region = eu\naws_secret_access_key=s\n[last]\naws_access_key_id=Z\naws_secret_access_key=z";
        check(two, Some(("AK", "s")));
        check("aws_access_key_id=AK\naws_secret_access_key=s", None);
        check("[default]\naws_access_key_id=AK\n#aws_secret_access_key=s", None);
        check("[default]\naws_access_key_id=AK\naws_secret_access_key=", None);
        check("", None);
    }
}
