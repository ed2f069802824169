// The time after a restore: what there is to vouch for, what is revoked of it, and the end.
#include <nlohmann/json.hpp>

#include "web/api/appliance/handlers.h"
#include "web/api/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr std::size_t kIdCharactersMax = 80;  // of a member: two ids

json view(const Vouched& vouched) {
  return {{"kind", to_text(vouched.kind)},
          {"id", vouched.id},
          {"workspace", vouched.workspace},
          {"name", vouched.name},
          {"detail", vouched.detail},
          {"at", time_view(vouched.at)},
          {"last_used_at", time_view(vouched.last_used_at)}};
}

}  // namespace

Result<Reply> recovery(Context& ctx) {
  const Recovery& service = ctx.of<Services>().recovery;
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto found = TRY(service.facts(snapshot));
    const RecoveryFacts facts = found.value_or(RecoveryFacts{});
    const auto vouched = TRY(service.vouched(snapshot));
    json items = json::array();
    const std::string own = ctx.identified ? ctx.identified->session.id.text() : std::string();
    const std::string asker = ctx.actor.user.text();
    for (const Vouched& each : vouched) {
      const bool is_account = each.kind == VouchKind::administrator || each.kind == VouchKind::person;
      const bool is_own = (each.kind == VouchKind::session && each.id == own) || (is_account && each.id == asker);
      if (!is_own) items.push_back(view(each));
    }
    return json_reply(200, {{"is_on", found.has_value()},
                            {"since", time_view(facts.since)},
                            {"backup_at", time_view(facts.backup_at)},
                            {"backup_id", facts.backup_id},
                            {"former_instance", facts.former_instance},
                            {"host", facts.host},
                            {"items", std::move(items)}});
  });
}

Result<Reply> revoke_not_vouched(Context& ctx) {
  const Body body = TRY(ctx.body());
  const auto items = TRY(body.maybe_objects("items", kVouchedRevokedMax));
  if (!items || items->empty()) return invalid("items", "Name at least one thing to revoke.");
  std::vector<VouchedThing> things;
  for (const Body& item : *items) {
    VouchedThing thing;
    thing.kind = TRY(item.word<VouchKind>("kind"));
    thing.id = TRY(item.text("id", 1, kIdCharactersMax));
    things.push_back(std::move(thing));
  }
  return ctx.write([&service = ctx.of<Services>().recovery, actor = ctx.actor,
                    things = std::move(things)](Transaction& tx) -> Result<Reply> {
    const std::int64_t revoked = TRY(service.revoke(tx, actor, things));
    return json_reply(200, {{"revoked", revoked}});
  });
}

Result<Reply> end_recovery(Context& ctx) {
  const Body body = TRY(ctx.body());
  const bool former_is_off = TRY(body.flag("former_is_off"));
  if (!former_is_off) {
    return invalid("former_is_off",
                   "Switch the former machine off first: two appliances with the same keys tell people twice, and take "
                   "each other's heartbeats.");
  }
  return ctx.write(
      [&service = ctx.of<Services>().recovery, actor = ctx.actor](Transaction& tx) -> Result<Reply> {
        TRY(service.end(tx, actor));
        return no_content();
      });
}

}  // namespace connlog::web::appliance
