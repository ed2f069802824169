// The appliance's limits as its administrator reads and sets them.
#include <nlohmann/json.hpp>

#include "core/access/administration.h"
#include "core/base/value_or.h"
#include "web/api/access/handlers.h"
#include "web/api/views.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr std::size_t kNameShown = 60;  // of a name that is refused

Result<Reply> limits_reply(const Limits& limits, Snapshot& snapshot) {
  std::map<std::string, StoredLimit> stored;
  auto limits_stored = TRY(limits.stored(snapshot));
  for (StoredLimit& limit : limits_stored) stored.emplace(limit.name, std::move(limit));
  json items = json::array();
  for (const LimitFact& fact : limit_facts()) {
    const auto set = stored.find(std::string(fact.name));
    const bool is_set = set != stored.end();
    items.push_back({{"name", fact.name},
                     {"value", is_set ? set->second.value : limits.default_value(fact.limit)},
                     {"standard", limits.default_value(fact.limit)},
                     {"lowest", fact.lowest},
                     {"highest", fact.highest},
                     {"unit", fact.unit},
                     {"help", fact.help},
                     {"changed_at", is_set ? time_view(set->second.changed_at) : json(nullptr)},
                     {"changed_by", is_set ? set->second.changed_by : std::string()}});
  }
  return json_reply(200, {{"items", std::move(items)}});
}

}  // namespace

Result<Reply> show_limits(Context& ctx) {
  return ctx.read(
      [&](Snapshot& snapshot) { return limits_reply(ctx.of<Services>().administration.limits(), snapshot); });
}

Result<Reply> change_limits(Context& ctx) {
  const Body body = TRY(ctx.body());
  std::vector<LimitChange> changes;
  if (const auto wanted = TRY(body.maybe_object("limits"))) {
    for (const std::string& name : wanted->names()) {
      if (find_limit(name) == nullptr)
        return invalid("limits." + name.substr(0, kNameShown), "There is no limit of this name.");
    }
    for (const LimitFact& fact : limit_facts()) {
      const auto value = TRY(wanted->maybe_integer(fact.name, fact.lowest, fact.highest));
      if (value) changes.push_back({fact.limit, false, *value});
    }
  }
  const auto names = TRY(value_or(body.maybe_texts("standard", kLimits, 60), {}));
  for (const std::string& name : names) {
    const LimitFact* fact = find_limit(name);
    if (fact == nullptr) return invalid("standard", "There is no limit of this name.");
    changes.push_back({fact->limit, true, 0});
  }
  return ctx.write([&administration = ctx.of<Services>().administration, actor = ctx.actor,
                    changes](Transaction& tx) -> Result<Reply> {
    TRY(administration.limit_changes().change(tx, actor, changes));
    return limits_reply(administration.limits(), tx);
  });
}

}  // namespace connlog::web::access
