// Outside checks against a world whose truth is known: services behind a path (gateway, name server, uplink), jobs that ping,
// probes of which one lies, a machine that is paused, a database that refuses, a clock that is set. The oracle counts both
// errors, false downs and missed or late ones. The pure parts that decide are the real ones: OwnPath, confirm, quorum_of,
// judge_ping with Presence, and the groups' state_of. Each safeguard can be left out: then the oracle must see an error.
//
// A failure prints the seed: CONNLOG_SIMULATION_SEED=<n> repeats exactly that run, CONNLOG_SIMULATION_RUNS=<n> tries more.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "core/checks/own_path.h"
#include "core/monitors/check_values.h"
#include "core/monitors/confirmation.h"
#include "core/monitors/ping_deadlines.h"
#include "core/monitors/presence.h"
#include "core/monitors/probe_quorum.h"
#include "core/watch/group.h"

using namespace connlog;

namespace {

constexpr std::int64_t kSeconds = 3'600;  // of each run
// Sanitizers make each run ten times as long; `make simulation` runs all of them in release.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 100;
#else
constexpr std::uint64_t kSeeds = 1'000;
#endif
constexpr std::uint64_t kSeedsWithoutSafeguard = 60;

constexpr std::int64_t kInterval = 60, kRetry = 15, kTimeLimit = 10;
constexpr std::int64_t kRetries = 2;
// From the moment at which a service fails, with our path well all the time, until it must be down: an interval, three checks
// that each end in silence, two waits, and the time that the path is asked.
constexpr std::int64_t kKnownWithin = kInterval + 3 * kTimeLimit + 2 * kRetry + 6;
constexpr std::int64_t kRecoveredWithin = kInterval + kTimeLimit + 2;

constexpr std::size_t kRacks = 6, kServicesOfRack = 10, kProbed = 4, kProbesOf = 3, kJobs = 8;

// What may be left out, one at a time.
struct LeftOut {
  bool own_path = false, confirmation = false, presence = false, quorum = false;
};

IpAddress ip(const std::string& text) {
  IpAddress address;
  REQUIRE(parse_ip(text, address));
  return address;
}

// splitmix64, without a lock: it is thrown some hundred thousand times a run.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

enum class Where { lan, internet, gateway, name_server };

// True times of something: down from `from` until `until`, then again.
struct Truth {
  std::int64_t down_from = -1'000'000, down_until = -1'000'000;
  bool is_down(std::int64_t at) const { return at >= down_from && at < down_until; }
};

struct Service {
  Where where = Where::internet;
  bool by_name = false, refuses = false;
  IpAddress address;
  std::string host;
  Truth truth, glitch;
  std::int64_t next = 0;        // its next check begins
  std::int64_t result_at = -1;  // the one under way ends
  CheckResult pending;
  Confirmation confirmation;
  State state = State::pending;
  std::int64_t clear_since = 0;  // since when truth, path, presence and storage let it be judged
  bool clear_truth = false;      // … and what the truth was since then
  bool counted = false;
};

struct Probed {
  Truth truth;
  std::array<Truth, kProbesOf> silent;
  std::array<Confirmation, kProbesOf> confirmations;
  std::array<std::int64_t, kProbesOf> heard{-1'000, -1'000, -1'000};
  std::optional<CheckVerdict> settled;
  std::int64_t clear_since = 0;
  bool clear_truth = false, counted = false;
};

struct Job {
  PingSettings settings;
  PingState state;
  std::optional<PingExpected> expected;
  Truth dead;
  std::int64_t next = 0;  // it pings then
  std::int64_t last_true_ping = 0;
  State shown = State::up;
  bool counted = false;
};

struct Errors {
  int false_downs = 0, missed = 0;
  std::string first;
  int all() const { return false_downs + missed; }
};

class Run {
 public:
  Run(std::uint64_t seed, const LeftOut& left_out) : random_(seed), out_(left_out) {
    build();
    presence_.began(wall(), monotonic());
  }

