//! The server's life: start, run until a signal comes, let go of everyone, end.

use crate::config::Config;
use crate::house::{House, HouseError};
use crate::http::{Listener, Plane};
use crate::root_key::FirstShow;
use crate::tls::{Certificates, TlsError};
use crate::{access, clock, http, log, review};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Why the server did not start, in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program has the address, or this one may not have it.
    #[error("cannot listen on {address}: {source}; stop what uses it, or choose another with --listen")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A part could not be opened.
    #[error(transparent)]
    House(#[from] HouseError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The system refused something that it never should.
    #[error("cannot wait for signals: {0}")]
    Signals(io::Error),
    /// A second signal came while the server was letting go of its viewers.
    #[error("a second signal: ended at once; to wait until all are let go, send one only")]
    CutShort,
}

/// How often the small chores are done: certificates looked at, idle rooms forgotten, keys rotated.
const CHORES: Duration = Duration::from_secs(15);
/// How often local chat logs are looked through for what is too old or too much.
const TIDY: Duration = Duration::from_secs(600);
/// How long requests under way may take after the drain.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A running server.
pub struct Server {
    house: Arc<House>,
    first_show: Option<FirstShow>,
    addresses: Addresses,
    accepting: CancellationToken,
    tasks: TaskTracker,
}

#[derive(Debug, Clone, Copy)]
struct Addresses {
    listen: SocketAddr,
    messaging: Option<SocketAddr>,
}

impl Server {
    /// Starts a server; it answers when this returns.
    ///
    /// # Errors
    /// [`ServeError`]
    pub async fn start(config: Config) -> Result<Self, ServeError> {
        raise_open_files();
        let certificates = config.tls.as_ref().map(Certificates::open).transpose()?;
        let tls = match &certificates {
            Some(certificates) => Some(TlsAcceptor::from(certificates.server_config()?)),
            None => None,
        };
        let bind = |address| http::listen(address).map_err(|source| ServeError::Listen { address, source });
        let listen = bind(config.listen)?;
        let messaging = config.messaging_listen.map(bind).transpose()?;
        let local = |tcp: &tokio::net::TcpListener, wanted| tcp.local_addr().unwrap_or(wanted);
        let addresses = Addresses {
            listen: local(&listen, config.listen),
            messaging: messaging.as_ref().map(|tcp| local(tcp, config.listen)),
        };
        let (house, first_show) = House::open(config).await?;
        let (accepting, tasks) = (CancellationToken::new(), house.tasks.clone());
        let peers = Arc::default();
        let plane = if messaging.is_some() { Plane::Control } else { Plane::Both };
        let all = [Some((listen, plane)), messaging.map(|tcp| (tcp, Plane::Chat))];
        for (tcp, plane) in all.into_iter().flatten() {
            let listener = Listener { tcp, plane, tls: tls.clone(), peers: Arc::clone(&peers) };
            tokio::spawn(http::serve(Arc::clone(&house), listener, accepting.clone(), tasks.clone()));
        }
        tokio::spawn(do_chores(Arc::clone(&house), certificates, accepting.clone()));
        tokio::spawn(tidy_logs(Arc::clone(&house), accepting.clone()));
        Ok(Self { house, first_show, addresses, accepting, tasks })
    }

