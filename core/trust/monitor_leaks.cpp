#include "core/trust/monitor_leaks.h"

#include <fmt/format.h>

#include <utility>

namespace connlog {
namespace {

constexpr const char* kFindTheSource =
    "Find out how it got out (shell history, a ticket, a backup, a repository) and remove it there.";

// What both kinds share: which monitors have something, and finding one of them.
class MonitorLeak : public LeakKind {
 public:
  MonitorLeak(const SubjectStore& subjects, const MonitorStore& monitors, MonitorService& service)
      : service_(service), subjects_(subjects), monitors_(monitors) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto monitors = TRY(monitors_.list(snapshot, actor.workspace));
    for (const Monitor& monitor : monitors) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (!has_some(monitor)) continue;
      const auto subject = TRY(subjects_.find(snapshot, actor.workspace, monitor.id));
      if (subject && contains_folded(subject->name, search)) out.push_back(leaked_of({subject->name, monitor}));
    }
    return out;
  }

 protected:
  struct Named {
    std::string name;  // the subject's
    Monitor row;
  };
  virtual bool has_some(const Monitor& monitor) const = 0;
  virtual std::string detail_of(const Monitor& monitor) const = 0;

  LeakedSecret leaked_of(const Named& monitor) const {
    return {monitor.row.id.text(), monitor.name, detail_of(monitor.row)};
  }
  Result<Named> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    const Error gone{ErrorCode::not_found, "There is no such monitor, or it has no secret (any more).", "subject"};
    MonitorId id;
    if (!MonitorId::parse(leaked, id)) return gone;
    auto monitor = TRY(monitors_.find(snapshot, actor.workspace, id));
    const auto subject = TRY(subjects_.find(snapshot, actor.workspace, id));
    if (!monitor || !subject || subject->removed_at.is_set() || !has_some(*monitor)) return gone;
    return Named{subject->name, *std::move(monitor)};
  }

  MonitorService& service_;

 private:
  const SubjectStore& subjects_;
  const MonitorStore& monitors_;
};

class MonitorSecret final : public MonitorLeak {
 public:
  using MonitorLeak::MonitorLeak;
  std::string_view name() const override { return "monitor_secret"; }
  std::string_view title() const override { return "A secret with which a monitor logs in"; }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const Named monitor = TRY(find(snapshot, actor, leaked));
    std::vector<std::string> automatic = {
        fmt::format("connlog forgets the secrets of {}: {}.", monitor.name, detail_of(monitor.row)),
        "Until new ones are entered its check goes on without them, and it may turn down."};
    const std::string probes = probes_of(monitor.row);
    if (!probes.empty()) automatic.push_back(probes);
    return LeakPlan{leaked_of(monitor), std::move(automatic), left(monitor)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const Named monitor = TRY(find(tx, actor, leaked));
    TRY(service_.clear_secrets(tx, actor, monitor.row.id));
    return LeakAnswer{leaked_of(monitor),
                      {fmt::format("The secrets of {} were forgotten: {}.", monitor.name, detail_of(monitor.row))},
                      left(monitor),
                      {},
                      {},
                      false,
                      {}};
  }

 private:
  bool has_some(const Monitor& monitor) const override { return !monitor.sealed.empty(); }
  std::string detail_of(const Monitor& monitor) const override {
    std::string names;
    for (const SealedField& sealed : monitor.sealed) names += (names.empty() ? "" : ", ") + sealed.field;
    return names;
  }
  static std::string probes_of(const Monitor& monitor) {
    if (monitor.probes.empty()) return {};
    return fmt::format("{} {} it as probes, and had the secrets in memory.", monitor.probes.size(),
                       monitor.probes.size() == 1 ? "agent checks" : "agents check");
  }
  static std::vector<std::string> left(const Named& monitor) {
    return {fmt::format("Change the secret at the service that {} checks: there it still opens the door.", monitor.name),
            fmt::format("Enter the new one in the settings of {}.", monitor.name), kFindTheSource};
  }
};

class MonitorPingAddress final : public MonitorLeak {
 public:
  using MonitorLeak::MonitorLeak;
  std::string_view name() const override { return "ping_address"; }
  std::string_view title() const override { return "The address by which a job pings"; }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const Named monitor = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(monitor),
                    {fmt::format("{} gets new ping addresses.", monitor.name),
                     "Pings to the old ones are refused at once.",
                     "Until the job pings the new address, it is late and then down."},
                    left(monitor)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const Named monitor = TRY(find(tx, actor, leaked));
    ShownPingAddress renewed = TRY(service_.renew_ping_address(tx, actor, monitor.row.id));
    return LeakAnswer{leaked_of(monitor),
                      {fmt::format("{} got new ping addresses.", monitor.name), "The old ones were ended."},
                      left(monitor),
                      std::move(renewed.uuid),
                      fmt::format("What stands behind /ping/ in the new address of {}", monitor.name),
                      false,
                      {}};
  }

 private:
  bool has_some(const Monitor& monitor) const override { return monitor.ping.has_value(); }
  std::string detail_of(const Monitor& monitor) const override { return monitor.ping ? monitor.ping->slug : ""; }
  static std::vector<std::string> left(const Named& monitor) {
    return {fmt::format("Put the new address into the job that pings {}; its page shows the line.", monitor.name),
            fmt::format("Look whether the pings of {} of the last days were its own: with the address anybody could ping.",
                        monitor.name),
            kFindTheSource};
  }
};

}  // namespace

std::unique_ptr<LeakKind> monitor_secret_leak(const SubjectStore& subjects, const MonitorStore& monitors,
                                              MonitorService& service) {
  return std::make_unique<MonitorSecret>(subjects, monitors, service);
}

std::unique_ptr<LeakKind> ping_address_leak(const SubjectStore& subjects, const MonitorStore& monitors,
                                            MonitorService& service) {
  return std::make_unique<MonitorPingAddress>(subjects, monitors, service);
}

}  // namespace connlog
