#include "tests/support/test_app.h"

#include <poll.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/alerts/rule.h"
#include "core/ingest/agent_entry.h"
#include "web/loop/channel.h"
#include "web/loop/inbox.h"
#include "web/loop/stream_buffer.h"

namespace connlog {
namespace {

constexpr int kPatienceMs = 20'000;  // the machine may be busy; nothing here waits for time to pass

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "test app: %s\n", why.c_str());
  std::abort();
}

void granted(const Result<void>& result) {
  if (!result) give_up(result.error().message + " (" + result.error().cause + ")");
}

// What the loop would get for one connection.
struct Wire {
  std::shared_ptr<web::loop::Inbox> inbox = std::make_shared<web::loop::Inbox>();

  web::Responder responder() {
    return web::Responder(std::make_shared<web::Responder::Channel>(inbox, web::loop::ConnectionId{}));
  }

  std::vector<web::loop::Message> next() {
    std::vector<web::loop::Message> messages;
    for (;;) {
      inbox->take(messages);
      if (!messages.empty()) return messages;
      if (!inbox->may_sleep()) continue;
      pollfd wait{inbox->descriptor(), POLLIN, 0};
      if (::poll(&wait, 1, kPatienceMs) <= 0) give_up("no answer came");
    }
  }
};

ApiAnswer parse(const std::string& wire) {
  ApiAnswer answer;
  const std::size_t head_end = wire.find("\r\n\r\n");
  if (head_end == std::string::npos || wire.substr(0, 9) != "HTTP/1.1 ")
    give_up("not an HTTP response: " + wire.substr(0, 100));
  answer.status = std::atoi(wire.c_str() + 9);
  std::size_t at = wire.find("\r\n") + 2;
  while (at < head_end + 2) {
    const std::size_t end = wire.find("\r\n", at);
    const std::size_t colon = wire.find(": ", at);
    if (colon == std::string::npos || colon > end) give_up("a header without a colon: " + wire.substr(at, end - at));
    answer.headers.emplace_back(wire.substr(at, colon - at), wire.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  answer.body = wire.substr(head_end + 4);
  return answer;
}

}  // namespace

const std::string TestApp::kPassword = "violet anchor seldom rises";

struct TestAppServices {
  web::WebServices services;
};

struct TestStream::Inside {
  Wire wire;
  std::shared_ptr<web::loop::StreamBuffer> buffer;
};

std::string TestStream::read() {
  return inside_->buffer->take().bytes;
}
bool TestStream::is_open() const {
  return inside_->buffer->is_open();
}

std::string ApiAnswer::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

nlohmann::json ApiAnswer::json() const {
  nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded()) give_up("not JSON: " + body.substr(0, 200));
  return parsed;
}

TestApp::TestApp(web::WebSettings settings, OutboundSettings outbound)
    : settings_(std::move(settings)), outbound_(std::move(outbound)) {
  if (sodium_init() < 0) give_up("no randomness");
  if (settings_.public_url.empty()) settings_.public_url = "https://monitor.example.org:8443";
  if (settings_.data_directory.empty()) settings_.data_directory = storage.directory.path();
  subscription_ = bus.subscribe([this](const Event& event) { events.push_back(event); });
  start();
  add_people();
}

TestApp::~TestApp() {
  stop();
}

