//! Which door is taken, and what is said at the second one.

use super::*;
use crate::config::{Sources, load};
use clap::{Args as _, Command, FromArgMatches as _};
use std::net::TcpListener;

/// Port 0 is nobody's, ever.
const NOBODY: &str = "http://127.0.0.1:0";

fn server(endpoint: &str) -> ServerArgs {
    let command = ServerArgs::augment_args(Command::new("x"));
    ServerArgs::from_arg_matches(&command.get_matches_from(["x", "--endpoint", endpoint])).unwrap()
}

fn here(endpoint: &str, data_dir: &Path) -> Place {
    let flags = vec![("data_dir".to_owned(), data_dir.display().to_string())];
    let config = load(Sources { file: None, env: std::iter::empty(), flags }).unwrap();
    Place::Here { server: server(endpoint), config: Box::new(config) }
}

async fn chosen(place: Place) -> Result<&'static str, String> {
    match choose(place).await {
        Ok(Choice::Server(_)) => Ok("server"),
        Ok(Choice::Folder { .. }) => Ok("folder"),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test]
async fn the_folder_is_taken_only_where_no_server_is_named_and_none_listens() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    assert_eq!(chosen(Place::Named(server(NOBODY))).await, Ok("server"));
    assert_eq!(chosen(here(&endpoint, folder.path())).await, Ok("server"));
    assert_eq!(chosen(here(NOBODY, folder.path())).await, Ok("folder"));
}

#[tokio::test]
async fn neither_a_server_nor_its_folder_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    let said = chosen(here(NOBODY, &absent)).await.unwrap_err();
    let expected = format!("no server at {NOBODY}/ and no folder {}; start `hubbub serve`", absent.display());
    assert!(said.contains(&expected), "{said}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(chosen(here(NOBODY, &file)).await.unwrap_err().contains("no folder"));
}

#[test]
fn where_it_works_is_said() {
    assert_eq!(
        notice(&server("http://127.0.0.1:8080"), Path::new("./hubbub-data")),
        "no server at http://127.0.0.1:8080; working on ./hubbub-data"
    );
}

#[test]
fn a_refusal_of_the_folder_names_the_operation_and_its_kind() {
    let said = |error: OperationError| refusal("CreateUser", &error).to_string();
    let denied = OperationError::AccessDenied { message: "User: x may not.".to_owned() };
    assert_eq!(said(denied), "CreateUser is refused: User: x may not (AccessDeniedException)");
    let broken = OperationError::InternalServer { cause: "the disk is full".to_owned() };
    assert_eq!(said(broken), "CreateUser is refused: the disk is full (InternalServerException)");
}