    /// The address of the control plane, and of chat if it has none of its own.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.addresses.listen
    }

    /// The address of chat.
    #[must_use]
    pub fn messaging_addr(&self) -> SocketAddr {
        self.addresses.messaging.unwrap_or(self.addresses.listen)
    }

    /// Not ready from now on; answers what is asked still, lets go of the viewers over the configured time, then ends.
    pub async fn shutdown(self) {
        self.house.begin_draining();
        self.accepting.cancel();
        let over = self.house.config.shutdown.drain;
        self.house.shards.drain(over);
        tracing::info!(seconds = over.as_secs(), "letting go of the viewers");
        let gone = async {
            while self.house.shards.connections() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(over + Duration::from_secs(1), gone).await;
        self.tasks.close();
        let _ = tokio::time::timeout(LAST_REQUESTS, self.tasks.wait()).await;
        self.house.shards.stop();
        self.house.chat_log.logs.shut_down(self.house.config.chat_log.shutdown).await;
        tracing::info!("ended");
    }

    /// Reads the access file, the review file and the chat log file again, and opens the audit file anew. What cannot
    /// be taken is told, and changes nothing.
    pub async fn reload(&self) {
        let House { config, access, audit, reviews, directory, chat_log, .. } = &*self.house;
        match review::reload(config, reviews) {
            Ok(()) => {
                tracing::info!("review handlers are reloaded");
                review::tell_uncovered(directory, reviews);
            }
            Err(error) => tracing::error!(%error, "review handlers stay as they were"),
        }
        match chat_log.reload(config) {
            Ok(()) => tracing::info!("the destinations of chat logs are reloaded"),
            Err(error) => tracing::error!(%error, "the destinations of chat logs stay as they were"),
        }
        match access::reload(config, access).await {
            Ok(()) => tracing::info!("who may do what is reloaded"),
            Err(error) => tracing::error!(%error, "who may do what stays as it was"),
        }
        if let Err(error) = audit.reopen() {
            tracing::error!(%error, "the audit file cannot be opened anew; the old one is written on");
        }
    }

    fn announce(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let (http, ws) = if self.house.config.tls.is_some() { ("https", "wss") } else { ("http", "ws") };
        let endpoint = format!("{http}://{}", self.addresses.listen);
        if let Some(first) = &self.first_show {
            self.show_key(first, &endpoint, &mut out)?;
        }
        writeln!(out, "listening on {endpoint}")?;
        if let Some(messaging) = self.addresses.messaging {
            writeln!(out, "messaging on {ws}://{messaging}")?;
        }
        out.flush()
    }

    /// The one time that the secret is shown, with lines to paste.
    fn show_key(&self, first: &FirstShow, endpoint: &str, out: &mut impl io::Write) -> io::Result<()> {
        let (id, secret, file) = (&first.access_key_id, &first.secret_access_key, first.file.display());
        let (region, folder) = (&self.house.config.region, self.house.config.data_dir.display());
        // As it was called: after `cargo run` there is no `hubbub` on the path.
        let hubbub = std::env::args().next().unwrap_or_else(|| "hubbub".to_owned());
        let at = format!("--endpoint {endpoint} --region {region} --data-dir {folder}");
        writeln!(out, "A root access key was made. It is shown this once, and kept in {file}:")?;
        writeln!(out, "  access key id      {id}\n  secret access key  {secret}\n")?;
        writeln!(out, "Try it with the AWS CLI:")?;
        writeln!(out, "  export AWS_SHARED_CREDENTIALS_FILE={file}")?;
        writeln!(
            out,
            "  aws ivschat create-room --name lobby --region {region} --endpoint-url {endpoint}\n"
        )?;
        writeln!(out, "Or without it; then chat from two terminals:")?;
        writeln!(out, "  {hubbub} room create --name lobby {at}")?;
        writeln!(out, "  {hubbub} chat --room lobby --user ann {at}\n")
    }
}

/// Serves until told to stop: a first signal drains, a second ends at once. SIGHUP reloads.
///
/// # Errors
/// [`ServeError`], when it could not start, or when a second signal cut its end short.
pub async fn run(config: Config) -> Result<(), ServeError> {
    log::install(&config.log);
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signals)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(ServeError::Signals)?;
    let server = Server::start(config).await?;
    if let Err(error) = server.announce() {
        tracing::warn!(%error, "cannot write to standard output");
    }
    let mut signalled = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    loop {
        tokio::select! {
            () = signalled() => break,
            _ = hangup.recv() => tokio::select! {
                () = server.reload() => {}
                () = signalled() => break,
            },
        }
    }
    tokio::select! {
        () = server.shutdown() => Ok(()),
        () = signalled() => Err(ServeError::CutShort),
    }
}

/// What must be done now and then.
async fn do_chores(house: Arc<House>, certificates: Option<Arc<Certificates>>, stop: CancellationToken) {
    let mut due = tokio::time::interval(CHORES);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = due.tick() => {}
        }
        house.bus.forget_idle_rooms(clock::now().monotonic);
        if let Some(certificates) = &certificates {
            certificates.reload();
        }
        let chat_log = Arc::clone(&house.chat_log);
        let _ = tokio::task::spawn_blocking(move || chat_log.catch_up()).await;
        if let Err(error) = house.token_keys.rotate().await {
            tracing::error!(%error, "the token keys could not be looked after");
        }
        if let Err(error) = house.access.catch_up().await {
            tracing::error!(%error, "a change of who may do what is not in effect yet");
        }
    }
}

/// Local chat logs do not grow for ever.
async fn tidy_logs(house: Arc<House>, stop: CancellationToken) {
    let mut due = tokio::time::interval(TIDY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = due.tick() => {}
        }
        let chat_log = Arc::clone(&house.chat_log);
        let _ = tokio::task::spawn_blocking(move || chat_log.tidy()).await;
    }
}

/// As many sockets as the system lets this process have.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
    {
        tracing::warn!(%error, "cannot raise the limit on open files; connections may be refused");
    }
}
