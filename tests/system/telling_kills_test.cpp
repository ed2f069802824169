// The process ends (SIGKILL) at every step between an incident and its message: open and held (one transaction), grouped
// with another, queued, leased, sent, marked; each step once before its commit and once after it. The next start tells
// what was to be told: one message, which arrives a second time only where the first was on its way, and then under the
// same delivery id.
// $CONNLOG_KILL_ROUNDS: how often it dies at each step; 20 take some minutes.
//
// The parent has no threads while it forks: it is the other side of the deliveries, one connection at a time.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/appliance_services.h"
#include "core/base/log.h"
#include "core/notify/channel.h"
#include "core/notify/courier.h"
#include "core/notify/outbox_worker.h"
#include "tests/support/alert_world.h"

using namespace connlog;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSteps[] = {
    "held, not committed",   "held",   "grouped, not committed", "grouped",  "queued, not committed", "queued",
    "leased, not committed", "leased", "arrived",                "answered", "sent, not committed",   "sent"};
constexpr int kSeconds = 500;  // of the fake clock, of each life
constexpr microseconds kMaintenance = 120s;

int rounds() {
  const char* wanted = std::getenv("CONNLOG_KILL_ROUNDS");
  return wanted != nullptr ? std::max(1, std::atoi(wanted)) : 2;
}

// What the lives of a round and the parent share.
struct Shared {
  std::atomic<std::int64_t> at{0};  // the clock's time, in microseconds
  std::size_t length = 0;
  char steps[4'096] = {};  // each that was reached, a line each

  void note(std::string_view step) {
    if (length + step.size() + 1 > sizeof steps) return;
    std::memcpy(steps + length, step.data(), step.size());
    length += step.size();
    steps[length++] = '\n';
  }
};

Shared& shared_page() {
  void* page = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(page != MAP_FAILED);
  return *new (page) Shared;
}

// ── Where it dies ──

// How far the telling has come, as it is stored: the step that a transaction made is the difference.
class NamedStores final : public Stores {
 public:
  using Standing = std::function<std::string_view(Snapshot&)>;
  using Reached = std::function<void(std::string_view)>;
  NamedStores(Stores& target, Standing standing, Reached reached)
      : target_(target), standing_(std::move(standing)), reached_(std::move(reached)) {}

  void submit(Urgency urgency, Work work, Completion done) override {
    target_.submit(urgency, std::move(work), std::move(done));
  }
  Result<void> write(const Work& work) override {
    std::string_view before, after;
    const auto done = target_.write([&](Transaction& tx) -> Result<void> {
      before = standing_(tx);
      if (before == "leased") reached_("answered");
      TRY(work(tx));
      after = standing_(tx);
      if (after != before) reached_(std::string(after) + ", not committed");
      return {};
    });
    if (done && after != before) reached_(after);
    return done;
  }
  Result<void> read(ReadWork work) const override { return target_.read(work); }

 private:
  Stores& target_;
  const Standing standing_;
  const Reached reached_;
};

// ── The other side ──

struct Arrival {
  std::string delivery;  // X-ConnLog-Delivery
  std::string event;
};

class Sink {
 public:
  Sink() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    socklen_t size = sizeof at;
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
  }
  ~Sink() { ::close(listener_); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  std::uint16_t port() const { return port_; }

  // Takes deliveries until the child has ended; gives how it ended.
  int serve(pid_t child, Shared& shared, bool kills_at_arrival, std::vector<Arrival>& arrivals) {
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) != child) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 5) <= 0) continue;
      const int line = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (line < 0) continue;
      const std::string request = read_request(line);
      if (!request.empty()) {
        arrivals.push_back({header(request, "x-connlog-delivery"), header(request, "x-connlog-event")});
        shared.note("arrived");
        if (kills_at_arrival) {
          ::kill(child, SIGKILL);
        } else {
          const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
          if (::send(line, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) MESSAGE("the answer did not reach it");
        }
      }
      ::close(line);
    }
    return status;
  }

 private:
  static std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  }
  static std::string header(const std::string& request, const std::string& name) {
    const std::size_t at = lower(request).find("\r\n" + name + ":");
    if (at == std::string::npos) return {};
    const std::size_t begin = request.find_first_not_of(' ', at + name.size() + 3);
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }
  // With its body. Empty: the sender ended before it was whole.
  static std::string read_request(int line) {
    std::string request;
    char part[8'192];
    while (true) {
      const std::size_t head = request.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t length = std::strtoul(header(request, "content-length").c_str(), nullptr, 10);
        if (request.size() >= head + 4 + length) return request;
      }
      const ssize_t got = ::recv(line, part, sizeof part, 0);
      if (got <= 0) return {};
      request.append(part, static_cast<std::size_t>(got));
    }
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
};