void TestApp::start() {
  limits = std::make_unique<Limits>(storage->administration().limits, storage->audit(), storage.clock);
  granted(storage.stores().read([this](Snapshot& snapshot) { return limits->load(snapshot); }));
  AlertSettings alert_settings;
  alert_settings.limits = limits.get();
  attempts = std::make_unique<AttemptLimiter>(storage.clock, storage.random);
  alert_settings.attempts = attempts.get();
  alert_settings.tell_machine = [this](Transaction& tx, const Agent& agent, std::string_view event,
                                       const std::string& address) {
    return vigilance->machine_letter().tell(tx, agent, event, address);
  };
  alert_settings.public_url = settings_.public_url;
  alert_settings.token_key = storage.keys.derive(key_purpose::kTokenDigest);
  alerts = std::make_unique<AlertServices>(
      AlertStores{storage.stores(), storage->workspaces(), storage->agents(), storage->readings(), storage->rules(),
                  storage->incidents(), storage->recipients(), storage->outbox(), storage->audit(), storage->teams()},
      storage.clock, storage.random, bus, alert_settings);
  granted(alerts->load());
  alerts->listening();
  notify = make_notify(NotifyDependencies{storage.stores(),
                                          storage->recipients(),
                                          storage->outbox(),
                                          storage->settings(),
                                          storage->incidents(),
                                          storage->workspaces(),
                                          storage->audit(),
                                          bus,
                                          storage.clock,
                                          storage.random,
                                          storage.keys,
                                          {},
                                          settings_.public_url,
                                          &storage->letters(),
                                          limits.get(),
                                          &storage->administration().directory});
  notify->start();
  administration = std::make_unique<Administration>(Administration::Parts{
      .stores = storage->administration(),
      .limits = *limits,
      .users = storage->users(),
      .accounts = storage->accounts(),
      .links = storage->links(),
      .workspaces = storage->workspaces(),
      .workspace_settings = storage->workspace_settings(),
      .audit = storage->audit(),
      .events = bus,
      .letters = notify->letters(),
      .keyring = storage.keys,
      .clock = storage.clock,
      .random = storage.random,
      .ends = {.sessions = [this](Transaction& tx, UserId user) { return identity->end_sessions(tx, user); },
               .second_factor = [this](Transaction& tx, const Actor& actor,
                                       UserId user) { return second_factors->remove_all(tx, actor, user); }},
      .workspace_changed = [this](const Workspace& changed) { alerts->directory().impl().put_workspace(changed); }});
  access = std::make_unique<AccessServices>(AccessServices::Parts{storage.stores(),
                                                                  storage->workspaces(),
                                                                  storage->workspace_settings(),
                                                                  storage->teams(),
                                                                  storage->members(),
                                                                  storage->invitations(),
                                                                  storage->users(),
                                                                  storage->agents(),
                                                                  storage->rules(),
                                                                  storage->links(),
                                                                  storage->audit(),
                                                                  alerts->workspaces(),
                                                                  alerts->directory(),
                                                                  administration->directory(),
                                                                  notify->letters(),
                                                                  bus,
                                                                  *limits,
                                                                  storage.keys,
                                                                  storage.clock,
                                                                  storage.random});
  vigilance = std::make_unique<AttemptServices>(
      AttemptServices::Parts{storage.stores(), storage->users(), storage->workspaces(), storage->attempt_notices(),
                             storage->administration().directory, storage->audit(), notify->letters(), *attempts,
                             storage.keys, storage.clock, storage.random});
  enrolment = std::make_unique<EnrolmentKeys>(
      EnrolmentKeys::Parts{storage->enrolment(), storage->workspaces(), storage->teams(), storage->agents(),
                           alerts->agents(), storage->audit(), *limits, storage.keys, storage.clock, storage.random});
  IdentitySettings identity_settings;
  identity_settings.limits = limits.get();
  identity_settings.password_cost = PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2};
  identity = std::make_unique<IdentityService>(
      IdentityService::Parts{storage.stores(), storage->users(), storage->sessions(), alerts->workspaces(),
                             storage->audit(), *attempts, storage.keys, storage.clock, storage.random},
      identity_settings);
  second_factors = std::make_unique<SecondFactors>(
      SecondFactors::Parts{storage->factors(), storage->users(), storage->workspaces(), storage->audit(),
                           notify->letters(), *attempts, *limits, storage.keys, storage.clock, storage.random},
      settings_.public_url);
  accounts = std::make_unique<Accounts>(
      Accounts::Parts{storage.stores(), storage->users(), storage->sessions(), storage->accounts(), storage->links(),
                      storage->workspaces(), storage->members(), storage->audit(), notify->letters(), *identity,
                      *attempts, *limits, storage.keys, storage.clock, storage.random});
  rotation = std::make_unique<KeyRotation>(KeyRotation::Parts{storage.stores(), storage->trust().sealed_texts,
                                                              storage->audit(), storage.keys, storage.random});
  trust = std::make_unique<TrustServices>(TrustServices::Parts{.stores = storage->trust(),
                                                               .settings = storage->settings(),
                                                               .users = storage->users(),
                                                               .sessions = storage->sessions(),
                                                               .links = storage->links(),
                                                               .logins = storage->logins(),
                                                               .members = storage->members(),
                                                               .directory = storage->administration().directory,
                                                               .agents = storage->agents(),
                                                               .recipients = storage->recipients(),
                                                               .identity = *identity,
                                                               .second_factors = *second_factors,
                                                               .agent_service = alerts->agents(),
                                                               .api_keys = administration->api_keys(),
                                                               .enrolment = *enrolment,
                                                               .letters = notify->letters(),
                                                               .audit = storage->audit(),
                                                               .rotation = *rotation,
                                                               .clock = storage.clock,
                                                               .random = storage.random});
  trail_services = std::make_unique<TrailServices>(storage.directory.path() / "audit.anchor", storage.keys,
                                                   SyslogForward::Parts{storage.stores(),
                                                                        storage->settings(),
                                                                        storage->trails(),
                                                                        storage->audit(),
                                                                        storage.clock,
                                                                        {},
                                                                        SyslogOrigin{"monitor.example.org", 0}});
  granted(trail_services->anchor.open());
  provider_http = std::make_unique<oidc::CurlProviderHttp>(outbound_);
  provider_http->start();
  logins = std::make_unique<oidc::ProviderLogins>(oidc::ProviderLogins::Parts{
      .logins = storage->logins(),
      .users = storage->users(),
      .sessions = storage->sessions(),
      .accounts = storage->accounts(),
      .links = storage->links(),
      .workspaces = storage->workspaces(),
      .members = storage->members(),
      .identity = *identity,
      .audit = storage->audit(),
      .letters = notify->letters(),
      .second_factors = *second_factors,
      .http = *provider_http,
      .keyring = storage.keys,
      .clock = storage.clock,
      .random = storage.random,
      .public_url = settings_.public_url,
  });
  services_ = std::make_unique<TestAppServices>(TestAppServices{web::WebServices{storage.stores(),
                                                                                 storage->workspaces(),
                                                                                 storage->agents(),
                                                                                 storage->readings(),
                                                                                 storage->rules(),
                                                                                 storage->incidents(),
                                                                                 storage->recipients(),
                                                                                 storage->outbox(),
                                                                                 storage->audit(),
                                                                                 storage->trails(),
                                                                                 storage->idempotency(),
                                                                                 *identity,
                                                                                 alerts->workspaces(),
                                                                                 alerts->agents(),
                                                                                 alerts->rules(),
                                                                                 alerts->incidents(),
                                                                                 *notify,
                                                                                 alerts->ingest(),
                                                                                 *attempts,
                                                                                 *enrolment,
                                                                                 *access,
                                                                                 alerts->directory(),
                                                                                 bus,
                                                                                 storage.keys,
                                                                                 storage.clock,
                                                                                 storage.random,
                                                                                 *administration,
                                                                                 *trust,
                                                                                 *second_factors,
                                                                                 *trail_services,
                                                                                 *accounts,
                                                                                 storage->sessions(),
                                                                                 storage->letters(),
                                                                                 *logins}});
  app = std::make_unique<web::WebApp>(services_->services, settings_);
}

