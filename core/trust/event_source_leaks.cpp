#include "core/trust/event_source_leaks.h"

#include <fmt/format.h>

#include <utility>

namespace connlog {
namespace {

class EventKey final : public LeakKind {
 public:
  explicit EventKey(EventSourceService& service) : service_(service) {}
  LeakOwnerKind owner_kind() const override { return LeakOwnerKind::workspace; }
  std::string_view name() const override { return "event_key"; }
  std::string_view title() const override { return "The key of an event source"; }

  Result<std::vector<LeakedSecret>> secrets(Snapshot& snapshot, const Actor& actor,
                                            const std::string& search) const override {
    std::vector<LeakedSecret> out;
    const auto sources = TRY(service_.list(snapshot, actor));
    for (const EventSourceAndSubject& each : sources) {
      if (out.size() == static_cast<std::size_t>(kLeakedSecretsMax)) break;
      if (contains_folded(each.subject.name, search)) out.push_back(leaked_of(each));
    }
    return out;
  }

  Result<LeakPlan> plan(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const override {
    const EventSourceAndSubject known = TRY(find(snapshot, actor, leaked));
    return LeakPlan{leaked_of(known),
                    {fmt::format("{} gets a new key, which is shown to you once.", known.subject.name),
                     "The old key opens and resolves nothing any more: who sends with it is refused.",
                     "Until the new key is in use its events do not come in. Open ones stay open until they are stale."},
                    left(known)};
  }

  Result<LeakAnswer> answer(Transaction& tx, const Actor& actor, SessionId, const std::string& leaked) override {
    const EventSourceAndSubject known = TRY(find(tx, actor, leaked));
    EventSourceWithKey renewed = TRY(service_.renew_key(tx, actor, known.source.id));
    return LeakAnswer{leaked_of(renewed),
                      {fmt::format("{} got a new key.", known.subject.name), "The old key was ended."},
                      left(known),
                      std::move(renewed.key),
                      fmt::format("The new key of {}", known.subject.name),
                      false,
                      {}};
  }

 private:
  static LeakedSecret leaked_of(const EventSourceAndSubject& known) {
    return {known.source.id.text(), known.subject.name, known.source.key_start + "…"};
  }
  static std::vector<std::string> left(const EventSourceAndSubject& known) {
    return {fmt::format("Put the new key into the system that sends to {}.", known.subject.name),
            fmt::format("Look whether the incidents of {} of the last days were its own, and whether one was resolved that is "
                        "not over: with the key anybody could open and resolve them.",
                        known.subject.name),
            "Find out how it got out (shell history, a ticket, a backup, a repository) and remove it there."};
  }
  Result<EventSourceAndSubject> find(Snapshot& snapshot, const Actor& actor, const std::string& leaked) const {
    const Error gone{ErrorCode::not_found, "There is no such event source (any more).", "subject"};
    EventSourceId id;
    if (!EventSourceId::parse(leaked, id)) return gone;
    auto known = service_.find(snapshot, actor, id);
    if (!known && known.error().code == ErrorCode::not_found) return gone;
    return known;
  }

  EventSourceService& service_;
};

}  // namespace

std::unique_ptr<LeakKind> event_key_leak(EventSourceService& service) {
  return std::make_unique<EventKey>(service);
}

}  // namespace connlog