// ── A life ──

struct Story {
  WorkspaceId workspace;
  RecipientId hook;
  std::uint16_t port = 0;
  std::int64_t begins = 0;  // the clock's time, in microseconds
  Key key{};
};

// The appliance over a copy of the file: all but its threads.
class Life {
 public:
  Life(const Story& story, const fs::path& data, NamedStores::Reached reached)
      : story_(story), data_(data), reached_(std::move(reached)), keys_(Keyring::from_database_key(story.key)) {}

  Result<void> begin(std::int64_t at) {
    clock.advance(microseconds(at - FakeClock::kStart.micros));
    storage::DataDirectory held = TRY(storage::DataDirectory::open(data_));
    store_ = TRY(storage::Storage::open(std::move(held), keys_, {}, clock, random_));
    stores_ = std::make_unique<NamedStores>(
        store_->stores(), [this](Snapshot& snapshot) { return standing(snapshot); }, reached_);
    rotation_ = std::make_unique<KeyRotation>(
        KeyRotation::Parts{store_->stores(), store_->trust().sealed_texts, store_->audit(), keys_, random_});
    OutboundOptions outbound;
    outbound.policy.allowed_loopback = {{"127.0.0.1", story_.port}};
    services = std::make_unique<ApplianceServices>(ServiceParts{.store = *store_,
                                                                .keys = keys_,
                                                                .rotation = *rotation_,
                                                                .events = bus_,
                                                                .clock = clock,
                                                                .random = random_,
                                                                .public_url = "https://monitor.example.org",
                                                                .outbound = outbound,
                                                                .stores_of_heartbeats = stores_.get(),
                                                                .wake_outbox = [this] { worker_->wake(); }});
    needs_.reset(new NotifyDependencies{*stores_,
                                        store_->recipients(),
                                        store_->outbox(),
                                        store_->announcements(),
                                        store_->settings(),
                                        services->announcements,
                                        services->announcements,
                                        store_->workspaces(),
                                        store_->audit(),
                                        bus_,
                                        clock,
                                        random_,
                                        keys_,
                                        outbound,
                                        "https://monitor.example.org"});
    courier_ = make_courier(outbound, clock);
    worker_ = std::make_unique<OutboxWorker>(*needs_, *courier_);
    TRY(services->open());
    TRY(services->load());
    services->listening();
    return {};
  }

  // A second: what time causes, and all deliveries to their end.
  void pass_second() {
    clock.advance(1s);
    services->scheduler.run_once();
    do {
      worker_->turn(worker_->is_idle() ? milliseconds(0) : milliseconds(200));
    } while (!worker_->is_idle());
  }

  FakeClock clock;
  std::unique_ptr<ApplianceServices> services;

 private:
  std::string_view standing(Snapshot& snapshot) const {
    const auto sent = store_->outbox().list(snapshot, story_.workspace, std::nullopt, 10);
    if (sent && !sent->empty()) return to_text(sent->front().notification.state);
    const auto waiting = store_->tellings().waiting_of(snapshot, story_.workspace, story_.hook, false);
    if (waiting && !waiting->empty()) return "grouped";
    const auto held = store_->tellings().held(snapshot, story_.workspace, 10);
    return held && !held->empty() ? "held" : "quiet";
  }

  const Story& story_;
  const fs::path data_;
  const NamedStores::Reached reached_;
  SystemRandom random_;
  Keyring keys_;
  EventBus bus_;
  std::unique_ptr<storage::Storage> store_;
  std::unique_ptr<NamedStores> stores_;
  std::unique_ptr<KeyRotation> rotation_;
  std::unique_ptr<NotifyDependencies> needs_;
  std::unique_ptr<Courier> courier_;
  std::unique_ptr<OutboxWorker> worker_;
};

