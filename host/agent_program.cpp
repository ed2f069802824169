#include "host/agent_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "host/collectors.h"
#include "host/delivery_log.h"
#include "host/enrolment.h"
#include "host/install.h"
#include "host/isolated_access.h"
#include "host/probe.h"
#include "host/server_trust.h"
#include "core/wire/protocol_parse.h"
#include "host/uplink.h"
#include "host/uplink_runner.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/version.h"
#include "core/net/http_client.h"

extern char** environ;

namespace connlog::agent_program {
namespace {

constexpr std::size_t kEventsShown = 2'000;
constexpr seconds kFreshFor{180};  // an accepted heartbeat is fresh for so long after the wait that follows it

int refuse(const Error& error) {
  std::fputs(fmt::format("connlog agent: {}\n", error.message).c_str(), stderr);
  if (!error.cause.empty()) log_debug("agent.refused", {{"cause", error.cause}});
  return error.code == ErrorCode::invalid_input ? 2 : 1;
}

Result<std::unique_ptr<HttpClient>> open_client(const AgentSettings& settings, const TlsTrust& trust) {
  return HttpClient::open(
      {.purpose = OutboundPurpose::agent_uplink,
       .trust = trust,
       .outbound = {.policy = {}, .proxy = settings.outbound_proxy, .ca_bundle = settings.outbound_ca_bundle},
       .user_agent = "connlog/" + std::string(version())});
}

Result<std::unique_ptr<HttpClient>> open_client(const AgentSettings& settings) {
  TlsTrust trust;
  if (!settings.ca_pin.empty()) trust = {.kind = TlsTrust::Kind::ca_pin, .value = settings.ca_pin};
  if (!settings.ca_pem.empty()) trust = {.kind = TlsTrust::Kind::ca_pem, .value = settings.ca_pem};
  return open_client(settings, trust);
}

// At SIGTERM and SIGINT, ends the wait and cancels the request. Made before any other thread, so that all of them
// inherit the blocked signals and only its own thread receives them.
class StopSignal {
 public:
  explicit StopSignal(std::function<void()> on_stop) : on_stop_(std::move(on_stop)) {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    watcher_ = std::thread([this] {
      int received = 0;
      while (sigwait(&set_, &received) != 0) {
      }
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      changed_.notify_all();
      on_stop_();
    });
  }
  ~StopSignal() {
    pthread_kill(watcher_.native_handle(), SIGTERM);
    watcher_.join();
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  bool stopping() const { return stopping_; }
  bool sleep(milliseconds duration) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, duration, [this] { return stopping_.load(); });
  }

