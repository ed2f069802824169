// Addresses that people paste or bring in a list.
#include "core/monitors/monitor_import.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/value_or.h"
#include "core/monitors/monitor_paste.h"
#include "web/api/monitors/handlers.h"

namespace connlog::web::monitors {
namespace {

using nlohmann::json;

constexpr std::size_t kPastedMax = 20'000, kListMax = 200'000;  // characters

json values_view(const FieldValues& values) {
  json fields = json::object();
  for (const auto& [name, value] : values.entries())
    std::visit([&, &name = name](const auto& plain) { fields[name] = plain; }, value);
  return fields;
}

json view(const ImportedMonitor& item) {
  return {{"line", item.line},
          {"name", item.wanted.name},
          {"kind", item.wanted.check},
          {"fields", values_view(item.values)},
          {"trouble", item.trouble.empty() ? json(nullptr) : json(item.trouble)}};
}

bool is_about_one(const Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::conflict ||
         error.code == ErrorCode::forbidden;
}

std::string trouble_of(const Error& error) {
  return error.field.empty() ? error.message : error.field + ": " + error.message;
}

// Looks at each line that can be read, or makes it; what is refused is said at its line.
Result<std::int64_t> take(std::vector<ImportedMonitor>& items,
                          const std::function<Result<void>(const NewMonitor&)>& one) {
  std::int64_t good = 0;
  for (ImportedMonitor& item : items) {
    if (!item.trouble.empty()) continue;
    const auto done = one(item.wanted);
    if (done) {
      ++good;
    } else if (is_about_one(done.error())) {
      item.trouble = trouble_of(done.error());
    } else {
      return done.error();
    }
  }
  return good;
}

json imported_view(const std::vector<ImportedMonitor>& items, std::int64_t made) {
  json lines = json::array();
  for (const ImportedMonitor& item : items) lines.push_back(view(item));
  return {{"items", std::move(lines)}, {"made", made}};
}

}  // namespace

// The person's own text comes back taken apart, with the password that stood in it: nothing is stored.
Result<Reply> propose_monitors(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string text = TRY(body.text("text", 1, kPastedMax, Lines::many));
  json items = json::array();
  for (const MonitorProposal& proposal : connlog::propose_monitors(all_checks(), text)) {
    json fields = values_view(proposal.values);
    for (const auto& [name, secret] : proposal.secrets.entries()) fields[name] = secret.reveal();
    items.push_back({{"kind", proposal.kind->word},
                     {"name", proposal.name},
                     {"fields", std::move(fields)},
                     {"secrets_moved", proposal.secrets_moved}});
  }
  return json_reply(200, {{"items", std::move(items)}});
}

Result<Reply> import_monitors(Context& ctx) {
  const Services& services = ctx.of<Services>();
  const Body body = TRY(ctx.body());
  const std::string text = TRY(body.text("text", 1, kListMax, Lines::many));
  const auto format = TRY(body.word<ImportFormat>("format"));
  const bool is_dry = TRY(value_or(body.maybe_flag("dry_run"), false));
  const bool confirmed = TRY(value_or(body.maybe_flag("confirmed_hosts"), false));
  std::vector<ImportedMonitor> items = TRY(read_import(all_checks(), format, text));
  for (ImportedMonitor& item : items) item.wanted.settings.confirmed_host = confirmed;
  if (is_dry) {
    return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
      TRY(take(items, [&](const NewMonitor& wanted) {
        return services.monitor_service.check_new(snapshot, ctx.actor, wanted);
      }));
      return json_reply(200, imported_view(items, 0));
    });
  }
  return ctx.create([&services, actor = ctx.actor, items = std::move(items)](Transaction& tx) -> Result<Reply> {
    std::vector<ImportedMonitor> lines = items;  // the closure may run again
    const auto add = [&](const NewMonitor& wanted) -> Result<void> {
      TRY(services.monitor_service.add(tx, actor, wanted));
      return {};
    };
    const std::int64_t made = TRY(take(lines, add));
    return json_reply(200, imported_view(lines, made));
  });
}

}  // namespace connlog::web::monitors