// Lives in a process of its own from `at` on, and dies where it reaches the step. Ends with 3 when it never did.
[[noreturn]] void live(const Story& story, const fs::path& data, std::string_view dies_at, Shared& shared) {
  ::alarm(120);
  Life life(story, data, [&](std::string_view step) {
    shared.note(step);
    shared.at = life.clock.now().micros;
    if (step == dies_at) ::kill(::getpid(), SIGKILL);
  });
  if (const auto begun = life.begin(shared.at); !begun) {
    shared.note(begun.error().message);
    ::_exit(4);
  }
  for (int second = 0; second < kSeconds; ++second) {
    life.pass_second();
    shared.at = life.clock.now().micros;
  }
  ::_exit(3);
}

// ── The story ──

// Two hosts in a maintenance, which were heard just now and will say nothing more; people read by a webhook.
struct Place {
  TemporaryDirectory directory;
  fs::path began = directory.path() / "began", data = directory.path() / "data";
  Sink sink;
  Story story;
  std::set<SubjectId> hosts;
  Shared& shared = shared_page();

  Place() {
    set_log_level(LogLevel::error);
    AlertWorld world;
    world.group_messages(true);
    const TestAgent first = world.add_agent("db-1"), second = world.add_agent("db-2");
    for (const char* name : {"a", "b", "c", "d", "e"}) world.add_agent(name);  // two of two would be a wide quiet
    world.recipient.enabled = false;
    Recipient hook;
    hook.id = RecipientId::make(world.clock.now(), world.storage.random);
    hook.workspace = world.workspace.id;
    hook.name = "On call";
    hook.channel = "webhook";
    const std::string target = "127.0.0.1:" + std::to_string(sink.port());
    hook.fields.set("url", "http://" + target + "/");
    hook.fields.set("format", std::string("json"));
    hook.fields.set("body", std::string("text: {title}"));
    seal_secret(hook, "secret", Secret("whsec_of_a_test"), world.storage.keys, world.storage.random);
    hook.shown = hook.target = target;
    hook.created_at = world.clock.now();
    world.storage.write([&](Transaction& tx) -> Result<void> {
      TRY(world.storage->recipients().update(tx, world.recipient));
      return world.storage->recipients().insert(tx, hook);
    });
    Quiet quiet;
    quiet.name = "Kernel update";
    quiet.matchers.resize(2);
    quiet.matchers[0].subject = first.id();
    quiet.matchers[1].subject = second.id();
    quiet.starts_at = world.clock.now();
    quiet.ends_at = world.clock.now() + kMaintenance;
    const auto planned = world.in_transaction([&](Transaction& tx) -> Result<void> {
      TRY(world.services->quiet_service.add(tx, world.actor(), quiet, false));
      return {};
    });
    REQUIRE_MESSAGE(planned, planned.error().message);
    world.heartbeat(first);
    world.heartbeat(second);
    hosts = {first.id(), second.id()};
    story = {world.workspace.id, hook.id, sink.port(), world.clock.now().micros, world.storage.keys.database_key()};
    world.services->stop();
    world.storage->close();
    fs::copy(world.storage.directory.path(), began, fs::copy_options::recursive);
  }
  ~Place() {
    set_log_level(LogLevel::info);
    ::munmap(&shared, sizeof(Shared));
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void begin_anew() {
    fs::remove_all(data);
    fs::copy(began, data, fs::copy_options::recursive);
    shared.length = 0;
    shared.at = story.begins;
  }

  // How the life ended.
  int lives(std::string_view dies_at, std::vector<Arrival>& arrivals) {
    const pid_t child = ::fork();
    if (child == 0) live(story, data, dies_at, shared);
    REQUIRE(child > 0);
    return sink.serve(child, shared, dies_at == "arrived", arrivals);
  }
  void dies(std::string_view step, std::vector<Arrival>& arrivals) {
    const int status = lives(step, arrivals);
    INFO("it ended with ", status, " after ", std::string(shared.steps, shared.length));
    REQUIRE(WIFSIGNALED(status));
    REQUIRE(WTERMSIG(status) == SIGKILL);
  }
  void lives_on(std::vector<Arrival>& arrivals) {
    const int status = lives("", arrivals);
    INFO("it ended with ", status, " after ", std::string(shared.steps, shared.length));
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 3);
  }