 private:
  std::function<void()> on_stop_;
  sigset_t set_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
};

// Leaves a file that asks for removal. The unit's ExecStopPost, which runs as root, sees it and uninstalls
// (packaging/connlog-agent.service).
bool leave_uninstall_marker(const std::string& runtime_directory) {
  const std::string path = runtime_directory + "/" + std::string(kUninstallMarkerName);
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return false;
  close(fd);
  return true;
}

// Asks the server once, before anything is installed: a wrong token or pin shows at the terminal, not in a log.
Result<void> try_server(const AgentSettings& settings, const AgentIdentity& identity) {
  const auto client = TRY(open_client(settings));
  const UplinkStep step{.kind = UplinkStep::Kind::fetch_config, .url = settings.base + std::string(wire::kConfigPath)};
  const HttpOutcome http = client->perform(query_request(identity, step));
  if (http.failure) {
    const bool is_distrust =
        http.failure->kind == TransportFailure::Kind::tls || http.failure->kind == TransportFailure::Kind::forbidden;
    if (is_distrust)
      return Error{.code = ErrorCode::network, .message = http.failure->message + " Nothing was installed."};
    std::fputs(fmt::format("Warning: {} The agent will go on trying.\n", http.failure->message).c_str(), stderr);
    return {};
  }
  const int status = http.answer.status;
  const bool is_own = wire::is_own_refusal(status, http.answer.body);
  if (status == 401 && is_own) {
    return Error{
        .code = ErrorCode::forbidden,
        .message =
            "The server does not know this token. Copy the command again, or rotate the token. Nothing was installed."};
  }
  if (status == 410 && is_own) {
    return Error{.code = ErrorCode::forbidden,
                 .message = "The agent of this token was removed. Add a new one on the server. Nothing was installed."};
  }
  if (status == 423 && is_own) {
    std::fputs("Warning: the agent of this token is disabled on the server. It will report once it is enabled there.\n",
               stderr);
  } else if (status < 200 || status >= 300 || !wire::parse_config_answer(http.answer.body)) {
    std::fputs(fmt::format(
                   "Warning: {} answered {}, not with a config. Is it a connlog server? The agent will go on trying.\n",
                   settings.base, status)
                   .c_str(),
               stderr);
  }
  return {};
}

// Whether the server still knows the token that this host has. If that cannot be found out, the answer is yes: an
// enrolment key must not be used up because a network is slow.
bool has_valid_token(const AgentSettings& settings, const HostAccess& host) {
  if (settings.token.empty()) return false;
  const auto client = open_client(settings);
  if (!client) return true;
  const AgentIdentity identity = identify(host, settings.token.clone(), false);
  const UplinkStep step{.kind = UplinkStep::Kind::fetch_config, .url = settings.base + std::string(wire::kConfigPath)};
  const HttpOutcome http = (*client)->perform(query_request(identity, step));
  if (http.failure || !wire::is_own_refusal(http.answer.status, http.answer.body)) return true;
  return http.answer.status != 401 && http.answer.status != 410;
}

// Enrols this host, and puts the token that it gets into the settings.
Result<void> enrol_host(AgentSettings& settings, const std::string& root) {
  if (root.empty() && geteuid() != 0)
    return Error{.code = ErrorCode::forbidden, .message = "Only root can enrol this host. Run the command with sudo."};
  HostAccess host = HostAccess::real();
  if (has_valid_token(settings, host)) {
    fmt::print("This host is enrolled at {} already. The key was not used.\n", settings.base);
    return {};
  }
  const auto client = TRY(open_client(settings));
  SystemRandom random;
  const std::string name = settings.name.empty() ? read_hostname(host) : settings.name;
  if (name.empty())
    return invalid("name", "This host has no name. Give one for the agent: --name, or CONNLOG_AGENT_NAME.");
  const EnrolmentSurroundings surroundings{
      .root = root,
      .random = random,
      .perform = [&](const HttpRequest& request) { return client->perform(request); },
      .sleep = [](milliseconds pause) { std::this_thread::sleep_for(pause); },
      .say = [](const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }};
  settings.token = TRY(connlog::enrol(settings, settings.enrolment_key, name, read_machine_id(host), surroundings));
  fmt::print("Enrolled at {} as \"{}\", with a token of its own.\n", settings.base, name);
  return {};
}

// DESTDIR, which builders of images set, is put in front of every path of the host.
AgentOptions placed(AgentOptions options) {
  if (const auto found = options.environment.find("DESTDIR");
      options.root.empty() && found != options.environment.end())
    options.root = found->second;
  return options;
}

bool prepare() {
  if (sodium_init() >= 0) return true;
  std::fputs("connlog agent: this system gives no random numbers (getrandom), so nothing can be sent safely.\n",
             stderr);
  return false;
}

// The probe's way to the server: a trust of its own, read anew when the server is no longer believed, because the
// heartbeats may have learnt another since.
class ProbeUplink {
 public:
  ProbeUplink(const AgentSettings& settings, const Clock& clock) : settings_(settings), clock_(clock) {}

  HttpOutcome perform(const HttpRequest& request) {
    const std::shared_ptr<ServerTrust> trust = present();
    if (!trust) return {.failure = TransportFailure{.message = "The server's certificate cannot be checked."}, .answer = {}};
    HttpOutcome outcome = trust->perform(request);
    if (outcome.failure && outcome.failure->kind == TransportFailure::Kind::tls) {
      const std::lock_guard lock(mutex_);
      trust_.reset();
    }
    return outcome;
  }
  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (trust_) trust_->cancel();
  }

 private:
  std::shared_ptr<ServerTrust> present() {
    const std::lock_guard lock(mutex_);
    if (trust_) return trust_;
    auto opened = ServerTrust::open(
        settings_, [this](const TlsTrust& wanted) { return open_client(settings_, wanted); }, clock_);
    if (!opened) return nullptr;
    trust_ = std::move(*opened);
    if (cancelled_) trust_->cancel();
    return trust_;
  }

