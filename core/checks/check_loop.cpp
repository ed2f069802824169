#include "core/checks/check_loop.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/base/log.h"
#include "core/checks/absence.h"
#include "core/checks/check_kinds.h"
#include "core/checks/interval_places.h"
#include "core/checks/own_path.h"
#include "core/checks/path_asker.h"

namespace connlog {
namespace {

constexpr milliseconds kTurnMax{1'000};
constexpr std::size_t kSoonMax = 20;           // put at once: these are checked soon, more are spread
constexpr milliseconds kUrgentSpacing{5};      // between those that are checked soon
constexpr std::size_t kBegunMax = 256;         // in one turn, so that sockets get their turn, too
constexpr std::size_t kTriesMax = 64;          // try_once at a time
constexpr seconds kPlacesHold{5};              // routes, own addresses, name servers
constexpr seconds kOutsideHolds{3};            // an answer from beyond the gateway stands for the gateway so long
constexpr std::size_t kNeighboursMax = 3;
constexpr milliseconds kLimitLeast{500};

struct IdHash {
  std::size_t operator()(const CheckId& id) const {
    // The ids are UUIDs: their end is random.
    std::uint64_t value = 0;
    std::memcpy(&value, id.data() + 8, sizeof value);
    return static_cast<std::size_t>(value);
  }
};

struct LoopEntry {
  PlannedCheck plan;
  CheckTarget target;
  milliseconds limit{0};
  std::uint64_t spread = 0, number = 0;  // the number tells it from one that had its id before
  std::optional<Monotonic> next;
  std::unique_ptr<RunningCheck> run;
  bool is_held = false;    // its result waits for the path's answers
  bool is_failing = false;
};

struct HeldResult {
  CheckId id;
  std::uint64_t number;
  CheckResult result;
};

struct Try {
  CheckDone done;
  std::unique_ptr<RunningCheck> run;
};

struct LoopOrder {
  enum class What { put, remove, hasten, try_once };
  What what;
  PlannedCheck check = {};  // remove, hasten: its id alone
  CheckDone done = {};      // try_once
};

CheckResult own_trouble(std::string text, Instant at) {
  CheckResult result;
  result.at = at;
  result.verdict = CheckVerdict::unknown;
  result.reason = CheckReason::own_trouble;
  result.source = FailureSource::ours;
  result.text = std::move(text);
  return result;
}

}  // namespace

struct CheckLoop::Impl {
  Parts parts;
  CheckRuntime runtime;
  LoopBeat beat{"The loop of checks", kAbsence, "no service would be checked"};

  std::mutex mutex;
  // Under mutex:
  std::vector<LoopOrder> inbox;
  std::unordered_map<CheckId, Monotonic, IdHash> shown;  // when each is next
  bool is_stopped = false;

  // Of the loop's thread alone:
  std::unordered_map<CheckId, std::unique_ptr<LoopEntry>, IdHash> entries;
  std::set<std::pair<Monotonic, LoopEntry*>> due;
  std::list<Try> tries;
  std::vector<HeldResult> held;
  std::size_t running = 0;
  std::uint64_t next_number = 1;
  OwnPath path;
  PathAsker asker;
  std::string gateway_v6_interface;
  std::optional<Monotonic> places_at;
  std::array<std::optional<Monotonic>, 2> outside_well;  // v4, v6
  std::vector<IpAddress> neighbours;
  std::optional<ClockReadings> seen;
  bool has_begun = false;

  std::atomic<std::size_t> planned_count{0}, running_count{0}, held_count{0};
  std::atomic<std::uint64_t> made_count{0};
  std::atomic<std::int64_t> lag_us{0};
  std::atomic<bool> stopping{false};
  std::thread thread;

  explicit Impl(Parts given)
      : parts(std::move(given)),
        runtime({parts.outbound, parts.clock, parts.random, parts.clock_is_plausible}),
        asker(runtime) {}

  Monotonic monotonic() const { return parts.clock.monotonic(); }

