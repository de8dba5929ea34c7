//! Accelerates an HTTPS site with Global Accelerator, and takes all of it down again:
//!
//! ```sh
//! cargo run --example accelerate_site -- --plan create \
//!     --clients cn-hongkong --backends eu-central-1 --backend origin.example.com \
//!     www.example.com=6092-cn-hangzhou shop.example.com=6093-cn-hangzhou
//! cargo run --example accelerate_site -- --plan delete ga-bp1odcab8tmno0hdq
//! ```
//!
//! `--plan` plays the service, so that every request is checked and printed, and
//! nothing leaves the machine. `--explain` shows the first request as it would be
//! signed. Without either, it does what it says, and that costs money.

#[path = "accelerate_site/plan.rs"]
mod plan;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use alicloud::ga::{self, associate_additional_certificates_with_listener as associate};
use alicloud::{Config, ErrorCodes, Response, Wait};

const USAGE: &str = "\
usage: accelerate_site [OPTIONS] create --clients REGION --backends REGION --backend HOST
                       [--bandwidth MBITS] DOMAIN=CERTIFICATE...
       accelerate_site [OPTIONS] delete ACCELERATOR

  --clients REGION    where clients enter, as ListAvailableAccelerateAreas lists it
  --backends REGION   where the backend is, as ListAvailableBusiRegions lists it
  --backend HOST      its domain name
  --bandwidth MBITS   2 or more [default: 10]
  DOMAIN=CERTIFICATE  a domain name of the site, and the ID of its server certificate
  ACCELERATOR         the accelerator's ID, ga-...: goes with all that belongs to it

options:
  --plan              check every request and print it, and send nothing
  --explain           show the first request, signed and without secrets, and send nothing
  --endpoint URL      where the service answers, if not where it usually does
  --every SECONDS     how long to pause between two looks at a state [default: 3]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let config = async || Ok(Config::from_env().await?);
    match run(&arguments, config, &mut std::io::stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whatever went wrong, in a line.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// The program: what it is asked, where it finds its configuration, where it prints.
pub(crate) async fn run(
    arguments: &[String],
    config: impl AsyncFnOnce() -> Result<Config, Failure>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let options = Options::parse(arguments).ok_or(USAGE)?;
    if options.plan {
        let replay = plan::service(&options.task);
        let site = Site::new(&options, &replay.config());
        site.run(&options.task, &mut std::io::sink()).await?;
        for (number, request) in replay.requests().iter().enumerate() {
            plan::print(number + 1, request, out)?;
        }
        return Ok(());
    }
    let mut config = config().await?;
    if let Some(endpoint) = &options.endpoint {
        config = config.endpoint(endpoint);
    }
    let site = Site::new(&options, &config);
    if options.explain {
        return site.explain(&options.task, out).await;
    }
    site.run(&options.task, out).await
}

#[derive(Default)]
struct Options {
    plan: bool,
    explain: bool,
    endpoint: Option<String>,
    every: Option<Duration>,
    task: Task,
}

enum Task {
    Create(Wanted),
    Delete { accelerator: String },
}

impl Default for Task {
    fn default() -> Self {
        Self::Create(Wanted::default())
    }
}

/// The site as it shall be.
#[derive(Default)]
struct Wanted {
    clients: String,
    backends: String,
    backend: String,
    bandwidth: i64,
    /// Domain names, and the IDs of their certificates. The first one's is the default.
    domains: Vec<(String, String)>,
}

impl Options {
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self::default();
        let mut wanted = Wanted {
            bandwidth: 10,
            ..Wanted::default()
        };
        let mut words = Vec::new();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().cloned();
            match argument.as_str() {
                "--plan" => options.plan = true,
                "--explain" => options.explain = true,
                "--endpoint" => options.endpoint = Some(value()?),
                "--every" => options.every = Some(Duration::from_secs(value()?.parse().ok()?)),
                "--clients" => wanted.clients = value()?,
                "--backends" => wanted.backends = value()?,
                "--backend" => wanted.backend = value()?,
                "--bandwidth" => wanted.bandwidth = value()?.parse().ok()?,
                option if option.starts_with('-') => return None,
                word => words.push(word),
            }
        }
        options.task = match words.as_slice() {
            ["delete", accelerator] => Task::Delete {
                accelerator: (*accelerator).to_owned(),
            },
            ["create", domains @ ..] if !domains.is_empty() => {
                for domain in domains {
                    let (domain, certificate) = domain.split_once('=')?;
                    wanted.domains.push((domain.into(), certificate.into()));
                }
                let places = [&wanted.clients, &wanted.backends, &wanted.backend];
                if places.iter().any(|place| place.is_empty()) {
                    return None;
                }
                Task::Create(wanted)
            }
            _ => return None,
        };
        Some(options)
    }
}