  const AgentSettings& settings_;
  const Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<ServerTrust> trust_;
  bool cancelled_ = false;
};

}  // namespace

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

int run(const AgentOptions& given) {
  const AgentOptions options = placed(given);
  if (!prepare()) return 1;
  auto settings = load_agent_settings(options);
  if (!settings) return refuse(settings.error());
  auto probe_settings = load_probe_settings(options.root);
  if (!probe_settings) return refuse(probe_settings.error());
  SystemClock clock;
  auto trust = ServerTrust::open(
      *settings, [&settings](const TlsTrust& wanted) { return open_client(*settings, wanted); }, clock);
  if (!trust) return refuse(trust.error());
  ServerTrust& server = **trust;

  StopSignal stop([&server] { server.cancel(); });
  SystemRandom random;
  IsolatedAccess isolated(HostAccess::real());
  const HostAccess host = isolated.access();
  const AgentIdentity identity = identify(host, std::move(settings->token), settings->expose_system_info);
  Collector collector(host);
  DeliveryLog deliveries(settings->state_directory);
  Uplink uplink({.base = settings->base, .allowed_domains = settings->allowed_domains}, random);
  log_info("agent.started", {{"version", version()}, {"server", settings->base}});

  ProbeUplink probe_uplink(*settings, clock);
  std::optional<Probe> probe;
  if (*probe_settings) {
    probe.emplace(Probe::Parts{.settings = std::move(**probe_settings),
                               .identity = identity,
                               .base = settings->base,
                               .outbound = {.policy = {}, .proxy = "", .ca_bundle = settings->outbound_ca_bundle},
                               .perform = [&](const HttpRequest& request) { return probe_uplink.perform(request); },
                               .cancel = [&] { probe_uplink.cancel(); },
                               .clock = clock,
                               .random = random});
    probe->start();
  }

  const UplinkEnd end = run_uplink(
      identity, uplink, collector, deliveries,
      {.perform = [&](const HttpRequest& request) { return server.perform(request); },
       .sleep = [&](milliseconds duration) { return stop.sleep(duration); },
       .stopping = [&] { return stop.stopping(); },
       .clock = clock,
       .trust = [&] { return server.words(); },
       .learn_trust = [&](const std::string& told, const HttpRequest& tried) { server.learn(told, tried); }});
  if (probe) probe->stop();
  if (end == UplinkEnd::removed) {
    if (settings->runtime_directory.empty() || !leave_uninstall_marker(settings->runtime_directory)) {
      log_info(
          "agent.left_in_place",
          {{"text",
            "This agent was not started as a service, so its files stay. Remove them with: connlog agent uninstall"}});
    }
  }
  log_info("agent.stopped");
  return 0;
}

int install(const AgentOptions& given) {
  const AgentOptions options = placed(given);
  if (!prepare()) return 1;
  auto settings = load_agent_settings(options, Credential::may_enrol);
  if (!settings) return refuse(settings.error());
  // Checked before the token is sent anywhere: an installation that will be refused must not even contact the server.
  if (const std::string foreign = foreign_installation(options.root); !foreign.empty())
    return refuse({.code = ErrorCode::conflict, .message = foreign});
  if (!settings->enrolment_key.empty()) {
    if (const auto enrolled = enrol_host(*settings, options.root); !enrolled) return refuse(enrolled.error());
  }
  const AgentIdentity identity = identify(HostAccess::real(), settings->token.clone(), false);
  if (const auto tried = try_server(*settings, identity); !tried) return refuse(tried.error());
  if (const auto done = install_agent(*settings, real_install_surroundings(options.root)); !done)
    return refuse(done.error());
  forget_enrolment_request(options.root);
  return 0;
}

int enrol(const AgentOptions& given) {
  const AgentOptions options = placed(given);
  if (!prepare()) return 1;
  auto settings = load_agent_settings(options, Credential::may_enrol);
  if (!settings) return refuse(settings.error());
  if (settings->enrolment_key.empty()) {
    return refuse(
        invalid("key-file",
                "No enrolment key is given. Set CONNLOG_ENROLMENT_KEY, or give --key-file, with the key that the "
                "appliance showed."));
  }
  if (const std::string foreign = foreign_installation(options.root); !foreign.empty())
    return refuse({.code = ErrorCode::conflict, .message = foreign});
  if (const auto enrolled = enrol_host(*settings, options.root); !enrolled) return refuse(enrolled.error());
  if (const auto stored = store_agent_settings(*settings, real_install_surroundings(options.root)); !stored)
    return refuse(stored.error());
  forget_enrolment_request(options.root);
  fmt::print("Start the agent with: connlog agent run. Or set it up as a service: connlog agent install\n");
  return 0;
}

