// What 10,000 subjects that fall silent at the same moment cost, and what people read of it: the appliance's real
// storage, watch, pipeline, scheduler and outbox in this program, over an encrypted file; people read by a webhook.
//
//   1. All fall silent. How long after its deadline each incident opened, when the first message came, how many followed.
//   2. All report again. How many messages say so, when the last one came, and whether the timeline of each is whole.
//   3. In another appliance a parent and 1,000 children go down together, the children three seconds before the parent.
//
// Meanwhile another writer comes every five milliseconds and says how long it waited for the writer: as long as others
// are held up. Each figure is printed with its aim. It takes about five minutes, most of them windows that must pass.
//
//   bench_alerts [--subjects 10000] [--children 1000] [--dir <where the data lie>]

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/appliance_services.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/notify/channel.h"
#include "tests/support/alert_world.h"
#include "tests/support/seeded_appliance.h"

namespace {

using namespace connlog;
namespace fs = std::filesystem;

constexpr std::int64_t kInterval = 5;                       // seconds between two heartbeats
constexpr microseconds kWindow = seconds(kInterval * 4);    // three may be missed
constexpr microseconds kParentLater = seconds(3);
constexpr std::size_t kInFlightMost = 500;

struct Arguments {
  int subjects = 10'000;
  int children = 1'000;
  fs::path directory = fs::temp_directory_path();
};

struct GivenUp {
  std::string why;
};
[[noreturn]] void give_up(const std::string& why) {
  throw GivenUp{why};
}
template <typename T>
T granted(Result<T> result, const char* what) {
  if (!result) give_up(fmt::format("{}: {} {}", what, result.error().message, result.error().cause));
  return std::move(result).value();
}
void granted(const Result<void>& result, const char* what) {
  if (!result) give_up(fmt::format("{}: {} {}", what, result.error().message, result.error().cause));
}

double seconds_of(microseconds span) {
  return static_cast<double>(span.count()) / 1e6;
}
void wait(milliseconds span) {
  std::this_thread::sleep_for(span);
}
// Whether it came about before `until`.
bool becomes(const Clock& clock, Instant until, const std::function<bool()>& look) {
  while (!look()) {
    if (clock.now() > until) return false;
    wait(milliseconds(50));
  }
  return true;
}

double percentile(std::vector<double>& sorted, int of_a_thousand) {
  if (sorted.empty()) return 0;
  return sorted[(sorted.size() - 1) * static_cast<std::size_t>(of_a_thousand) / 1'000];
}

void print_aim(const std::string& what, const std::string& measured, const std::string& aim, bool is_reached) {
  fmt::print("  {:<58} {:>12}   aim {:<10} {}\n", what, measured, aim, is_reached ? "reached" : "missed");
}

// ---- who reads

struct Read {
  Instant at;
  std::string event, text;
};

// Takes deliveries, one connection at a time.
class Reader {
 public:
  explicit Reader(const Clock& clock) : clock_(clock) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || ::listen(listener_, 64) != 0)
      give_up("the reader cannot listen");
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Reader() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::uint16_t port() const { return port_; }
  std::vector<Read> all() const {
    const std::lock_guard lock(mutex_);
    return read_;
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return read_.size();
  }

 private:
  void serve() {
    while (!stopping_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 100) <= 0) continue;
      const int line = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (line < 0) continue;
      take(line);
      ::close(line);
    }
  }
  void take(int line) {
    std::string request;
    char part[8'192];
    while (!is_whole(request)) {
      const ssize_t got = ::recv(line, part, sizeof part, 0);
      if (got <= 0) return;
      request.append(part, static_cast<std::size_t>(got));
    }
    const Instant at = clock_.now();
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    if (::send(line, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;  // it is sent again
    const std::lock_guard lock(mutex_);
    read_.push_back({at, header(request, "X-ConnLog-Event: "), request.substr(request.find("\r\n\r\n") + 4)});
  }
  static std::string header(const std::string& request, const std::string& name) {
    const std::size_t at = request.find("\r\n" + name);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + 2 + name.size();
    return request.substr(begin, request.find("\r\n", begin) - begin);
  }
  static bool is_whole(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    return request.size() >= head + 4 + std::strtoul(header(request, "Content-Length: ").c_str(), nullptr, 10);
  }

  const Clock& clock_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  mutable std::mutex mutex_;  // guards read_
  std::vector<Read> read_;
};

// ---- who else writes

class OtherWriter {
 public:
  explicit OtherWriter(Stores& stores) : stores_(stores), thread_([this] { write(); }) {}
  ~OtherWriter() {
    stopping_ = true;
    thread_.join();
  }
  OtherWriter(const OtherWriter&) = delete;
  OtherWriter& operator=(const OtherWriter&) = delete;

  // How long it waited since the last call, in milliseconds, the shortest first.
  std::vector<double> take() {
    std::vector<double> taken;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(waited_);
    }
    std::ranges::sort(taken);
    return taken;
  }

 private:
  void write() {
    const SystemClock clock;
    while (!stopping_) {
      const Monotonic asked = clock.monotonic();
      Monotonic began = asked;
      const auto written = stores_.write([&](Transaction&) -> Result<void> {
        began = clock.monotonic();
        return {};
      });
      if (written) {
        const std::lock_guard lock(mutex_);
        waited_.push_back(seconds_of(began - asked) * 1e3);
      }
      wait(milliseconds(5));
    }
  }

  Stores& stores_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards waited_
  std::vector<double> waited_;
  std::thread thread_;
};

void print_waits(OtherWriter& other) {
  std::vector<double> waits = other.take();
  const double most = waits.empty() ? 0 : waits.back();
  fmt::print("  another writer waited: p50 {:.1f} ms, p99 {:.1f} ms ({} writes)\n", percentile(waits, 500),
             percentile(waits, 990), waits.size());
  print_aim("the longest that the writer was held", fmt::format("{:.1f} ms", most), "50 ms", most <= 50);
}

// ---- the appliance

class House {
 public:
  House(const fs::path& data, int agents, std::uint16_t port, bool first_is_parent) {
    granted(seed_appliance(data, {.agents = agents, .interval_seconds = kInterval}), "seed");
    storage::DataDirectory held = granted(storage::DataDirectory::open(data), "the data directory");
    keys_.emplace(granted(Keyring::open(data, held.database_exists(), random_), "the keys"));
    store_ = granted(storage::Storage::open(std::move(held), *keys_, {}, clock, random_), "the database");
    OutboundOptions outbound;
    outbound.policy.allowed_loopback = {{"127.0.0.1", port}};
    prepare(port, first_is_parent);
    rotation_ = std::make_unique<KeyRotation>(KeyRotation::Parts{
        store_->stores(), store_->trust().sealed_texts, store_->audit(), *keys_, random_});
    services = std::make_unique<ApplianceServices>(ServiceParts{.store = *store_,
                                                                .keys = *keys_,
                                                                .rotation = *rotation_,
                                                                .events = bus_,
                                                                .clock = clock,
                                                                .random = random_,
                                                                .public_url = "https://monitor.example.org",
                                                                .outbound = outbound,
                                                                .limit_heartbeats = false});
    granted(services->open(), "open");
    granted(services->load(), "load");
    services->notify.start();
    began_at = clock.now();
    services->listening();
    services->scheduler.start();
  }
  ~House() {
    services->stop();
    store_->close();  // answers what waits, through the services
    services.reset();
  }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  std::size_t count_silent() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        services->subject_directory.list(workspace),
        [](const LiveSubject& each) { return each.observed.reason == StateReason::silent; }));
  }
  // Of all that opened, the oldest last.
  std::vector<Incident> incidents() const {
    std::vector<Incident> all;
    granted(store_->stores().read([&](Snapshot& snapshot) -> Result<void> {
      all.clear();
      IncidentStore::Filter page;
      page.limit = 200;
      while (true) {
        auto some = TRY(store_->incidents().list(snapshot, workspace, page));
        const bool is_last = some.size() < 200;
        if (!some.empty()) page.after = some.back().id;
        for (Incident& each : some) all.push_back(std::move(each));
        if (is_last) return {};
      }
    }),
            "the incidents");
    return all;
  }
  // How many of them say that they opened, that people were told, and that they ended.
  std::size_t count_whole(const std::vector<Incident>& all) const {
    std::size_t whole = 0;
    for (const Incident& incident : all) {
      granted(store_->stores().read([&](Snapshot& snapshot) -> Result<void> {
        const auto events = TRY(store_->incidents().events(snapshot, workspace, incident.id));
        const auto has = [&](std::string_view kind) {
          return std::ranges::any_of(events, [&](const IncidentEvent& event) { return event.kind == kind; });
        };
        whole += has("opened") && has("notified") && has("resolved") ? 1 : 0;
        return {};
      }),
              "a timeline");
    }
    return whole;
  }

  // One heartbeat of each, as fast as they are answered.
  void report(int first, int count) {
    std::deque<Heartbeat> beats;
    std::mutex mutex;
    std::condition_variable answered;
    std::size_t in_flight = 0;
    int refused = 0;
    for (int i = first; i < first + count; ++i) {
      Heartbeat& beat = beats.emplace_back();
      beat.authorization = "Bearer " + seeded_token(i);
      std::array<std::uint8_t, 16> id{};
      random_.fill(id);
      beat.id = to_hex(id);
      std::unique_lock lock(mutex);
      answered.wait(lock, [&] { return in_flight < kInFlightMost; });
      ++in_flight;
      lock.unlock();
      services->ingest.heartbeat(beat.input(frame_), [&](AgentReply reply) {
        const std::lock_guard held(mutex);
        --in_flight;
        refused += reply.status == 200 ? 0 : 1;
        answered.notify_all();
      });
    }
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return in_flight == 0; });
    if (refused > 0) give_up(fmt::format("{} heartbeats were refused", refused));
  }

  Stores& stores() { return store_->stores(); }

  SystemClock clock;
  WorkspaceId workspace;
  Instant began_at;  // silence counts from here
  std::unique_ptr<ApplianceServices> services;

 private:
  struct Heartbeat {
    std::string authorization, id;
    HeartbeatInput input(const std::array<std::uint8_t, 32>& frame) const {
      HeartbeatInput input;
      input.authorization = authorization;
      input.agent_version = "1.19.0";
      input.protocol_version = "1";
      input.config_version = "1";
      input.os = "linux";
      input.arch = "x86_64";
      input.machine_id = kSeededMachine;
      input.cpu_core_count = "8";
      input.request_id = id;
      input.has_quick_action_headers = true;
      input.body = frame;
      input.address = "192.0.2.7";
      return input;
    }
  };

  // One that reads, and, where the first is the parent of all others, who depends on whom.
  void prepare(std::uint16_t port, bool first_is_parent) {
    granted(store_->stores().write([&](Transaction& tx) -> Result<void> {
      const auto workspaces = TRY(store_->workspaces().all(tx));
      if (workspaces.empty()) return Error{ErrorCode::not_found, "There is no workspace."};
      workspace = workspaces.front().id;
      Recipient reader;
      reader.id = RecipientId::make(clock.now(), random_);
      reader.workspace = workspace;
      reader.name = "On call";
      reader.channel = "webhook";
      const std::string target = fmt::format("127.0.0.1:{}", port);
      reader.fields.set("url", "http://" + target + "/");
      reader.fields.set("format", std::string("json"));
      reader.fields.set("body", std::string("text: {title}"));
      seal_secret(reader, "secret", Secret("whsec_of_a_bench"), *keys_, random_);
      reader.shown = reader.target = target;
      reader.created_at = clock.now();
      TRY(store_->recipients().insert(tx, reader));
      if (!first_is_parent) return {};
      const auto subjects = TRY(store_->subjects().list(tx, workspace));
      SubjectId parent;
      for (const Subject& subject : subjects) {
        if (subject.name == "host-0") parent = subject.id;
      }
      for (const Subject& subject : subjects) {
        if (subject.id != parent) TRY(store_->dependencies().replace(tx, workspace, subject.id, {parent}));
      }
      return {};
    }),
            "prepare");
  }

  SystemRandom random_;
  std::optional<Keyring> keys_;
  EventBus bus_;
  std::unique_ptr<storage::Storage> store_;
  std::unique_ptr<KeyRotation> rotation_;
  const std::array<std::uint8_t, 32> frame_ = frame_of(Vitals{});
};