void TestApp::stop() {
  app->close_streams();
  notify->stop();
  provider_http->stop();
  storage.close();
  app.reset();
  services_.reset();
  logins.reset();
  provider_http.reset();
  second_factors.reset();
  trail_services.reset();
  accounts.reset();
  identity.reset();
  trust.reset();
  rotation.reset();
  enrolment.reset();
  administration.reset();
  limits.reset();
  access.reset();
  vigilance.reset();
  notify.reset();
  alerts.reset();
  attempts.reset();
}

void TestApp::restart(microseconds down) {
  stop();
  clock.advance(down);
  granted(storage.open());
  start();
}

Person TestApp::add_person(const std::string& name, Role role) {
  Person person;
  person.name = name;
  person.mail = name + "@example.org";
  PasswordHasher hasher(PasswordCost{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, 2});
  User user;
  user.id = person.id = UserId::make(clock.now(), storage.random);
  user.name = name;
  user.mail = user.mail_key = person.mail;
  user.password_hash = hasher.hash(Secret(kPassword)).value();
  user.created_at = clock.now();
  storage.write([&](Transaction& tx) -> Result<void> {
    TRY(storage->users().insert(tx, user));
    if (role == Role::owner) return {};
    return storage->workspaces().put_membership(tx, Membership{workspace.id, user.id, role, clock.now()});
  });
  return person;
}