int status(const AgentOptions& given) {
  const AgentOptions options = placed(given);
  const auto setting = [&](const char* name) {
    const auto found = options.environment.find(name);
    return found == options.environment.end() ? std::string() : found->second;
  };
  const std::string state = setting("CONNLOG_STATE_DIR");
  const std::string directory = state.empty() ? options.root + std::string(kAgentStatePath) : state;
  if (const std::string foreign = foreign_installation(options.root); !foreign.empty()) fmt::print("{}\n", foreign);

  const bool installed = access((options.root + std::string(kAgentConfPath)).c_str(), F_OK) == 0;
  fmt::print("Installed:       {}\n", installed ? "yes" : "no (or not to be seen by this user)");
  if (has_systemd(options.root)) {
    const auto code =
        real_install_surroundings(options.root).run({"systemctl", "is-active", "--quiet", "connlog-agent.service"});
    fmt::print("Service:         {}\n", code && *code == 0 ? "running" : "not running");
  }
  const DeliveryHistory history = read_delivery_log(directory, kEventsShown);
  if (history.denied) {
    fmt::print("Heartbeats:      {} may only be read by root. Run the command with sudo.\n", directory);
    return 1;
  }
  if (history.events.empty()) {
    fmt::print("Heartbeats:      none on record in {}.\n", directory);
    return 1;
  }
  const Instant now = SystemClock().now();
  std::size_t accepted = 0, failed = 0;
  const DeliveryEvent *last_accepted = nullptr, *last_failed = nullptr;
  for (const DeliveryEvent& event : history.events) {
    const bool good = event.event == "accepted";
    (good ? last_accepted : last_failed) = &event;
    if (now - event.at <= seconds(86'400)) ++(good ? accepted : failed);
  }
  fmt::print("Last 24 hours:   {} accepted, {} failed attempts\n", accepted, failed);
  if (last_accepted != nullptr) fmt::print("Last accepted:   {}\n", to_iso8601(last_accepted->at));
  if (last_failed != nullptr)
    fmt::print("Last failure:    {} {}: {}\n", to_iso8601(last_failed->at), last_failed->event, last_failed->detail);
  const bool healthy = history.events.back().event == "accepted" &&
                       now - history.events.back().at <= kFreshFor + seconds(history.events.back().wait_seconds);
  fmt::print("Now:             {}\n",
             healthy ? "the server takes the heartbeats" : "the server does not get heartbeats");
  return healthy ? 0 : 1;
}

int maintenance(const AgentOptions& given, const MaintenanceAsk& ask) {
  const AgentOptions options = placed(given);
  if (!prepare()) return 1;
  if (!ask.end) {
    if (const auto minutes = maintenance_minutes(ask.duration); !minutes) return refuse(minutes.error());
  }
  auto settings = load_agent_settings(options);
  if (!settings) return refuse(settings.error());
  SystemClock clock;
  auto trust = ServerTrust::open(
      *settings, [&settings](const TlsTrust& wanted) { return open_client(*settings, wanted); }, clock);
  if (!trust) return refuse(trust.error());
  const AgentIdentity identity = identify(HostAccess::real(), std::move(settings->token), false);
  const auto said = ask_for_maintenance(settings->base, identity, ask,
                                        [&trust](const HttpRequest& request) { return (*trust)->perform(request); });
  if (!said) return refuse(said.error());
  fmt::print("{}\n", *said);
  return 0;
}

int uninstall(const AgentOptions& given) {
  const AgentOptions options = placed(given);
  InstallSurroundings surroundings = real_install_surroundings(options.root);
  surroundings.within_own_stop =
      options.environment.count("SERVICE_RESULT") != 0;  // systemd.exec(5): only in ExecStop, ExecStopPost
  if (const auto done = uninstall_agent(surroundings); !done) return refuse(done.error());
  return 0;
}

}  // namespace connlog::agent_program
