#include "cli/backup_control.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/log.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr int kListed = 200;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

json time_of(Instant at) {
  return at.is_set() ? json(to_iso8601(at)) : json(nullptr);
}

class Answering {
 public:
  Answering(Backups& backups, Stores& stores, const Actor& actor, const json& request)
      : backups_(backups), stores_(stores), actor_(actor), request_(request) {}

  Result<json> answer(const std::string& command) {
    if (command == "backup_facts") return facts();
    if (command == "backup_list") return list();
    if (command == "backup_create") return create();
    if (command == "backup_stream") return stream();
    if (command == "backup_verify") return verify();
    if (command == "backup_state") return state();
    return where();
  }

 private:
  Result<BackupId> id() const {
    BackupId id;
    if (!BackupId::parse(text_of(request_, "id"), id)) return invalid("id", "This is no id of a backup.");
    return id;
  }

  Result<BackupKind> kind() const {
    const auto kind = parse_word<BackupKind>(text_of(request_, "kind"));
    if (!kind) return invalid("kind", "The kind is whole or without_history.");
    return *kind;
  }

  Result<json> facts() const {
    json out;
    const auto read = stores_.read([&](Snapshot& snapshot) -> Result<void> {
      out["instance"] = TRY(backups_.instance(snapshot));
      return {};
    });
    TRY(read);
    out["signer"] = backups_.signer();
    return out;
  }

  Result<json> list() const {
    json items = json::array();
    const auto read = stores_.read([&](Snapshot& snapshot) -> Result<void> {
      const auto all = TRY(backups_.list(snapshot, kListed));
      for (const Backups::Listed& each : all) items.push_back(backup_facts(each));
      return {};
    });
    TRY(read);
    return json{{"items", std::move(items)}};
  }

  Result<json> begun(const std::function<Result<Backup>(Transaction&)>& begin) {
    Backup backup;
    const auto written = stores_.write([&](Transaction& tx) -> Result<void> {
      backup = TRY(begin(tx));
      return {};
    });
    TRY(written);
    if (!backups_.is_started()) backups_.run_once();
    return json{{"id", backup.id.text()}};
  }

  Result<json> create() {
    const BackupKind wanted = TRY(kind());
    return begun([&](Transaction& tx) { return backups_.begin(tx, actor_, wanted, BackupTrigger::command_line); });
  }

  Result<json> stream() {
    if (!backups_.is_started()) return Error{ErrorCode::conflict, "No connlog serves here."};
    const BackupKind wanted = TRY(kind());
    return begun(
        [&](Transaction& tx) { return backups_.begin_into_pipe(tx, actor_, wanted, text_of(request_, "pipe")); });
  }

  Result<json> verify() {
    const BackupId wanted = TRY(id());
    TRY(backups_.begin_verify(actor_, wanted));
    if (!backups_.is_started()) backups_.run_once();
    return json{{"id", wanted.text()}};
  }

  Result<json> state() const {
    const BackupId wanted = TRY(id());
    const std::vector<BackupProgress> all = backups_.progress();
    const auto found = TRY(backups_.find(wanted));
    if (!found) return Error{ErrorCode::not_found, "There is no such backup."};
    json progress;
    for (const BackupProgress& each : all) {
      if (each.backup != wanted) continue;
      progress = {{"step", to_text(each.step)}, {"destination", each.destination}, {"done", each.done}, {"of", each.of}};
      break;
    }
    return json{{"backup", backup_facts({*found, {}})}, {"progress", std::move(progress)}};
  }

  Result<json> where() const {
    const BackupId wanted = TRY(id());
    const auto path = TRY(backups_.path_of(wanted));
    return json{{"path", path.value_or("")}};
  }

  Backups& backups_;
  Stores& stores_;
  const Actor& actor_;
  const json& request_;
};

constexpr std::string_view kCommands[] = {"backup_facts",  "backup_list",  "backup_create", "backup_stream",
                                          "backup_verify", "backup_state", "backup_where"};

}  // namespace

json backup_facts(const Backups::Listed& listed) {
  const Backup& backup = listed.backup;
  json copies = json::array();
  for (const BackupCopy& copy : listed.copies) {
    copies.push_back({{"destination", copy.destination},
                      {"is_there", copy.is_there},
                      {"at", time_of(copy.at)},
                      {"trouble", copy.trouble}});
  }
  return {{"id", backup.id.text()},
          {"kind", to_text(backup.kind)},
          {"trigger", to_text(backup.trigger)},
          {"state", to_text(backup.state)},
          {"started_at", time_of(backup.started_at)},
          {"ended_at", time_of(backup.ended_at)},
          {"name", backup.name},
          {"bytes", backup.bytes},
          {"by", backup.by},
          {"trouble", backup.trouble},
          {"verified_at", time_of(backup.verified_at)},
          {"verify_trouble", backup.verify_trouble},
          {"drilled_at", time_of(backup.drilled_at)},
          {"drill_trouble", backup.drill_trouble},
          {"has_key", !backup.sealed_key.empty()},
          {"copies", std::move(copies)}};
}

std::optional<std::string> answer_backup_request(Backups& backups, Stores& stores, const Actor& actor,
                                                 const std::string& request) {
  const json parsed = json::parse(request, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  const std::string command = text_of(parsed, "command");
  if (std::ranges::find(kCommands, command) == std::end(kCommands)) return std::nullopt;
  auto answer = Answering(backups, stores, actor, parsed).answer(command);
  json out;
  if (answer) {
    out = *std::move(answer);
    out["ok"] = true;
  } else {
    if (!answer.error().cause.empty()) log_error("control.failed", {{"cause", answer.error().cause}});
    out = {{"ok", false}, {"message", answer.error().message}};
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace connlog