/// A client, and how patient it is.
struct Site {
    client: ga::Client,
    every: Option<Duration>,
}

impl Site {
    fn new(options: &Options, config: &Config) -> Self {
        Self {
            client: ga::Client::new(config),
            every: options.every,
        }
    }

    async fn run(&self, task: &Task, out: &mut dyn Write) -> Result<(), Failure> {
        match task {
            Task::Create(wanted) => self.create(wanted, out).await,
            Task::Delete { accelerator } => self.delete(accelerator, out).await,
        }
    }

    async fn explain(&self, task: &Task, out: &mut dyn Write) -> Result<(), Failure> {
        let explanation = match task {
            Task::Create(_) => {
                let call = self.client.create_accelerator(accelerator());
                call.explain().await?
            }
            Task::Delete { accelerator } => {
                let request = ga::list_endpoint_groups::Request::new().accelerator_id(accelerator);
                self.client.list_endpoint_groups(request).explain().await?
            }
        };
        writeln!(out, "{explanation}")?;
        Ok(())
    }

    /// Waits, and says for what.
    async fn until<R, E>(&self, wait: Wait<R, E>) -> Result<(), Failure>
    where
        R: Response,
        E: ErrorCodes,
    {
        let wait = match self.every {
            Some(every) => wait.every(every),
            None => wait,
        };
        wait.await?;
        Ok(())
    }

    async fn accelerator_is_active(&self, id: &str) -> Result<(), Failure> {
        let request = ga::describe_accelerator::Request::new().accelerator_id(id);
        let wait = self.client.wait_until_accelerator_active(request);
        self.until(wait).await
    }

    async fn listener_is_active(&self, id: &str) -> Result<(), Failure> {
        let request = ga::describe_listener::Request::new().listener_id(id);
        let wait = self.client.wait_until_listener_active(request);
        self.until(wait).await
    }

    /// From nothing to a site that clients can use. What has been created is printed
    /// at once: it is there, and costs, even if a later step fails.
    async fn create(&self, wanted: &Wanted, out: &mut dyn Write) -> Result<(), Failure> {
        let client = &self.client;
        let created = client.create_accelerator(accelerator()).await?;
        let accelerator = created.accelerator_id;
        writeln!(out, "accelerator {accelerator}")?;
        self.accelerator_is_active(&accelerator).await?;

        let package = self.buy_bandwidth(&accelerator, wanted.bandwidth).await?;
        writeln!(out, "bandwidth package {package}")?;

        self.open_region(&accelerator, wanted).await?;
        let [(_, default), others @ ..] = wanted.domains.as_slice() else {
            return Err(USAGE.into());
        };
        let listener = self.listen(&accelerator, default).await?;
        writeln!(out, "listener {listener}")?;
        self.serve(&accelerator, &listener, wanted).await?;

        self.add_certificates(&accelerator, &listener, others)
            .await?;

        let request = ga::describe_accelerator::Request::new().accelerator_id(&accelerator);
        let ready = client.describe_accelerator(request).await?;
        for (domain, _) in &wanted.domains {
            writeln!(out, "{domain} CNAME {}", ready.dns_name)?;
        }
        Ok(())
    }

    /// Bandwidth that pays as it is used, bound to the accelerator.
    async fn buy_bandwidth(&self, accelerator: &str, mbits: i64) -> Result<String, Failure> {
        use ga::bandwidth_package_add_accelerator as bind;
        use ga::create_bandwidth_package::Request;
        let client = &self.client;
        let request = Request::new()
            .bandwidth(mbits)
            .type_(Request::TYPE_BASIC)
            .bandwidth_type(Request::BANDWIDTH_TYPE_ADVANCED)
            .charge_type(Request::CHARGE_TYPE_POSTPAY)
            .billing_type(Request::BILLING_TYPE_PAY_BY_TRAFFIC);
        let package = client.create_bandwidth_package(request).await?;
        let package = package.bandwidth_package_id;
        let look = ga::describe_bandwidth_package::Request::new().bandwidth_package_id(&package);
        self.until(client.wait_until_bandwidth_package_active(look.clone()))
            .await?;
        let request = bind::Request::new()
            .accelerator_id(accelerator)
            .bandwidth_package_id(&package);
        client.bandwidth_package_add_accelerator(request).await?;
        self.until(client.wait_until_bandwidth_package_bound(look))
            .await?;
        self.accelerator_is_active(accelerator).await?;
        Ok(package)
    }

