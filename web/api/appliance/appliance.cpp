// The appliance as its administrator sees it: what runs, where it listens, what is missing, and how mail leaves it.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/value_or.h"
#include "core/base/version.h"
#include "web/server/certificates.h"
#include "web/api/appliance/handlers.h"
#include "web/api/agent_programs.h"
#include "web/api/views.h"
#include "web/api/notify/views.h"

namespace connlog::web::appliance {
namespace {

using nlohmann::json;

constexpr std::size_t kPemCharactersMax = 32 * 1024;
constexpr std::size_t kMailPasswordBytesMax = 1024;

// The settings, and whether mail gets through with them.
Result<json> mail_view(const Notify& notify, Snapshot& snapshot) {
  const auto settings = TRY(notify.mail_settings(snapshot));
  json out = view(settings);
  const auto trouble = TRY(notify.mail_trouble(snapshot));
  out["trouble"] = trouble ? view(*trouble) : json(nullptr);
  out["default_helo_name"] = notify.default_helo_name();
  return out;
}

}  // namespace

Result<Reply> appliance(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const WebOptions& options = ctx.options();
  json warnings = options.warnings;
  if (const auto outage = ctx.of<Context::Services>().storage.outage())
    warnings.push_back(fmt::format("Nothing can be stored since {}: {}.", to_iso8601(outage->since), outage->cause));
  json listeners = json::array();
  for (const Listener& listener : options.listeners)
    listeners.push_back({{"address", listener.address}, {"port", listener.port}, {"tls", listener.tls}});
  json targets = json::array();
  for (const std::string_view target : kAgentTargets) {
    const auto program = ctx.programs().find(target);
    targets.push_back({{"target", target},
                       {"available", program.has_value()},
                       {"bytes", program ? json(program->bytes) : json(nullptr)}});
  }
  if (options.more_warnings) {
    for (std::string& warning : options.more_warnings()) warnings.push_back(std::move(warning));
  }
  const std::vector<std::string> findings = options.findings ? options.findings() : std::vector<std::string>();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    std::size_t agents = 0;
    const auto workspaces = TRY(services.workspaces.all(snapshot));
    for (const Workspace& workspace : workspaces) agents += services.directory.count(workspace.id, SubjectKind::agent);
    const Certificates* certificates = options.certificates;
    return json_reply(200,
                      {{"version", version()},
                       {"public_url", options.public_url},
                       {"listeners", std::move(listeners)},
                       {"server_pin", certificates ? json(certificates->server_pin_base64()) : json(nullptr)},
                       {"ca_pin", certificates ? json(certificates->ca_pin_hex()) : json(nullptr)},
                       {"started_at", time_view(ctx.started_at())},
                       {"database_bytes", options.database_bytes ? json(options.database_bytes()) : json(nullptr)},
                       {"agents_total", agents},
                       {"agent_targets", std::move(targets)},
                       {"certificate_not_after", certificates ? time_view(certificates->not_after()) : json(nullptr)},
                       {"warnings", std::move(warnings)},
                       {"findings", findings}});
  });
}

Result<Reply> mail_settings(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    auto shown = TRY(mail_view(ctx.of<Services>().notify_service, snapshot));
    return json_reply(200, std::move(shown));
  });
}

Result<Reply> change_mail_settings(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  // Shared, as a closure must be copyable and a Secret is not.
  const auto change = std::make_shared<MailSettingsChange>();
  MailSettings& settings = change->settings;
  settings.configured = TRY(value_or(body.maybe_flag("configured"), true));
  settings.host = TRY(body.text("host", settings.configured ? 1 : 0, 253));
  settings.port = TRY(body.integer("port", 1, 65'535));
  settings.security = TRY(body.word<MailSecurity>("security"));
  settings.username = TRY(value_or(body.maybe_text("username", 0, 320), ""));
  settings.from_address = TRY(body.text("from_address", settings.configured ? 1 : 0, 254));
  settings.from_name = TRY(value_or(body.maybe_text("from_name", 0, 80), ""));
  settings.ca_pem = TRY(value_or(body.maybe_text("ca_pem", 0, kPemCharactersMax, Lines::many), ""));
  settings.helo_name = TRY(value_or(body.maybe_text("helo_name", 0, 255), ""));
  settings.login = TRY(value_or(body.maybe_word<MailLogin>("login"), MailLogin::automatic));
  if (body.has("password")) change->password = TRY(body.secret("password", kMailPasswordBytesMax));
  return ctx.write([&services, actor = ctx.actor, change](Transaction& tx) -> Result<Reply> {
    TRY(services.notify_service.change_mail_settings(tx, actor, *change));
    auto changed = TRY(mail_view(services.notify_service, tx));
    return json_reply(200, std::move(changed));
  });
}

Result<Reply> test_mail(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string to = TRY(body.text("to", 1, 254));
  TRY(check_mail("to", to));
  const std::string account = ctx.actor.user.text();
  TRY(ctx.of<Services>().attempts.admit(Attempt::mail_test, {.address = ctx.actor.address, .account = account}));
  const auto exchange = std::make_shared<Exchange>(ctx.park());
  ctx.of<Services>().notify_service.test_mail(ctx.actor, to, [exchange](Result<TestAnswer> answer) {
    exchange->send(answer ? json_reply(200, {{"ok", answer->ok}, {"answer", answer->answer}})
                          : problem(answer.error()));
  });
  return Reply::answered_later();
}

}  // namespace connlog::web::appliance