void TestApp::add_people() {
  storage.write([&](Transaction& tx) -> Result<void> {
    setup_token = std::string(TRY(identity->open_setup(tx)).reveal());
    return {};
  });
  const nlohmann::json claim = {{"token", setup_token},
                                {"name", "Olga Owner"},
                                {"mail", "owner@example.org"},
                                {"password", kPassword},
                                {"workspace_name", "Main"}};
  const ApiAnswer claimed = post("/api/v1/setup", claim.dump());
  if (claimed.status != 201) give_up("set-up was refused: " + claimed.body);
  WorkspaceId id;
  if (!WorkspaceId::parse(claimed.json()["workspaces"][0]["id"].get<std::string>(), id)) give_up("no workspace");
  workspace = *storage.read<std::optional<Workspace>>(
      [&](Snapshot& snapshot) { return storage->workspaces().find(snapshot, id); });

  add_person("operator", Role::operator_);
  add_person("member", Role::member);
  add_person("viewer", Role::viewer);
  const Person other = add_person("stranger", Role::owner);
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = other.id;
  actor.name = other.name;
  storage.write([&](Transaction& tx) -> Result<void> {
    other_workspace = TRY(alerts->workspaces().create(tx, actor, "Other", other.id, other.name, other.mail));
    return {};
  });
  owner = browser_of("owner@example.org");
  operator_ = browser_of("operator@example.org");
  member = browser_of("member@example.org");
  viewer = browser_of("viewer@example.org");
  stranger = browser_of("stranger@example.org");
  ids["w"] = workspace.id.text();
}

ApiAnswer TestApp::log_in(const std::string& mail, const std::string& password, const std::string& address) {
  Ask ask{
      .method = "POST", .path = "/api/v1/login", .body = nlohmann::json{{"mail", mail}, {"password", password}}.dump()};
  ask.address = address;
  return send(ask);
}

Person TestApp::browser_of(const std::string& mail) {
  const ApiAnswer answer = log_in(mail, kPassword);
  if (answer.status != 200) give_up("login was refused: " + answer.body);
  Person person;
  const nlohmann::json me = answer.json();
  person.mail = mail;
  person.name = me["user"]["name"];
  person.csrf = me["csrf_token"];
  if (!UserId::parse(me["user"]["id"].get<std::string>(), person.id)) give_up("no user id");
  const std::string cookie = answer.header("Set-Cookie");
  person.cookie = cookie.substr(0, cookie.find(';'));
  return person;
}

ApiAnswer TestApp::post(const std::string& path, const std::string& body, const Person* as) {
  return send(Ask{.method = "POST", .path = path, .body = body}, as);
}

ApiAnswer TestApp::patch(const std::string& path, const std::string& body, const Person* as) {
  return send(Ask{.method = "PATCH", .path = path, .body = body}, as);
}

namespace {

std::string render(const Ask& ask, const std::string& path, const Person* as) {
  std::string bytes = ask.method + " " + path + " HTTP/1.1\r\n";
  if (!ask.host.empty()) bytes += "Host: " + ask.host + "\r\n";
  if (ask.as_browser && !ask.body.empty()) bytes += "Content-Type: application/json\r\n";
  if (ask.as_browser && as != nullptr) bytes += "Cookie: " + as->cookie + "\r\nX-CSRF-Token: " + as->csrf + "\r\n";
  for (const auto& [name, value] : ask.headers) bytes += name + ": " + value + "\r\n";
  if (!ask.body.empty() || (ask.method != "GET" && ask.method != "HEAD"))
    bytes += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
  return bytes + "\r\n" + ask.body;
}

}  // namespace

