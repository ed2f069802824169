#include "cli/control_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/backup_control.h"
#include "cli/trail_parts.h"
#include "core/appliance/backup/backups.h"
#include "core/appliance/inspection_json.h"
#include "core/base/text.h"
#include "core/base/log.h"
#include "core/crypto/key_file.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr std::size_t kEvidenceBytesMax = 1'000;

std::string refused(const Error& error) {
  if (!error.cause.empty()) log_error("control.failed", {{"cause", error.cause}});
  return json{{"ok", false}, {"message", error.message}}.dump();
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<NewMasterKey> new_master_key_of(const json& request) {
  NewMasterKey wanted;
  const auto form = parse_word<MasterKeyForm>(text_of(request, "form"));
  if (!form) return invalid("form", fmt::format("The form is none of {}.", listed(words_of<MasterKeyForm>())));
  wanted.form = *form;
  wanted.passphrase = Secret(text_of(request, "passphrase"));
  if (wanted.form == MasterKeyForm::credential)
    wanted.key = TRY(key_file::parse_key(Secret(text_of(request, "key")), "The new master key"));
  return wanted;
}

std::string rotate_keys(KeyRotation& keys, const Actor& actor, const json& request) {
  const auto wanted = new_master_key_of(request);
  if (!wanted) return refused(wanted.error());
  const auto done = keys.rotate(actor, *wanted);
  if (!done) return refused(done.error());
  return json{
      {"ok", true},
      {"summary", fmt::format("{} secrets were sealed anew{}.", done->renewed,
                              done->unreadable > 0
                                  ? fmt::format("; {} could not be opened and must be entered again", done->unreadable)
                                  : "")}}
      .dump();
}

Actor command_line_actor() {
  Actor actor;
  actor.kind = Actor::Kind::command_line;
  actor.name = "command line";
  return actor;
}

}  // namespace

std::string answer_control_request(ControlServices& services, const std::string& request) {
  const json parsed = json::parse(request, nullptr, false);
  if (!parsed.is_object()) return refused(invalid("", "The request is not a JSON object."));
  const std::string command = text_of(parsed, "command");
  if (command == "ready") {
    const auto ready = services.ready ? services.ready() : Result<void>();
    json answer = ready ? json{{"ok", true}, {"pid", ::getpid()}} : json{{"ok", false}, {"message", ready.error().message}};
    answer["findings"] = services.findings();
    return answer.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  if (command == "certificates") {
    std::vector<std::string> pins;
    if (const auto listed = parsed.find("pins"); listed != parsed.end() && listed->is_array()) {
      for (const json& pin : *listed) {
        if (pin.is_string()) pins.push_back(pin.get<std::string>());
      }
    }
    const auto given = parsed.find("given");
    const bool is_given = given != parsed.end() && given->is_boolean() && given->get<bool>();
    return services.certificates ? services.certificates(pins, is_given) : json{{"ok", true}}.dump();
  }
  if (command == "inspection" && services.inspection) {
    const auto found = services.inspection();
    if (!found) return refused(found.error());
    json findings = json::array();
    for (const Finding& each : *found) findings.push_back(view(each));
    return json{{"ok", true}, {"findings", std::move(findings)}}.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  if (command == "reset_password") {
    const Secret password(text_of(parsed, "password"));
    const auto done = services.accounts.set_password(command_line_actor(), text_of(parsed, "mail"), password);
    return done ? json{{"ok", true}}.dump() : refused(done.error());
  }
  if (command == "key_export") {
    const auto key = services.keys.export_database_key(command_line_actor());
    return key ? json{{"ok", true}, {"key", to_hex(*key)}}.dump() : refused(key.error());
  }
  if (command == "key_rotate") return rotate_keys(services.keys, command_line_actor(), parsed);
  if (command == "key_form") return json{{"ok", true}, {"form", to_text(services.keys.keyring().form())}}.dump();
  if (command == "audit_verify") return services.trails.answer_verify(command_line_actor(), text_of(parsed, "head"));
  if (command == "audit_accept") return services.trails.answer_accept(command_line_actor(), text_of(parsed, "reason"));
  if (services.backups != nullptr) {
    if (auto answer = answer_backup_request(*services.backups, services.stores, command_line_actor(), request))
      return *std::move(answer);
  }
  if (command == "restore_finish" && services.end_recovery) {
    const auto done = services.end_recovery(command_line_actor());
    return done ? json{{"ok", true}}.dump() : refused(done.error());
  }
  if (command == "drill_note" && services.note_drill) {
    const auto done = services.note_drill(command_line_actor(), cut(text_of(parsed, "evidence"), kEvidenceBytesMax));
    return done ? json{{"ok", true}}.dump() : refused(done.error());
  }
  if (command == "backup_drill" && services.backups != nullptr) {
    BackupId id;
    if (!BackupId::parse(text_of(parsed, "id"), id)) return refused(invalid("id", "This is no id of a backup."));
    const auto begun = services.backups->begin_drill(command_line_actor(), id);
    if (!begun) return refused(begun.error());
    if (!services.backups->is_started()) services.backups->run_once();
    return json{{"ok", true}}.dump();
  }
  return refused(invalid(
      "command", fmt::format("There is no command \"{}\". The running connlog may be of another version.", command)));
}

std::string reset_password_request(const std::string& mail, const Secret& password) {
  return json{{"command", "reset_password"}, {"mail", mail}, {"password", std::string(password.reveal())}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

std::string inspection_request() {
  return json{{"command", "inspection"}}.dump();
}

std::string key_export_request() {
  return json{{"command", "key_export"}}.dump();
}

std::string audit_verify_request(const std::string& head) {
  return json{{"command", "audit_verify"}, {"head", head}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string audit_accept_request(const std::string& reason) {
  return json{{"command", "audit_accept"}, {"reason", reason}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string restore_finish_request() {
  return json{{"command", "restore_finish"}}.dump();
}

std::string drill_note_request(const std::string& evidence) {
  return json{{"command", "drill_note"}, {"evidence", evidence}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string key_rotate_request(const NewMasterKey& wanted) {
  json request = {{"command", "key_rotate"}, {"form", to_text(wanted.form)}};
  if (wanted.form == MasterKeyForm::passphrase) request["passphrase"] = std::string(wanted.passphrase.reveal());
  if (wanted.key) request["key"] = to_hex(*wanted.key);
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string ready_request() {
  return json{{"command", "ready"}}.dump();
}

std::string certificates_request(const std::vector<std::string>& pins, bool given) {
  return json{{"command", "certificates"}, {"pins", pins}, {"given", given}}.dump();
}

std::vector<std::string> read_control_findings(const std::string& answer) {
  std::vector<std::string> out;
  const json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object()) return out;
  for (const json& each : parsed.value("findings", json::array())) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

Result<Secret> read_control_text(const std::string& answer, const char* name) {
  TRY(read_control_answer(answer));
  return Secret(text_of(json::parse(answer, nullptr, false), name));
}

Result<void> read_control_answer(const std::string& answer) {
  const json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object()) return Error{ErrorCode::unavailable, "The running connlog gave no readable answer."};
  if (parsed.value("ok", false)) return {};
  const std::string message = text_of(parsed, "message");
  return Error{ErrorCode::conflict, message.empty() ? "The running connlog refused without a reason." : message};
}

}  // namespace connlog