    /// Where clients enter, with all of the bandwidth.
    async fn open_region(&self, accelerator: &str, wanted: &Wanted) -> Result<(), Failure> {
        let region = ga::create_ip_sets::AccelerateRegion::new()
            .accelerate_region_id(&wanted.clients)
            .bandwidth(wanted.bandwidth);
        let request = ga::create_ip_sets::Request::new()
            .accelerator_id(accelerator)
            .accelerate_region([region]);
        self.client.create_ip_sets(request).await?;
        let look = ga::list_ip_sets::Request::new().accelerator_id(accelerator);
        self.until(self.client.wait_until_ip_sets_active(look))
            .await?;
        self.accelerator_is_active(accelerator).await
    }

    /// An HTTPS listener on port 443.
    async fn listen(&self, accelerator: &str, certificate: &str) -> Result<String, Failure> {
        use ga::create_listener::{Certificate, PortRange, Request};
        let request = Request::new()
            .accelerator_id(accelerator)
            .protocol(Request::PROTOCOL_HTTPS)
            .port_ranges([PortRange::new().from_port(443).to_port(443)])
            .certificates([Certificate::new().id(certificate)])
            .security_policy_id(Request::SECURITY_POLICY_ID_TLS_CIPHER_POLICY_1_2);
        let listener = self.client.create_listener(request).await?.listener_id;
        self.listener_is_active(&listener).await?;
        Ok(listener)
    }

    /// The backend behind it.
    async fn serve(
        &self,
        accelerator: &str,
        listener: &str,
        wanted: &Wanted,
    ) -> Result<(), Failure> {
        use ga::create_endpoint_group::{EndpointConfiguration, Request};
        let endpoint = EndpointConfiguration::new()
            .type_(EndpointConfiguration::TYPE_DOMAIN)
            .endpoint(&wanted.backend)
            .weight(100);
        let request = Request::new()
            .accelerator_id(accelerator)
            .listener_id(listener)
            .endpoint_group_region(&wanted.backends)
            .endpoint_request_protocol(Request::ENDPOINT_REQUEST_PROTOCOL_HTTPS)
            .endpoint_configurations([endpoint]);
        let group = self.client.create_endpoint_group(request).await?;
        let look =
            ga::describe_endpoint_group::Request::new().endpoint_group_id(group.endpoint_group_id);
        self.until(self.client.wait_until_endpoint_group_active(look))
            .await?;
        self.listener_is_active(listener).await
    }

    /// One call takes ten of them, and an accelerator one call at a time.
    async fn add_certificates(
        &self,
        accelerator: &str,
        listener: &str,
        domains: &[(String, String)],
    ) -> Result<(), Failure> {
        for ten in domains.chunks(10) {
            let certificates = ten
                .iter()
                .map(|(domain, id)| associate::Certificate::new().id(id).domain(domain));
            let request = associate::Request::new()
                .accelerator_id(accelerator)
                .listener_id(listener)
                .certificates(certificates);
            self.client
                .associate_additional_certificates_with_listener(request)
                .await?;
            self.listener_is_active(listener).await?;
        }
        Ok(())
    }

    /// All of it, the last first: nothing goes that something else still needs.
    async fn delete(&self, accelerator: &str, out: &mut dyn Write) -> Result<(), Failure> {
        self.delete_endpoint_groups(accelerator, out).await?;
        self.delete_listeners(accelerator, out).await?;
        self.delete_ip_sets(accelerator, out).await?;
        self.accelerator_is_active(accelerator).await?;

        let look = ga::describe_accelerator::Request::new().accelerator_id(accelerator);
        let whole = self.client.describe_accelerator(look.clone()).await?;
        if let Some(package) = whole.basic_bandwidth_package {
            self.sell_bandwidth(accelerator, &package.instance_id)
                .await?;
            writeln!(out, "bandwidth package {} is gone", package.instance_id)?;
        }

        let request = ga::delete_accelerator::Request::new().accelerator_id(accelerator);
        self.client.delete_accelerator(request).await?;
        self.until(self.client.wait_until_accelerator_gone(look))
            .await?;
        writeln!(out, "accelerator {accelerator} is gone")?;
        Ok(())
    }