  // ── the plan ──
  void plan(LoopEntry& entry, Monotonic when) {
    unplan(entry);
    entry.next = when;
    due.emplace(when, &entry);
    const std::lock_guard lock(mutex);
    shown.insert_or_assign(entry.plan.id, when);
  }
  void unplan(LoopEntry& entry) {
    if (entry.next) due.erase({*entry.next, &entry});
    entry.next.reset();
  }
  Monotonic next_place(const LoopEntry& entry, Monotonic after) const {
    return place_after(after, entry.plan.interval, entry.spread);
  }
  void stop_run(LoopEntry& entry) {
    if (entry.run == nullptr) return;
    entry.run.reset();
    --running;
  }

  void put(PlannedCheck check, Monotonic when) {
    check.interval = std::max(check.interval, milliseconds(1'000));
    std::unique_ptr<LoopEntry>& place = entries[check.id];
    if (place == nullptr) {
      place = std::make_unique<LoopEntry>();
    } else {
      stop_run(*place);
    }
    LoopEntry& entry = *place;
    entry.number = next_number++;
    entry.is_held = false;
    entry.spread = spread_of(check.id);
    // Never so long that a check would meet the next one of its own.
    entry.limit = std::max(std::min(check.spec->time_limit, check.interval * 4 / 5), kLimitLeast);
    const CheckKind* kind = all_checks().find(check.spec->kind);
    entry.target = kind == nullptr ? CheckTarget{} : kind->target(check.spec->values);
    entry.plan = std::move(check);
    plan(entry, when);
  }

  void remove(const CheckId& id) {
    const auto found = entries.find(id);
    if (found == entries.end()) return;
    stop_run(*found->second);
    unplan(*found->second);
    entries.erase(found);
    const std::lock_guard lock(mutex);
    shown.erase(id);
  }

  void take_orders() {
    std::vector<LoopOrder> orders;
    {
      const std::lock_guard lock(mutex);
      orders.swap(inbox);
    }
    if (orders.empty()) return;
    const Monotonic now = monotonic();
    const auto puts = static_cast<std::size_t>(
        std::ranges::count(orders, LoopOrder::What::put, [](const LoopOrder& order) { return order.what; }));
    // After the start, and after a change of many, checks keep their places; alone, one is made soon.
    const bool are_spread = puts > kSoonMax;
    std::int64_t soon = 0;
    for (LoopOrder& order : orders) {
      switch (order.what) {
        case LoopOrder::What::put: {
          const bool keeps_place = are_spread && !order.check.is_urgent;
          const Monotonic when = keeps_place ? place_after(now, std::max(order.check.interval, milliseconds(1'000)),
                                                           spread_of(order.check.id))
                                             : now + kUrgentSpacing * soon++;
          put(std::move(order.check), when);
          break;
        }
        case LoopOrder::What::remove:
          remove(order.check.id);
          break;
        case LoopOrder::What::hasten:
          if (const auto found = entries.find(order.check.id);
              found != entries.end() && found->second->run == nullptr && !found->second->is_held) {
            plan(*found->second, now);
          }
          break;
        case LoopOrder::What::try_once:
          begin_try(std::move(order.check.spec), std::move(order.done));
          break;
      }
    }
    planned_count = entries.size();
  }

  // ── the checks ──
  void begin_try(std::shared_ptr<const CheckSpec> spec, CheckDone done) {
    if (tries.size() >= kTriesMax) {
      return done(own_trouble("too many checks are being tried at once; try again in a moment", parts.clock.now()));
    }
    tries.push_back({std::move(done), nullptr});
    const auto place = std::prev(tries.end());
    place->run = run_check(runtime, std::move(spec), [this, place](CheckResult result) {
      const CheckDone told = std::move(place->done);
      tries.erase(place);  // with the check that is calling: it does nothing after this
      told(std::move(result));
    });
  }

  void begin_due() {
    const bool rests = parts.is_recovering && parts.is_recovering();
    std::size_t begun = 0;
    while (!due.empty() && begun < kBegunMax) {
      const Monotonic now = monotonic();
      LoopEntry& entry = *due.begin()->second;
      const microseconds lag = now - due.begin()->first;
      if (lag < microseconds(0)) return;
      if (rests) {
        plan(entry, next_place(entry, now));
        continue;
      }
      lag_us = lag.count();
      if (lag > entry.plan.interval) {
        unplan(entry);
        deliver(entry, own_trouble(fmt::format("connlog did not come round to this check in time; {} were running", running),
                                   parts.clock.now()));
        continue;
      }
      if (running >= kRunningMax) return;
      begin(entry);
      ++begun;
    }
  }

  void begin(LoopEntry& entry) {
    unplan(entry);
    ++running;
    entry.run = run_check(runtime, entry.plan.spec, entry.limit, [this, &entry](CheckResult result) {
      stop_run(entry);  // the check that is calling: it does nothing after this
      ended(entry, std::move(result));
    });
  }

  void ended(LoopEntry& entry, CheckResult result) {
    learn(result);
    look_at_places();
    const Monotonic now = monotonic();
    const std::vector<PathPart> questions = path.questions(*entry.plan.spec, entry.target, result, now);
    if (questions.empty()) {
      return deliver(entry, path.judged(*entry.plan.spec, entry.target, std::move(result), now));
    }
    entry.is_held = true;
    held.push_back({entry.plan.id, entry.number, std::move(result)});
    for (const PathPart part : questions) ask(part);
  }

  void deliver(LoopEntry& entry, CheckResult result) {
    ++made_count;
    entry.is_failing = result.verdict != CheckVerdict::up;
    const CheckId id = entry.plan.id;
    const std::optional<milliseconds> again = parts.finished ? parts.finished(id, std::move(result)) : std::nullopt;
    const Monotonic now = monotonic();
    plan(entry, again ? now + *again : next_place(entry, now));
  }

  // ── the path ──
  // What an answer says of the path, for free.
  void learn(const CheckResult& result) {
    const bool answered = result.source == FailureSource::target ||
                          (result.source == FailureSource::none && result.verdict != CheckVerdict::unknown);
    if (!answered || !result.address || result.reason == CheckReason::forbidden) return;
    const IpAddress address = unmapped(*result.address);
    if (path.is_on_link(address)) {
      const auto& own = path.known_places().own;
      if (std::ranges::find(own, address) != own.end()) return;
      std::erase(neighbours, address);
      neighbours.insert(neighbours.begin(), address);
      if (neighbours.size() > kNeighboursMax) neighbours.pop_back();
    } else if (!is_private(address)) {
      outside_well[address.v6 ? 1 : 0] = monotonic();
    }
  }

  void look_at_places() {
    const Monotonic now = monotonic();
    if (places_at && now - *places_at < kPlacesHold) return;
    places_at = now;
    path.places(own_places(runtime, parts.witnesses, gateway_v6_interface));
  }

  void ask(PathPart part) {
    asker.ask(part, path.known_places(), gateway_v6_interface, neighbours, [this](PathPart asked, PathAnswer answer) {
      const std::size_t family = asked == PathPart::gateway_v6 ? 1 : 0;
      const bool outside = asked != PathPart::resolver && outside_well[family] &&
                           monotonic() - *outside_well[family] <= kOutsideHolds;
      // A gateway that relays is well, however silent it is to us.
      if (outside) answer = PathAnswer{};
      path.answered(asked, std::move(answer), monotonic());
      judge_held();
    });
  }

  void judge_held() {
    std::vector<HeldResult> waiting = std::move(held);
    held.clear();
    const Monotonic now = monotonic();
    std::vector<PathPart> asked;
    for (HeldResult& each : waiting) {
      const auto found = entries.find(each.id);
      if (found == entries.end() || found->second->number != each.number || !found->second->is_held) continue;
      LoopEntry& entry = *found->second;
      const std::vector<PathPart> questions = path.questions(*entry.plan.spec, entry.target, each.result, now);
      if (questions.empty()) {
        entry.is_held = false;
        deliver(entry, path.judged(*entry.plan.spec, entry.target, std::move(each.result), now));
        continue;
      }
      held.push_back(std::move(each));
      for (const PathPart part : questions) {
        if (std::ranges::find(asked, part) == asked.end()) asked.push_back(part);
      }
    }
    for (const PathPart part : asked) ask(part);
  }

  // ── time ──
  void look_at_clocks() {
    const ClockReadings now = readings_of(parts.clock);
    std::optional<Absence> absence = seen ? absence_between(*seen, now) : std::nullopt;
    seen = now;
    if (!absence) return;
    log_warning("checks_absent", {{"seconds", std::chrono::duration_cast<seconds>(absence->length).count()}});
    if (parts.was_absent) parts.was_absent(*absence);
    // What was under way was asked by a machine that slept: it is begun anew, what failed before the rest.
    asker.forget();
    held.clear();
    const Monotonic at = now.monotonic;
    std::int64_t soon = 0;
    for (const auto& [id, entry] : entries) {
      stop_run(*entry);
      entry->is_held = false;
      plan(*entry, entry->is_failing || entry->plan.is_urgent ? at + kUrgentSpacing * soon++ : next_place(*entry, at));
    }
  }

  void turn(milliseconds wait) {
    beat.alive(monotonic());
    look_at_clocks();
    look_at_places();
    take_orders();
    begin_due();
    if (!due.empty() && running < kRunningMax) {
      const microseconds until = due.begin()->first - monotonic();
      wait = std::min(wait, std::chrono::ceil<milliseconds>(std::max(until, microseconds(0))));
    }
    runtime.poll(wait);
    running_count = running;
    held_count = held.size();
    planned_count = entries.size();
  }

  // On the thread that turned, after its last turn.
  void end_all() {
    asker.forget();
    held.clear();
    for (const auto& [id, entry] : entries) stop_run(*entry);
    std::list<Try> left = std::move(tries);
    tries.clear();
    std::vector<LoopOrder> orders;
    {
      const std::lock_guard lock(mutex);
      is_stopped = true;
      orders.swap(inbox);
    }
    for (Try& each : left) {
      each.run.reset();
      each.done(own_trouble("connlog is being stopped", parts.clock.now()));
    }
    for (LoopOrder& order : orders) {
      if (order.done) order.done(own_trouble("connlog is being stopped", parts.clock.now()));
    }
    running_count = 0;
    held_count = 0;
  }

  void order(LoopOrder given) {
    {
      const std::lock_guard lock(mutex);
      if (!is_stopped) {
        inbox.push_back(std::move(given));
        runtime.wake();
        return;
      }
    }
    if (given.done) given.done(own_trouble("connlog is being stopped", parts.clock.now()));
  }
};

CheckLoop::CheckLoop(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}

CheckLoop::~CheckLoop() {
  stop();
}

void CheckLoop::start() {
  impl_->thread = std::thread([impl = impl_.get()] {
    pthread_setname_np(pthread_self(), "checks");
    while (!impl->stopping) {
      try {
        impl->turn(kTurnMax);
      } catch (const std::exception& problem) {
        log_error("checks_turn_failed", {{"problem", problem.what()}});
      }
    }
    impl->end_all();
    impl->beat.rests();
  });
}

void CheckLoop::stop() {
  impl_->stopping = true;
  impl_->runtime.wake();
  if (impl_->thread.joinable()) {
    impl_->thread.join();
  } else {
    impl_->end_all();
  }
}

void CheckLoop::put(PlannedCheck check) {
  impl_->order({LoopOrder::What::put, std::move(check), {}});
}

void CheckLoop::remove(const CheckId& id) {
  LoopOrder order{LoopOrder::What::remove, {}, {}};
  order.check.id = id;
  impl_->order(std::move(order));
}

void CheckLoop::hasten(const CheckId& id) {
  LoopOrder order{LoopOrder::What::hasten, {}, {}};
  order.check.id = id;
  impl_->order(std::move(order));
}

void CheckLoop::try_once(std::shared_ptr<const CheckSpec> spec, CheckDone done) {
  LoopOrder order{LoopOrder::What::try_once, {}, std::move(done)};
  order.check.spec = std::move(spec);
  impl_->order(std::move(order));
}

std::optional<Instant> CheckLoop::next_at(const CheckId& id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->shown.find(id);
  if (found == impl_->shown.end()) return std::nullopt;
  const microseconds until = std::max(found->second - impl_->monotonic(), microseconds(0));
  return impl_->parts.clock.now() + until;
}

CheckLoopCounts CheckLoop::counts() const {
  CheckLoopCounts counts;
  counts.planned = impl_->planned_count;
  counts.running = impl_->running_count;
  counts.held = impl_->held_count;
  counts.made = impl_->made_count;
  counts.latest_lag = microseconds(impl_->lag_us.load());
  return counts;
}

LoopSign CheckLoop::sign() const {
  return impl_->beat.sign();
}

void CheckLoop::turn(milliseconds wait) {
  impl_->turn(wait);
}

}  // namespace connlog