  std::vector<std::string> steps() const {
    std::vector<std::string> seen;
    std::string_view rest(shared.steps, shared.length);
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      const std::string step(rest.substr(0, end));
      if (std::ranges::find(seen, step) == seen.end()) seen.push_back(step);
      rest.remove_prefix(end + 1);
    }
    return seen;
  }

  // What is stored at the end: both are open and told of, by one message that is marked as sent.
  void check(const std::vector<Arrival>& arrivals) {
    FakeClock clock;
    clock.advance(microseconds(shared.at - FakeClock::kStart.micros));
    SystemRandom random;
    const Keyring keys = Keyring::from_database_key(story.key);
    auto held = storage::DataDirectory::open(data);
    REQUIRE(held);
    const auto store = storage::Storage::open(std::move(*held), keys, {}, clock, random);
    REQUIRE_MESSAGE(store, store.error().message);
    const auto read = (*store)->stores().read(
        [&](Snapshot& snapshot) { return check_stored(snapshot, **store, arrivals); });
    CHECK(read);
  }

  Result<void> check_stored(Snapshot& snapshot, storage::Storage& store, const std::vector<Arrival>& arrivals) {
    IncidentStore::Filter open;
    open.state = IncidentStore::Filter::State::open;
    open.limit = 50;
    const auto incidents = TRY(store.incidents().list(snapshot, story.workspace, open));
    std::set<SubjectId> subjects;
    std::set<IncidentId> ids;
    for (const Incident& incident : incidents) {
      subjects.insert(incident.subject);
      ids.insert(incident.id);
      const auto row = TRY(store.tellings().find(snapshot, story.workspace, incident.id));
      REQUIRE(row);
      CHECK(row->phase == TellingPhase::told);
      CHECK(row->told_at.is_set());
      const auto entries = TRY(store.tellings().entries(snapshot, story.workspace, incident.id));
      CHECK(std::ranges::any_of(entries, [](const TellingEntry& entry) { return entry.reason == "in_maintenance"; }));
    }
    CHECK(incidents.size() == 2);
    CHECK(subjects == hosts);

    const auto messages = TRY(store.outbox().list(snapshot, story.workspace, std::nullopt, 50));
    REQUIRE(messages.size() == 1);
    const LoggedDelivery& message = messages.front();
    CHECK(message.notification.state == Notification::State::sent);
    CHECK(message.announcement.kind == Announcement::Kind::group);
    const auto& told = message.announcement.incidents;
    CHECK(std::set<IncidentId>(told.begin(), told.end()) == ids);
    for (const Arrival& arrival : arrivals) {
      CHECK(arrival.delivery == delivery_id(message.notification.message_id));
      CHECK(arrival.event == "incidents.group");
    }
    return {};
  }
};

}  // namespace

TEST_CASE("an incident that is held and told with another reaches every named step, in their order") {
  Place place;
  place.begin_anew();
  std::vector<Arrival> arrivals;
  place.lives_on(arrivals);
  CHECK(place.steps() == std::vector<std::string>(std::begin(kSteps), std::end(kSteps)));
  CHECK(arrivals.size() == 1);
  place.check(arrivals);
}

TEST_CASE("killed at any step from incident to message, the next start tells it once, or again under the same id") {
  Place place;
  std::map<std::string, int> killed;
  for (const std::string_view step : kSteps) {
    // It had gone out, and that was not written down yet.
    const bool was_on_its_way = step == "arrived" || step == "answered" || step == "sent, not committed";
    for (int round = 0; round < rounds(); ++round) {
      CAPTURE(step);
      CAPTURE(round);
      place.begin_anew();
      std::vector<Arrival> arrivals;
      place.dies(step, arrivals);
      ++killed[std::string(step)];
      place.lives_on(arrivals);
      CHECK(arrivals.size() == (was_on_its_way ? 2U : 1U));
      place.check(arrivals);
    }
    MESSAGE("killed ", killed[std::string(step)], " times at: ", step);
  }
  CHECK(killed.size() == std::size(kSteps));
}
