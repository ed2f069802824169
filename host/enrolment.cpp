#include "host/enrolment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/wire/protocol.h"
#include "core/wire/protocol_parse.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr int kAttempts = 5;
constexpr milliseconds kFirstPause{2'000};
constexpr std::int64_t kPauseSecondsMax = 120;
constexpr milliseconds kTimeout{15'000};
constexpr std::size_t kRequestIdDigits = 64;

Error refused(std::string message) {
  return {.code = ErrorCode::forbidden, .message = std::move(message)};
}

bool is_request_id(std::string_view text) {
  return text.size() == kRequestIdDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The request id, from its file or made now. Only root may read the file: together with the enrolment key, the id gives
// the token.
Result<std::string> request_id_of(const EnrolmentSurroundings& surroundings) {
  const std::string path = surroundings.root + std::string(kEnrolmentRequestPath);
  if (std::ifstream file(path); file) {
    std::string text;
    std::getline(file, text);
    if (is_request_id(text)) return text;
  }
  std::array<std::uint8_t, kRequestIdDigits / 2> bytes{};
  surroundings.random.fill(bytes);
  const std::string id = to_hex(bytes);
  std::error_code ignored;
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  const bool made = std::filesystem::create_directories(directory, ignored);
  if (made) chmod(directory.c_str(), 0750);
  unlink(path.c_str());
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  const std::string line = id + "\n";
  const bool written =
      fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  const int problem = errno;
  if (fd >= 0) close(fd);
  if (written) return id;
  return Error{
      .code = problem == EACCES || problem == EPERM ? ErrorCode::forbidden : ErrorCode::internal,
      .message = fmt::format("{} cannot be written: {}. Run the command with sudo.", path, std::strerror(problem))};
}

std::int64_t retry_after(const HttpAnswer& answer) {
  std::int64_t number = 0;
  if (const std::string* value = answer.header("retry-after")) {
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc() || end != value->data() + value->size() || number < 0) number = 0;
  }
  return std::min(number, kPauseSecondsMax);
}

HttpRequest enrolment_request(const AgentSettings& settings, const Secret& key, const std::string& name,
                              const std::string& machine_id, const std::string& request_id) {
  HttpRequest request{.method = "POST",
                      .url = settings.base + std::string(wire::kEnrolPath),
                      .body = nlohmann::json{{"request_id", request_id}, {"name", name}}.dump(
                          -1, ' ', false, nlohmann::json::error_handler_t::replace),
                      .connect_timeout = milliseconds(5'000),
                      .timeout = kTimeout,
                      .answer_bytes_max = wire::kResponseBytesMax};
  request.headers = {
      {"Content-Type", "application/json"},        {"Authorization", "Bearer " + std::string(key.reveal())},
      {"X-Agent-Version", std::string(version())}, {"X-OS", "linux"},
      {"X-Arch", std::string(target())},           {"Accept", "*/*"}};
  if (!machine_id.empty()) request.headers.push_back({"X-Machine-Id", machine_id});
  return request;
}

// The message in an answer, for the terminal. Empty unless it is one line of at most 400 characters, because something
// other than the appliance may have answered.
std::string message_in(const nlohmann::json& answer) {
  const auto found = answer.is_object() ? answer.find("message") : answer.end();
  if (!answer.is_object() || found == answer.end() || !found->is_string()) return {};
  const auto line = one_line("message", "The answer", found->get<std::string>(), 1, 400);
  return line ? *line : std::string();
}

}  // namespace

void forget_enrolment_request(const std::string& root) {
  unlink((root + std::string(kEnrolmentRequestPath)).c_str());
}

Result<Secret> enrol(const AgentSettings& settings, const Secret& key, const std::string& name,
                     const std::string& machine_id, const EnrolmentSurroundings& surroundings) {
  const std::string request_id = TRY(request_id_of(surroundings));
  const HttpRequest request = enrolment_request(settings, key, name, machine_id, request_id);
  std::string problem;
  milliseconds pause = kFirstPause;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const HttpOutcome http = surroundings.perform(request);
    if (http.failure) {
      problem = http.failure->message;
      // The other side is not the appliance, or may not be contacted, or the request was cancelled: the key is not sent
      // again.
      if (http.failure->kind == TransportFailure::Kind::tls ||
          http.failure->kind == TransportFailure::Kind::forbidden ||
          http.failure->kind == TransportFailure::Kind::cancelled) {
        return Error{.code = ErrorCode::network, .message = problem + " Nothing was installed."};
      }
    } else {
      const int status = http.answer.status;
      const auto answer = nlohmann::json::parse(http.answer.body, nullptr, false);
      const std::string said = message_in(answer);
      const bool is_own = wire::is_own_refusal(status, http.answer.body);
      if (status == 200 || status == 201) {
        const auto token = answer.is_object() ? answer.find("token") : answer.end();
        if (answer.is_object() && token != answer.end() && token->is_string() &&
            is_token_shaped(wire::kTokenPrefix, token->get_ref<const std::string&>())) {
          return Secret(token->get<std::string>());
        }
        problem = fmt::format("{} answered {}, but not with a token. Is it a connlog server?", settings.base, status);
      } else if (status == 409 && is_own && answer.value("error", "") == "ENROLMENT_ANSWERED") {
        forget_enrolment_request(surroundings.root);
        return refused(
            "This host was enrolled before and its agent has reported since. Run the command again to enrol it as a new "
            "agent.");
      } else if (is_own && status < 500 && status != 429) {
        return refused(said.empty() ? fmt::format("The server refused the enrolment ({}).", status) : said);
      } else if (!is_own && status < 500) {
        // Of a proxy or a portal. Were it a wrong address, the last attempt would say so.
        problem = fmt::format("{} answered {}, but not in connlog's words. Is it a connlog server, and recent enough?",
                              settings.base, status);
      } else {
        problem = said.empty() ? fmt::format("The server answered {}.", status) : said;
        pause = std::max<milliseconds>(pause, seconds(retry_after(http.answer)));
      }
    }
    if (attempt == kAttempts) break;
    surroundings.say(fmt::format("{} Trying again in {} s.", problem, pause.count() / 1'000));
    surroundings.sleep(pause);
    pause *= 2;
  }
  return Error{.code = ErrorCode::network,
               .message = problem + " Run the command again: it goes on where it stopped, and uses the key once."};
}

}  // namespace connlog
