// Checks that are made once, at once: of a monitor, or of a form that is not saved. The result is shown and not stored. Who
// asked for it stands in the trail.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "core/monitors/answer_text.h"
#include "web/api/monitors/handlers.h"
#include "web/api/monitors/monitor_body.h"
#include "web/api/monitors/monitor_view.h"
#include "web/server/problem.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;
using Spec = std::shared_ptr<const CheckSpec>;

constexpr std::size_t kIdCharactersMax = 64, kWordCharactersMax = 40;

struct Once {
  Exchange exchange;
  Spec spec;
};

Reply made(const CheckSpec& spec, const CheckResult& result) {
  json shown = result_view(result);
  const std::string excerpt = shown_answer(result.excerpt, spec.secrets);
  shown["excerpt"] = excerpt.empty() ? json(nullptr) : json(excerpt);
  return json_reply(200, {{"result", std::move(shown)}});
}

// First the trail, then the check; the answer leaves when it ends, and no worker waits for it.
Result<Reply> check_once(Context& ctx, std::function<Result<Spec>(Transaction&)> prepare) {
  const Services& services = ctx.of<Services>();
  if (in_recovery(services.recovery) || services.checks == nullptr)
    return Error{ErrorCode::unavailable, "Nothing is checked at the moment: the appliance is in recovery or ends."};
  TRY(services.check_now.admit(ctx.actor));
  const auto once = std::make_shared<Once>(Once{ctx.park(), {}});
  services.stores.submit(
      Urgency::at_once,
      [once, prepare = std::move(prepare)](Transaction& tx) -> Result<void> {
        once->spec = TRY(prepare(tx));
        return {};
      },
      [once, checks = services.checks](const Result<void>& committed) {
        if (!committed) return once->exchange.send(problem(committed.error()));
        checks->try_once(once->spec,
                         [once](const CheckResult& result) { once->exchange.send(made(*once->spec, result)); });
      });
  return Reply::answered_later();
}

std::string target_text(const CheckSpec& spec) {
  const CheckKind* kind = all_checks().find(spec.kind);
  if (kind == nullptr) return spec.kind;
  const CheckTarget target = kind->target(spec.values);
  return target.port == 0 ? fmt::format("{} {}", spec.kind, target.host)
                          : fmt::format("{} {}:{}", spec.kind, target.host, target.port);
}

}  // namespace

Result<Reply> check_monitor(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const MonitorId id = TRY(ctx.id<MonitorId>());
  return check_once(ctx, [&services, actor = ctx.actor, id](Transaction& tx) -> Result<Spec> {
    Spec spec = TRY(services.monitor_service.spec_to_check(tx, actor, id));
    TRY(services.audit.append(tx, actor, "monitor.checked", id.text(), target_text(*spec)));
    return spec;
  });
}

Result<Reply> try_monitor(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  TriedCheck tried;
  tried.kind = TRY(body.text("kind", 1, kWordCharactersMax));
  tried.fields = TRY(monitor_fields_of(body));
  const std::string monitor = TRY(value_or(body.maybe_text("monitor_id", 1, kIdCharactersMax), std::string()));
  if (!monitor.empty() && !MonitorId::parse(monitor, tried.monitor))
    return invalid("monitor_id", "There is no such monitor.");
  tried.slow_after_ms = TRY(value_or(body.maybe_integer("slow_after_ms", 0, 60'000), 0));
  tried.certificate_days = TRY(value_or(body.maybe_integer("certificate_days", 0, 365), 0));
  tried.invert = TRY(value_or(body.maybe_flag("invert"), false));
  return check_once(ctx, [&services, actor = ctx.actor, tried](Transaction& tx) -> Result<Spec> {
    Spec spec = TRY(services.monitor_service.spec_to_try(tx, actor, tried));
    const std::string target = target_text(*spec);
    TRY(services.audit.append(tx, actor, "monitor.tried", target));
    return spec;
  });
}

}  // namespace connlog::web::monitors
