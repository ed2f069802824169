// What groups and tags set for the monitors in them.
#include <nlohmann/json.hpp>
#include <utility>

#include "web/api/monitors/handlers.h"
#include "web/api/monitors/monitor_view.h"
#include "web/api/watch/services.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr std::size_t kOfCharactersMax = 64, kRecipientsMax = 50;

json view(const CheckDefaults& defaults, const std::string& of_name) {
  json item = own_view(defaults.timing);
  json recipients = json::array();
  for (const RecipientId& recipient : defaults.recipients) recipients.push_back(recipient.text());
  item.update({{"scope", to_text(defaults.scope)},
               {"of", defaults.of},
               {"of_name", of_name},
               {"recipients", std::move(recipients)}});
  return item;
}

Result<json> shown(Snapshot& snapshot, const Services& services, const watch::Services& watched, const Actor& actor) {
  const auto all = TRY(services.monitor_service.defaults(snapshot, actor));
  json items = json::array();
  for (const CheckDefaults& each : all) {
    std::string name = each.of;
    GroupId group;
    if (each.scope == CheckDefaults::Scope::group && GroupId::parse(each.of, group)) {
      const auto row = watched.directory.row(actor.workspace, group);
      if (row != nullptr) name = row->name;
    }
    items.push_back(view(each, name));
  }
  return json{{"items", std::move(items)}};
}

Result<CheckDefaults> read_item(const Body& body) {
  CheckDefaults item;
  item.scope = TRY(body.word<CheckDefaults::Scope>("scope"));
  item.of = TRY(body.text("of", 1, kOfCharactersMax));
  item.timing.interval_seconds = TRY(body.maybe_integer("interval_seconds", 5, 86'400));
  item.timing.retries = TRY(body.maybe_integer("retries", 0, 20));
  item.timing.retry_interval_seconds = TRY(body.maybe_integer("retry_interval_seconds", 5, 3'600));
  item.timing.time_limit_ms = TRY(body.maybe_integer("time_limit_ms", 100, 60'000));
  item.timing.recover_after = TRY(body.maybe_integer("recover_after", 1, 20));
  const auto recipients = TRY(body.maybe_texts("recipients", kRecipientsMax, kOfCharactersMax));
  if (!recipients) return item;
  for (const std::string& text : *recipients) {
    if (!RecipientId::parse(text, item.recipients.emplace_back()))
      return invalid("recipients", "There is no such recipient.");
  }
  return item;
}

}  // namespace

Result<Reply> show_check_defaults(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const json body = TRY(shown(snapshot, ctx.of<Services>(), ctx.of<watch::Services>(), ctx.actor));
    return json_reply(200, body);
  });
}

Result<Reply> put_check_defaults(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto objects = TRY(body.maybe_objects("items", kCheckDefaultsMax));
  if (!objects) return invalid("items", "This is required.");
  std::vector<CheckDefaults> wanted;
  for (const Body& object : *objects) {
    CheckDefaults item = TRY(read_item(object));
    wanted.push_back(std::move(item));
  }
  return ctx.write([&services = ctx.of<Services>(), &watched = ctx.of<watch::Services>(), actor = ctx.actor,
                    wanted](Transaction& tx) -> Result<Reply> {
    TRY(services.monitor_service.put_defaults(tx, actor, wanted));
    const json now = TRY(shown(tx, services, watched, actor));
    return json_reply(200, now);
  });
}

}  // namespace connlog::web::monitors