    // What goes is listed before: pages shift while their items are deleted.

    async fn delete_endpoint_groups(
        &self,
        accelerator: &str,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let client = &self.client;
        let request = ga::list_endpoint_groups::Request::new().accelerator_id(accelerator);
        let mut listed = client.list_endpoint_groups(request).items();
        let mut groups = Vec::new();
        while let Some(group) = listed.next().await {
            groups.push(group?.endpoint_group_id);
        }
        for group in groups {
            let request = ga::delete_endpoint_group::Request::new()
                .accelerator_id(accelerator)
                .endpoint_group_id(&group);
            client.delete_endpoint_group(request).await?;
            let look = ga::describe_endpoint_group::Request::new().endpoint_group_id(&group);
            self.until(client.wait_until_endpoint_group_gone(look))
                .await?;
            writeln!(out, "endpoint group {group} is gone")?;
        }
        Ok(())
    }

    async fn delete_listeners(
        &self,
        accelerator: &str,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let client = &self.client;
        let request = ga::list_listeners::Request::new().accelerator_id(accelerator);
        let mut listed = client.list_listeners(request).items();
        let mut listeners = Vec::new();
        while let Some(listener) = listed.next().await {
            listeners.push(listener?.listener_id);
        }
        for listener in listeners {
            let request = ga::delete_listener::Request::new()
                .accelerator_id(accelerator)
                .listener_id(&listener);
            client.delete_listener(request).await?;
            let look = ga::describe_listener::Request::new().listener_id(&listener);
            self.until(client.wait_until_listener_gone(look)).await?;
            writeln!(out, "listener {listener} is gone")?;
        }
        Ok(())
    }

    async fn delete_ip_sets(&self, accelerator: &str, out: &mut dyn Write) -> Result<(), Failure> {
        let client = &self.client;
        let request = ga::list_ip_sets::Request::new().accelerator_id(accelerator);
        let mut listed = client.list_ip_sets(request).items();
        let mut ip_sets = Vec::new();
        while let Some(ip_set) = listed.next().await {
            ip_sets.push(ip_set?.ip_set_id);
        }
        for ip_set in ip_sets {
            let request = ga::delete_ip_set::Request::new()
                .accelerator_id(accelerator)
                .ip_set_id(&ip_set);
            client.delete_ip_set(request).await?;
            let look = ga::describe_ip_set::Request::new().ip_set_id(&ip_set);
            self.until(client.wait_until_ip_set_gone(look)).await?;
            writeln!(out, "IP set {ip_set} is gone")?;
        }
        Ok(())
    }

    async fn sell_bandwidth(&self, accelerator: &str, package: &str) -> Result<(), Failure> {
        use ga::bandwidth_package_remove_accelerator as unbind;
        let client = &self.client;
        let request = unbind::Request::new()
            .accelerator_id(accelerator)
            .bandwidth_package_id(package);
        client.bandwidth_package_remove_accelerator(request).await?;
        let look = ga::describe_bandwidth_package::Request::new().bandwidth_package_id(package);
        self.until(client.wait_until_bandwidth_package_unbound(look.clone()))
            .await?;
        self.accelerator_is_active(accelerator).await?;
        let request = ga::delete_bandwidth_package::Request::new().bandwidth_package_id(package);
        client.delete_bandwidth_package(request).await?;
        self.until(client.wait_until_bandwidth_package_gone(look))
            .await
    }
}

/// An accelerator that pays as it is used: the API can delete it again.
fn accelerator() -> ga::create_accelerator::Request {
    use ga::create_accelerator::Request;
    Request::new()
        .name("site")
        .instance_charge_type(Request::INSTANCE_CHARGE_TYPE_POSTPAY)
        .bandwidth_billing_type(Request::BANDWIDTH_BILLING_TYPE_BANDWIDTH_PACKAGE)
}