ApiAnswer TestApp::send(const Ask& ask, const Person* as) {
  const web::Peer peer{ask.address, 40'000, ask.tls, ask.address == "127.0.0.1"};
  return send_bytes(render(ask, resolve(ask.path), as), peer);
}

ApiAnswer TestApp::send_bytes(const std::string& bytes, const web::Peer& peer) {
  Wire wire;
  app->handle(web::RawRequest{bytes, peer}, wire.responder());
  std::vector<web::loop::Message> messages = wire.next();
  web::loop::Message& message = messages.front();
  if (message.kind == web::loop::Message::Kind::abandoned) give_up("the request was never answered");
  if (message.kind == web::loop::Message::Kind::stream) give_up("a stream where an answer was expected");
  ApiAnswer answer = parse(message.bytes);
  answer.closes = message.after == web::After::close;
  if (message.body) {
    std::string buffer(64 * 1024, '\0');
    for (;;) {
      const std::size_t got = message.body->read(std::span(buffer.data(), buffer.size())).value();
      if (got == 0) break;
      answer.body.append(buffer, 0, got);
    }
  }
  return answer;
}

TestStream TestApp::open_stream(const Person& as) {
  TestStream stream;
  stream.inside_ = std::make_shared<TestStream::Inside>();
  Ask ask{.path = "/api/v1/events"};
  app->handle(web::RawRequest{render(ask, ask.path, &as), web::Peer{ask.address, 40'000, false, false}},
              stream.inside_->wire.responder());
  for (web::loop::Message& message : stream.inside_->wire.next()) {
    if (message.kind != web::loop::Message::Kind::stream) continue;
    stream.head = message.bytes;
    stream.inside_->buffer = message.stream;
  }
  if (!stream.inside_->buffer) give_up("no stream was opened");
  return stream;
}

std::string TestApp::resolve(std::string path) const {
  for (const auto& [name, id] : ids) {
    const std::string place = "{" + name + "}";
    for (std::size_t at = path.find(place); at != std::string::npos; at = path.find(place))
      path.replace(at, place.size(), id);
  }
  return path;
}

ApiAnswer TestApp::heartbeat(const std::string& token) {
  Ask ask{.method = "POST", .path = "/api/agents/heartbeat"};
  // Up 86461 s, cpu 12.5 %, memory 3120 of 7936, disk 51200 of 160000, load 0.42 (agent-protocol §15.1).
  const unsigned char frame[32] = {0xbd, 0x51, 0x01, 0x00, 0,    0,    0,    0, 0xe2, 0x04, 0x0b,
                                   0x13, 0x30, 0x0c, 0,    0,    0x00, 0x1f, 0, 0,    0x00, 0xc8,
                                   0,    0,    0x00, 0x71, 0x02, 0,    0x2a, 0, 0x2a, 0};
  ask.body.assign(reinterpret_cast<const char*>(frame), sizeof frame);
  ask.as_browser = false;
  ask.headers = {{"content-type", "application/octet-stream"},
                 {"authorization", "Bearer " + token},
                 {"x-agent-version", "1.19.0"},
                 {"x-protocol-version", "1"},
                 {"x-config-version", "1"},
                 {"x-os", "linux"},
                 {"x-arch", "x86_64"},
                 {"x-machine-id", "5c0e13199a34de5439cf5338d23d9cc530320295782fdefd19b5297fd2dfb115"},
                 {"x-cpu-core-count", "8"},
                 {"x-quick-action-polling-enabled", "false"}};
  return send(ask);
}

void TestApp::populate() {
  const ApiAnswer added =
      post("/api/v1/workspaces/{w}/agents", R"({"name":"db-1","tags":["production"],"authorised":true})", &owner);
  if (added.status != 201) give_up("adding an agent was refused: " + added.body);
  ids["agent"] = added.json()["agent"]["id"];
  agent_token = added.json()["token"];
  if (const ApiAnswer beat = heartbeat(agent_token); beat.status != 200)
    give_up("a heartbeat was refused: " + beat.body);
  const nlohmann::json rules = get("/api/v1/workspaces/{w}/rules", &owner).json();
  for (const nlohmann::json& rule : rules["items"]) {
    if (rule["kind"] == "silence") ids["rule"] = rule["id"];
  }
  ids["recipient"] = get("/api/v1/workspaces/{w}/recipients", &owner).json()["items"][0]["id"];
  for (int second = 0; second < 60 && !ids.contains("incident"); ++second) {
    clock.advance(seconds(1));
    alerts->scheduler().run_once();
    const nlohmann::json incidents = get("/api/v1/workspaces/{w}/incidents", &owner).json()["items"];
    if (!incidents.empty()) ids["incident"] = incidents[0]["id"];
  }
  if (!ids.contains("incident")) give_up("silence opened no incident");
  const nlohmann::json told = get("/api/v1/workspaces/{w}/notifications", &owner).json()["items"];
  if (told.empty()) give_up("nobody was told");
  ids["notification"] = told[0]["id"];
}

std::vector<std::string> TestApp::audit_acts() {
  return seen_acts_.names(storage);
}

}  // namespace connlog