// ---- the runs

void print_messages(const std::vector<Read>& read, std::size_t from, Instant since) {
  for (std::size_t i = from; i < read.size(); ++i)
    fmt::print("    {:7.2f} s  {:<18} {}\n", seconds_of(read[i].at - since), read[i].event, cut(read[i].text, 90));
}

void fall_silent(House& house, const Reader& reader, OtherWriter& other, int subjects) {
  const Instant deadline = house.began_at + kWindow;
  const auto all = static_cast<std::size_t>(subjects);
  static_cast<void>(becomes(house.clock, deadline, [] { return false; }));
  other.take();
  if (!becomes(house.clock, deadline + seconds(120), [&] { return house.count_silent() == all; }))
    give_up("not all fell silent");
  const Instant noticed_at = house.clock.now();
  fmt::print("\n{} subjects fall silent at the same moment; all are noticed {:.2f} s later\n", subjects,
             seconds_of(noticed_at - deadline));
  print_waits(other);
  std::vector<double> late;
  for (const Incident& incident : house.incidents()) late.push_back(seconds_of(incident.opened_at - deadline));
  std::ranges::sort(late);
  const double p99 = percentile(late, 990);
  fmt::print("  {} incidents; opened after their deadline: p50 {:.2f} s, max {:.2f} s\n", late.size(),
             percentile(late, 500), late.empty() ? 0 : late.back());
  print_aim("p99", fmt::format("{:.2f} s", p99), "1 s", late.size() == all && p99 <= 1);

  if (!becomes(house.clock, deadline + seconds(30), [&] { return reader.count() >= 1; })) give_up("no message came");
  static_cast<void>(becomes(house.clock, deadline + seconds(60), [&] { return reader.count() >= 2; }));
  wait(milliseconds(3'000));  // stragglers
  const auto read = reader.all();
  const double first = seconds_of(read.front().at - deadline);
  print_aim("the first message", fmt::format("{:.2f} s", first), "2 s", first < 2);
  print_aim("messages after it", std::to_string(read.size() - 1), "1", read.size() == 2);
  print_messages(read, 0, deadline);
  fmt::print("  while the message about all others was written and marked:\n");
  print_waits(other);
}

void recover(House& house, const Reader& reader, OtherWriter& other, int subjects) {
  const std::size_t before = reader.count();
  const Instant began = house.clock.now();
  house.report(0, subjects);
  const Instant over = house.clock.now();
  fmt::print("\nall report again, in {:.2f} s\n", seconds_of(over - began));
  print_waits(other);
  static_cast<void>(becomes(house.clock, over + seconds(60), [&] { return reader.count() > before; }));
  wait(milliseconds(25'000));  // as long as recoveries are collected, and a little
  const auto read = reader.all();
  const auto incidents = house.incidents();
  const auto ended = static_cast<std::size_t>(
      std::ranges::count_if(incidents, [](const Incident& each) { return each.resolved_at.is_set(); }));
  fmt::print("  {} of {} incidents are over\n", ended, incidents.size());
  const std::size_t messages = read.size() - before;
  const double last = messages == 0 ? 0 : seconds_of(read.back().at - over);
  print_aim("messages", std::to_string(messages), "1", messages == 1);
  print_aim("the last message, after the last recovery", fmt::format("{:.2f} s", last), "30 s",
            messages > 0 && last < 30);
  print_messages(read, before, over);
  const std::size_t whole = house.count_whole(incidents);
  print_aim("timelines with opened, notified and resolved", std::to_string(whole), std::to_string(subjects),
            whole == static_cast<std::size_t>(subjects));
  fmt::print("  while the message about all was written and marked:\n");
  print_waits(other);
}

// The first is the parent; it reports once, so its deadline is after its children's.
void go_down_with_parent(House& house, const Reader& reader, OtherWriter& other, int children) {
  static_cast<void>(becomes(house.clock, house.began_at + kParentLater, [] { return false; }));
  house.report(0, 1);
  const Instant deadline = house.clock.now() + kWindow;
  const auto all = static_cast<std::size_t>(children) + 1;
  other.take();
  if (!becomes(house.clock, deadline + seconds(120), [&] { return house.count_silent() == all; }))
    give_up("not all fell silent");
  // As long as a child waits for its parent, then a group of messages: what would be told wrongly came by then.
  static_cast<void>(becomes(house.clock, deadline + seconds(100), [] { return false; }));
  const auto read = reader.all();
  fmt::print("\na parent and its {} children go down, the children {:.0f} s before it\n", children,
             seconds_of(kParentLater));
  print_messages(read, 0, deadline);
  const bool is_parent_first = !read.empty() && read.front().text.find("host-0 ") != std::string::npos;
  print_aim("messages", std::to_string(read.size()), "1", read.size() == 1);
  print_aim("the first is about the parent", is_parent_first ? "yes" : "no", "yes", is_parent_first);
  const double first = read.empty() ? 0 : seconds_of(read.front().at - deadline);
  print_aim("it came after its deadline", fmt::format("{:.2f} s", first), "2 s", !read.empty() && first < 2);
  fmt::print("  {} incidents are open\n", house.incidents().size());
  print_waits(other);
}

void measure(const Arguments& arguments) {
  set_log_level(LogLevel::error);
  const fs::path directory = arguments.directory / fmt::format("connlog-bench-alerts-{}", ::getpid());
  fs::create_directories(directory);
  struct Remove {
    const fs::path& what;
    ~Remove() {
      std::error_code ignored;
      fs::remove_all(what, ignored);
    }
  } const remove{directory};
  fmt::print("processors: {}\n", std::thread::hardware_concurrency());
  const SystemClock clock;
  {
    const Reader reader(clock);
    House house(directory / "many", arguments.subjects, reader.port(), false);
    OtherWriter other(house.stores());
    fall_silent(house, reader, other, arguments.subjects);
    recover(house, reader, other, arguments.subjects);
  }
  const Reader reader(clock);
  House house(directory / "family", arguments.children + 1, reader.port(), true);
  OtherWriter other(house.stores());
  go_down_with_parent(house, reader, other, arguments.children);
}

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (i + 1 >= argc) give_up(name + " needs a value");
    const char* value = argv[++i];
    if (name == "--subjects") {
      out.subjects = std::clamp(std::atoi(value), 2, 100'000);
    } else if (name == "--children") {
      out.children = std::clamp(std::atoi(value), 1, 100'000);
    } else if (name == "--dir") {
      out.directory = value;
    } else {
      give_up("there is no " + name);
    }
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(parse(argc, argv));
  } catch (const GivenUp& reason) {
    fmt::print(stderr, "bench_alerts: {}\n", reason.why);
    return 1;
  }
  return 0;
}
