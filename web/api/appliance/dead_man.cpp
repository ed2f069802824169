// Who watches this appliance: the address that is called every minute. It is write-only.
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/appliance/dead_man.h"
#include "web/api/appliance/handlers.h"
#include "web/api/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr std::size_t kUrlBytesMax = 1'000;

json view_of(const DeadManSettings& settings, const DeadManState& state) {
  return {{"configured", !settings.sealed_url.empty()},
          {"enabled", settings.enabled},
          {"shown", settings.shown},
          {"last_at", time_view(state.last_at)},
          {"last_ok", state.last_ok},
          {"last_answer", state.last_answer},
          {"withheld_since", time_view(state.withheld_since)},
          {"withheld_reason", state.withheld_reason}};
}

// Shared, as a closure must be copyable and a Secret is not.
Result<std::shared_ptr<const DeadManChange>> change_of(const Body& body) {
  auto change = std::make_shared<DeadManChange>();
  change->enabled = TRY(body.maybe_flag("enabled"));
  change->forgets_url = body.is_null("url");
  if (body.has("url")) change->url = TRY(body.secret("url", kUrlBytesMax));
  return std::shared_ptr<const DeadManChange>(std::move(change));
}

}  // namespace

Result<Reply> show_dead_man(Context& ctx) {
  const DeadMan& dead_man = ctx.of<Services>().dead_man;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const DeadManSettings settings = TRY(dead_man.settings(snapshot));
    return json_reply(200, view_of(settings, dead_man.state()));
  });
}

Result<Reply> change_dead_man(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto change = TRY(change_of(body));
  DeadMan& dead_man = ctx.of<Services>().dead_man;
  return ctx.write([&dead_man, actor = ctx.actor, change](Transaction& tx) -> Result<Reply> {
    const DeadManSettings settings = TRY(dead_man.change(tx, actor, *change));
    return json_reply(200, view_of(settings, DeadManState{}));
  });
}

Result<Reply> test_dead_man(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const std::string address = ctx.origin().address, account = ctx.actor.user.text();
  TRY(services.attempts.admit(Attempt::webhook_test, {.address = address, .account = account}));
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  const auto begun = services.dead_man.begin_trial(ctx.actor, [exchange](const Result<DeadMan::Trial>& trial) {
    if (!trial) return exchange->send(problem(trial.error()));
    exchange->send(json_reply(200, {{"ok", trial->ok}, {"answer", trial->answer}}));
  });
  if (!begun) exchange->send(problem(begun.error()));
  return Reply::answered_later();
}

}  // namespace connlog::web::appliance
