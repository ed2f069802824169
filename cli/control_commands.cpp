#include "cli/control_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/trail_parts.h"
#include "core/base/text.h"
#include "core/base/log.h"
#include "core/crypto/key_file.h"
#include "core/notify/mail_health.h"

namespace connlog {
namespace {

using nlohmann::json;

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
  if (!parse_master_key_form(text_of(request, "form"), wanted.form))
    return invalid("form", "The form is none of file, passphrase, credential.");
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

// Empty: mail gets through, or none was sent yet, or nobody can say.
std::string mail_trouble_of(const ControlServices& services) {
  std::string out;
  const auto read = services.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto trouble = TRY(load_mail_trouble(services.settings, snapshot));
    if (trouble) out = explain(*trouble);
    return {};
  });
  if (!read) log_warning("control.mail_unknown", {{"reason", read.error().message}, {"cause", read.error().cause}});
  return out;
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
  if (command == "ping") {
    const json answer = {{"ok", true}, {"pid", ::getpid()}, {"mail_trouble", mail_trouble_of(services)}};
    return answer.dump(-1, ' ', false, json::error_handler_t::replace);
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
  return refused(invalid(
      "command", fmt::format("There is no command \"{}\". The running connlog may be of another version.", command)));
}

std::string reset_password_request(const std::string& mail, const Secret& password) {
  return json{{"command", "reset_password"}, {"mail", mail}, {"password", std::string(password.reveal())}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
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

std::string key_rotate_request(const NewMasterKey& wanted) {
  json request = {{"command", "key_rotate"}, {"form", to_text(wanted.form)}};
  if (wanted.form == MasterKeyForm::passphrase) request["passphrase"] = std::string(wanted.passphrase.reveal());
  if (wanted.key) request["key"] = to_hex(*wanted.key);
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string ping_request() {
  return json{{"command", "ping"}}.dump();
}

std::string mail_trouble_in(const std::string& ping_answer) {
  const json parsed = json::parse(ping_answer, nullptr, false);
  return parsed.is_object() ? text_of(parsed, "mail_trouble") : std::string();
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