  Errors run() {
    for (now_ = 0; now_ < kSeconds; ++now_) {
      disturb();
      if (is_away()) continue;  // nothing of ours runs, and pings reach nobody
      come_back();
      look_at_clock();
      look_at_storage();
      for (Service& service : services_) turn(service);
      for (Probed& probed : probed_) turn(probed);
      if (!is_storing()) continue;
      for (Job& job : jobs_) look(job);
      judge();
    }
    return errors_;
  }

 private:
  // ── The world ──

  bool chance(std::uint64_t one_in) { return random_.below(one_in) == 0; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  Instant wall() const { return Instant{1'795'000'000'000'000 + wall_offset_} + seconds(now_); }
  Monotonic monotonic() const { return Monotonic{1'000'000'000} + seconds(now_ - lost_); }

  void build() {
    places_.gateway_v4 = ip("192.0.2.1");
    places_.name_servers = {ip("192.0.2.53")};
    places_.witnesses = {ip("203.0.113.250")};
    AddressRange link;
    REQUIRE(parse_address_range("192.0.2.0/24", link));
    places_.on_link = {link};
    places_.own = {ip("192.0.2.9")};
    path_.places(places_);
    for (std::size_t i = 0; i < kRacks * kServicesOfRack; ++i) {
      Service service;
      service.where = i == 0 ? Where::gateway : i == 1 ? Where::name_server : i % 3 == 0 ? Where::lan : Where::internet;
      service.by_name = service.where == Where::internet && i % 2 == 0;
      service.refuses = i % 4 == 1;
      const std::string number = std::to_string(100 + i);
      switch (service.where) {
        case Where::gateway:
          service.address = *places_.gateway_v4;
          break;
        case Where::name_server:
          service.address = places_.name_servers.front();
          break;
        case Where::lan:
          service.address = ip("192.0.2." + number);
          break;
        case Where::internet:
          service.address = ip("203.0.113." + number);
          break;
      }
      service.host = service.by_name ? "service-" + number + ".example.org" : to_text(service.address);
      service.next = between(0, kInterval - 1);
      services_.push_back(std::move(service));
    }
    probed_.resize(kProbed);
    for (std::size_t i = 0; i < kJobs; ++i) {
      Job job;
      job.settings.period = seconds(i % 2 == 0 ? 300 : 900);
      job.settings.grace = seconds(i % 2 == 0 ? 120 : 300);
      job.next = between(1, 200);
      jobs_.push_back(job);
    }
  }

  // Things fail and come back by themselves: each waits for quiet times, so that edges do not pile up.
  void disturb() {
    for (Service& service : services_) {
      if (now_ >= service.truth.down_until + 400 && chance(6'000)) service.truth = lasting(60, 900);
      const bool is_quiet = now_ >= std::max(service.glitch.down_until, service.truth.down_until) + 120;
      const bool has_glitches = service.where == Where::lan || service.where == Where::internet;
      if (has_glitches && is_quiet && chance(1'500)) service.glitch = lasting(5, 20);
    }
    for (Probed& probed : probed_) {
      if (now_ >= probed.truth.down_until + 400 && chance(3'000)) probed.truth = lasting(60, 900);
      Truth& silent = probed.silent[1 + random_.below(kProbesOf - 1)];
      if (now_ >= silent.down_until + 600 && chance(5'000)) silent = lasting(60, 600);
    }
    for (Job& job : jobs_) {
      if (now_ >= job.dead.down_until + 3'000 && chance(6'000)) job.dead = lasting(2'000, 3'000);
      if (now_ == job.next) run_job(job);
    }
    if (now_ >= gateway_.down_until + 600 && chance(4'000)) gateway_ = lasting(40, 600);
    if (now_ >= uplink_.down_until + 600 && chance(4'000)) uplink_ = lasting(40, 600);
    if (now_ >= resolver_.down_until + 600 && chance(4'000)) resolver_ = lasting(40, 600);
    if (now_ >= storage_.down_until + 900 && chance(5'000)) storage_ = lasting(20, 400);
    if (now_ >= away_.down_until + 1'800 && chance(4'000)) away_ = lasting(30, 1'200);
    if (chance(9'000)) {
      wall_offset_ += between(-7'200, 7'200) * 1'000'000;
      last_back_ = now_;
    }
  }

  Truth lasting(std::int64_t low, std::int64_t high) { return {now_, now_ + between(low, high)}; }
  bool is_away() const { return away_.is_down(now_); }
  bool is_storing() const { return !storage_.is_down(now_); }
  bool has_gateway() const { return !gateway_.is_down(now_) && !services_[0].truth.is_down(now_); }
  bool has_internet() const { return has_gateway() && !uplink_.is_down(now_); }
  bool has_names() const { return !resolver_.is_down(now_) && !services_[1].truth.is_down(now_); }

  // Whether the path lets the service be judged at this moment.
  bool path_is_well(const Service& service) const {
    if (service.where == Where::internet && !has_internet()) return false;
    return !service.by_name || has_names();
  }

  // The truth as people see it: the gateway and the name server are down when they do not answer, for whatever reason.
  bool is_truly_down(const Service& service) const {
    if (service.where == Where::gateway) return !has_gateway();
    if (service.where == Where::name_server) return !has_names();
    return service.truth.is_down(now_);
  }

  // What happened last, for the message.
  std::string around(const Service& service) const {
    const auto span = [](const char* what, const Truth& truth) {
      return fmt::format("; {} {}–{}", what, truth.down_from, truth.down_until);
    };
    return span("it was down", service.truth) + span("glitch", service.glitch) + span("gateway", gateway_) +
           span("gateway itself", services_[0].truth) + span("uplink", uplink_) + span("names", resolver_) +
           span("name server", services_[1].truth) + span("storage", storage_) + span("away", away_);
  }

  // The last result may have begun while it was still down.
  bool was_down_lately(const Service& service) const {
    const auto lately = [this](const Truth& truth) { return now_ >= truth.down_from && now_ <= truth.down_until + kTimeLimit + 1; };
    if (lately(service.truth)) return true;
    if (service.where == Where::gateway) return lately(gateway_);
    return service.where == Where::name_server && lately(resolver_);
  }

  void come_back() {
    if (away_.down_until != now_ || came_back_ == now_) return;
    came_back_ = now_;
    const microseconds length = seconds(away_.down_until - away_.down_from);
    // Half of the pauses stop the monotonic clock as well, as that of a paused virtual machine.
    if (chance(2)) lost_ += away_.down_until - away_.down_from;
    last_back_ = now_;
    if (out_.presence) return;
    presence_.was_absent(length, wall(), monotonic());
    for (Service& service : services_) {
      start_again(service.confirmation);
      service.result_at = -1;  // dropped, and begun anew
      service.next = now_ + between(0, kRetry);
    }
    for (Probed& probed : probed_) {
      for (Confirmation& confirmation : probed.confirmations) start_again(confirmation);
    }
  }

  void look_at_clock() {
    const auto step = presence_.step(wall(), monotonic());
    if (step && out_.presence) presence_.began({}, {});
  }

  // An outage of the database, over now: pings reached nobody meanwhile.
  void look_at_storage() {
    if (is_storing() && !was_storing_ && !out_.presence)
      presence_.was_not_storing(not_storing_since_, wall(), monotonic());
    if (!is_storing() && was_storing_) not_storing_since_ = monotonic();
    was_storing_ = is_storing();
  }

  // ── Checks ──

  CheckResult result_of(const Service& service) const {
    CheckResult result;
    result.at = wall();
    const auto failed = [&](FailureSource source, CheckReason reason, const char* text, std::int64_t took) {
      result.verdict = CheckVerdict::down;
      result.source = source;
      result.reason = reason;
      result.text = text;
      result.phases.total = seconds(took);
    };
    if (service.by_name && !has_names()) {
      failed(FailureSource::name, CheckReason::no_resolver, "no name server answers", 5);
      return result;
    }
    result.address = service.address;
    if (service.where == Where::internet && !has_internet()) {
      failed(FailureSource::silence, CheckReason::timed_out, "no answer within 10 s", kTimeLimit);
    } else if (is_truly_down(service) && service.refuses && service.where != Where::gateway) {
      failed(FailureSource::target, CheckReason::refused, "the connection was refused", 0);
    } else if (is_truly_down(service) || service.glitch.is_down(now_)) {
      failed(FailureSource::silence, CheckReason::timed_out, "no answer within 10 s", kTimeLimit);
    } else {
      result.verdict = CheckVerdict::up;
      result.reason = CheckReason::ok;
      result.text = "answered";
      result.phases.total = milliseconds(20);
    }
    return result;
  }

  PathAnswer answer(PathPart part) const {
    if (part == PathPart::resolver) return {.is_well = has_names(), .text = "no name server answers"};
    if (part == PathPart::gateway_v6) return {.is_well = false, .text = "no route", .link_is_well = false};
    if (!has_gateway()) return {.is_well = false, .text = "the gateway 192.0.2.1 does not answer"};
    return {.is_well = has_internet(), .text = "the gateway answers, but no witness beyond it does"};
  }

  CheckResult judged_by_path(const Service& service, CheckResult result) {
    if (out_.own_path || result.verdict != CheckVerdict::down) return result;
    const CheckTarget target{.host = service.host, .port = 443};
    for (const PathPart part : path_.questions(spec_, target, result, monotonic()))
      path_.answered(part, answer(part), monotonic());
    return path_.judged(spec_, target, std::move(result), monotonic());
  }

  void turn(Service& service) {
    if (service.result_at < 0) {
      if (now_ < service.next) return;
      service.pending = result_of(service);
      service.result_at = now_ + service.pending.phases.total / seconds(1);
    }
    if (now_ < service.result_at) return;
    CheckResult result = judged_by_path(service, std::move(service.pending));
    result.at = wall();
    const std::int64_t began = service.next;
    service.result_at = -1;
    service.next = std::max(began + kInterval, now_ + 1);
    if (!is_storing()) return;
    const ConfirmBy by{.retries = out_.confirmation ? 0 : kRetries, .recover_after = 1, .retry_interval = seconds(kRetry)};
    const Confirmed confirmed = confirm(service.confirmation, result, by);
    if (confirmed.retry_soon) service.next = now_ + kRetry;
    if (!confirmed.settles) return;
    service.state = state_of(*confirmed.settles);
    if (service.state == State::down && !was_down_lately(service)) wrong_down(service.host + ": " + result.text + around(service));
  }

  // ── Probes: number 0 always says that it is down ──

  void turn(Probed& probed) {
    const std::int64_t needed = out_.quorum ? 1 : 2;
    for (std::size_t i = 0; i < kProbesOf; ++i) {
      if ((now_ + static_cast<std::int64_t>(i) * 17) % kInterval != 0 || probed.silent[i].is_down(now_)) continue;
      CheckResult result;
      const bool says_down = i == 0 || probed.truth.is_down(now_);
      result.verdict = says_down ? CheckVerdict::down : CheckVerdict::up;
      result.at = wall();
      static_cast<void>(confirm(probed.confirmations[i], result, {.retries = 1}));
      probed.heard[i] = now_;
    }
    std::array<ProbeVoice, kProbesOf> voices;
    for (std::size_t i = 0; i < kProbesOf; ++i) {
      voices[i].name = std::to_string(i);
      if (now_ - probed.heard[i] <= 2 * kInterval) voices[i].says = probed.confirmations[i].settled;
    }
    if (!is_storing()) return;
    const Quorum quorum = quorum_of(voices, needed);
    const auto before = probed.settled;
    if (before != CheckVerdict::down || quorum.verdict != CheckVerdict::unknown) probed.settled = quorum.verdict;
    if (probed.settled == CheckVerdict::down && before != CheckVerdict::down && !probed.truth.is_down(now_) &&
        now_ - probed.truth.down_until > 2 * kInterval)
      wrong_down("probes: " + quorum.text);
  }

  // ── Jobs ──

  void run_job(Job& job) {
    job.next = now_ + job.settings.period.count() + between(-5, 5);
    if (job.dead.is_down(now_)) return;
    job.last_true_ping = now_;
    if (is_away() || !is_storing()) return;  // it reached nobody
    job.state = after_ping(job.settings, job.state, PingKind::success, {}, wall()).state;
    job.expected = expected_ping(job.settings, job.state, wall(), monotonic());
    job.shown = State::up;
    job.counted = false;
  }

  void look(Job& job) {
    if (!job.expected || job.shown == State::down) return;
    const PingJudged judged =
        judge_ping(job.settings, job.state, *job.expected, presence_.now(), wall(), monotonic());
    switch (judged.verdict) {
      case PingVerdict::in_time:
        return;
      case PingVerdict::late:
        job.shown = State::degraded;
        return;
      case PingVerdict::own_absence:
        job.shown = State::unknown;
        return;
      case PingVerdict::missing:
        break;
    }
    job.shown = State::down;
    const std::int64_t patience = job.settings.period.count() + job.settings.grace.count();
    if (now_ - job.last_true_ping < patience - 5) {
      wrong_down("a job that pinged " + std::to_string(now_ - job.last_true_ping) + " s ago; away until " +
                 std::to_string(away_.down_until) + ", storing since " + std::to_string(storage_.down_until));
    }
  }

  // ── The oracle ──

  void wrong_down(const std::string& what) {
    ++errors_.false_downs;
    say("false down at " + std::to_string(now_) + " s: " + what);
  }
  void missed(const std::string& what) {
    ++errors_.missed;
    say("missed at " + std::to_string(now_) + " s: " + what);
  }
  void say(const std::string& text) {
    if (errors_.first.empty()) errors_.first = text;
  }

  // `clear_since`: from when on the truth is the same, and nothing of ours stands in the way.
  void judge() {
    const bool clear = last_back_ != now_;  // neither back from an absence, nor at a step of the clock
    const bool was_gap = last_judged_ != now_ - 1;
    last_judged_ = now_;
    for (Service& service : services_) {
      const bool truth = is_truly_down(service);
      if (!clear || was_gap || truth != service.clear_truth || !path_is_well(service) || service.glitch.is_down(now_)) {
        if (truth != service.clear_truth) service.counted = false;
        service.clear_truth = truth;
        service.clear_since = now_;
        continue;
      }
      const std::int64_t lasted = now_ - service.clear_since;
      if (service.counted) continue;
      if (truth && lasted > kKnownWithin && service.state != State::down) {
        service.counted = true;
        missed(service.host + " is down for " + std::to_string(lasted) + " s" + around(service));
      }
      if (!truth && lasted > kRecoveredWithin && service.state != State::up) {
        service.counted = true;
        missed(service.host + " is up again for " + std::to_string(lasted) + " s" + around(service));
      }
    }
    judge_groups();
    judge_probes(clear && !was_gap);
    judge_jobs();
  }

  // Two voices that do not lie are enough.
  void judge_probes(bool clear) {
    constexpr std::int64_t kSaidWithin = 4 * kInterval;
    for (Probed& probed : probed_) {
      const bool truth = probed.truth.is_down(now_);
      const bool heard = !probed.silent[1].is_down(now_) && !probed.silent[2].is_down(now_);
      if (!clear || !heard || truth != probed.clear_truth) {
        if (truth != probed.clear_truth) probed.counted = false;
        probed.clear_truth = truth;
        probed.clear_since = now_;
        continue;
      }
      if (probed.counted || now_ - probed.clear_since <= kSaidWithin) continue;
      const CheckVerdict wanted = truth ? CheckVerdict::down : CheckVerdict::up;
      if (probed.settled == wanted) continue;
      probed.counted = true;
      missed("probes do not say what is");
    }
  }

  // A job that is dead is down once a whole window passed in which we were there; a window that an absence or an outage of
  // the database overlaps may be unknown first, and the next one decides.
  void judge_jobs() {
    for (Job& job : jobs_) {
      if (!job.dead.is_down(now_) || !job.expected || job.counted) continue;
      const std::int64_t window = job.settings.period.count() + job.settings.grace.count();
      const std::int64_t there = std::max({job.dead.down_from, away_.down_until, storage_.down_until, last_back_});
      if (job.shown == State::down || now_ - there <= window + 15) continue;
      job.counted = true;
      missed("a job is dead for " + std::to_string(now_ - job.dead.down_from) + " s");
    }
  }

  // Three levels: services, racks (down with three of ten), the site (down with three of six racks). What is unknown below
  // never makes anything down above: a group is down by members that are.
  void judge_groups() {
    static const Group rack = group(Health::share, 80), site = group(Health::share, 60);
    MemberCounts of_site, of_site_down;
    for (std::size_t r = 0; r < kRacks; ++r) {
      MemberCounts counts, down;
      for (std::size_t i = 0; i < kServicesOfRack; ++i) {
        const State state = services_[r * kServicesOfRack + i].state;
        add(counts, state);
        add(down, state == State::unknown ? State::up : state);
      }
      const State shown = connlog::state_of(rack, counts), by_down = connlog::state_of(rack, down);
      add(of_site, shown);
      add(of_site_down, shown == State::unknown ? State::up : shown);
      if (shown == State::down && by_down != State::down) wrong_down("rack " + std::to_string(r));
    }
    const bool is_down = connlog::state_of(site, of_site) == State::down;
    if (is_down && connlog::state_of(site, of_site_down) != State::down) wrong_down("the site");
  }

  static Group group(Health health, std::int64_t amount) {
    Group made;
    made.health = health;
    made.amount = amount;
    return made;
  }
  static void add(MemberCounts& counts, State state) {
    ++(state == State::up         ? counts.up
       : state == State::degraded ? counts.degraded
       : state == State::down     ? counts.down
       : state == State::unknown  ? counts.unknown
                                  : counts.pending);
  }

  Dice random_;
  const LeftOut out_;
  const CheckSpec spec_;
  OwnPath path_;
  OwnPath::Places places_;
  Presence presence_;
  std::vector<Service> services_;
  std::vector<Probed> probed_;
  std::vector<Job> jobs_;
  Truth gateway_, uplink_, resolver_, storage_, away_;
  std::int64_t now_ = 0, came_back_ = -1, last_judged_ = -1, last_back_ = 0;
  std::int64_t lost_ = 0;         // seconds that the monotonic clock did not count
  std::int64_t wall_offset_ = 0;  // microseconds
  bool was_storing_ = true;
  Monotonic not_storing_since_{};
  Errors errors_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// How many errors the oracle sees while this is left out.
int errors_without(const LeftOut& left_out) {
  int errors = 0;
  for (std::uint64_t seed = 1; seed <= kSeedsWithoutSafeguard && errors == 0; ++seed) errors += Run(seed, left_out).run().all();
  return errors;
}

}  // namespace

TEST_CASE("whatever fails on our side: no service is called down that is up, and none that is down is missed or late") {
  const std::uint64_t first = from_environment("CONNLOG_SIMULATION_SEED", 1);
  const std::uint64_t runs = from_environment("CONNLOG_SIMULATION_RUNS",
                                              std::getenv("CONNLOG_SIMULATION_SEED") != nullptr ? 1 : kSeeds);
  Errors all;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    const Errors errors = Run(seed, {}).run();
    all.false_downs += errors.false_downs;
    all.missed += errors.missed;
    INFO("CONNLOG_SIMULATION_SEED=", seed, ": ", errors.first);
    REQUIRE(errors.all() == 0);
  }
  MESSAGE(runs, " runs of ", kRacks * kServicesOfRack, " services, ", kProbed, " by probes and ", kJobs, " jobs: ",
          all.false_downs, " false downs, ", all.missed, " missed or late");
}

TEST_CASE("without the question whether the path is well, the simulation sees false downs") {
  CHECK(errors_without({.own_path = true}) > 0);
}

TEST_CASE("without confirmation, the simulation sees false downs") {
  CHECK(errors_without({.confirmation = true}) > 0);
}

TEST_CASE("without a memory of when connlog was away, the simulation sees false downs") {
  CHECK(errors_without({.presence = true}) > 0);
}

TEST_CASE("with one probe that decides alone, the simulation sees what the lying one says") {
  CHECK(errors_without({.quorum = true}) > 0);
}
