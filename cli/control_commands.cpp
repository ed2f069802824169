#include "cli/control_commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/base/log.h"

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
  if (command == "ping") return json{{"ok", true}, {"pid", ::getpid()}}.dump();
  if (command == "reset_password") {
    const Secret password(text_of(parsed, "password"));
    const auto done =
        reset_password(services.identity, services.stores, command_line_actor(), text_of(parsed, "mail"), password);
    return done ? json{{"ok", true}}.dump() : refused(done.error());
  }
  return refused(invalid(
      "command", fmt::format("There is no command \"{}\". The running connlog may be of another version.", command)));
}

std::string reset_password_request(const std::string& mail, const Secret& password) {
  return json{{"command", "reset_password"}, {"mail", mail}, {"password", std::string(password.reveal())}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
}

std::string ping_request() {
  return json{{"command", "ping"}}.dump();
}

Result<void> read_control_answer(const std::string& answer) {
  const json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object()) return Error{ErrorCode::unavailable, "The running connlog gave no readable answer."};
  if (parsed.value("ok", false)) return {};
  const std::string message = text_of(parsed, "message");
  return Error{ErrorCode::conflict, message.empty() ? "The running connlog refused without a reason." : message};
}

}  // namespace connlog
