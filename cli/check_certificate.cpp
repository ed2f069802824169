#include "cli/check_certificate.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/control_commands.h"
#include "cli/control_socket.h"
#include "core/base/text.h"
#include "web/server/certificate_file.h"
#include "web/server/certificate_maker.h"
#include "web/server/private_file.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kCertificateBytesMax = 256 * 1024;
constexpr std::chrono::hours kSoon{24 * 21};

struct Looked {
  std::vector<web::CertificateFacts> facts;
  std::vector<std::string> left_out;
};

Result<Looked> look(const std::string& file) {
  const std::string text = TRY(web::read_public_file(file, kCertificateBytesMax));
  if (text.empty())
    return Error{ErrorCode::invalid_input, fmt::format("The certificate file {} does not exist or is empty.", file)};
  web::CertificateFile read = TRY(web::read_certificate_file(text, file));
  Looked out;
  out.facts = TRY(web::read_certificates(read.chain, file));
  out.left_out = std::move(read.left_out);
  return out;
}

// `is_found`: of the file on disk the production check has a row.
void add_end(std::vector<CheckLine>& lines, const std::string& what, Instant end, Instant now, bool is_found) {
  const auto days = std::chrono::duration_cast<std::chrono::hours>(end - now).count() / 24;
  const std::string when = to_iso8601(end).substr(0, 10);
  if (end < now) {
    lines.push_back({LineVerdict::failed,
                     fmt::format("{} expired on {}: browsers and agents refuse it. Renew it.", what, when), is_found});
  } else if (end - now < kSoon) {
    lines.push_back(
        {LineVerdict::warning, fmt::format("{} expires on {}, in {} days. Renew it.", what, when, days), is_found});
  } else {
    lines.push_back({LineVerdict::ok, fmt::format("{} is valid until {}", what, when), is_found});
  }
}

std::vector<std::string> pins_of(const Looked& looked) {
  std::vector<std::string> pins;
  for (const web::CertificateFacts& facts : looked.facts)
    pins.push_back(to_hex({reinterpret_cast<const std::uint8_t*>(facts.key_digest.data()), facts.key_digest.size()}));
  return pins;
}

// What the running server says: of the certificate that it serves, and of its agents.
void ask_server(std::vector<CheckLine>& lines, const Settings& settings, const Looked& looked, Instant now) {
  const bool given = !settings.tls_certificate.empty();
  const auto answer =
      ask_running_server(fs::path(settings.data_dir) / "control.sock", certificates_request(pins_of(looked), given));
  if (!answer || !*answer) return;  // check_database says whether a server runs
  const json said = json::parse(**answer, nullptr, false);
  if (!said.is_object() || !said.value("ok", false)) return;  // of another version
  Instant end;
  if (parse_iso8601(said.value("not_after", ""), end))
    add_end(lines, "The certificate that is served", end, now, false);
  if (const auto warnings = said.find("warnings"); warnings != said.end() && warnings->is_array()) {
    for (const json& warning : *warnings) {
      if (warning.is_string()) lines.push_back({LineVerdict::warning, warning.get<std::string>(), true});
    }
  }
  const auto told = said.value("agents_told", std::int64_t{0}), cut_off = said.value("agents_cut_off", std::int64_t{0});
  if (cut_off > 0) {
    lines.push_back({LineVerdict::warning,
                     fmt::format("With the certificate of these settings {} of {} agents would be cut off: they trust "
                                 "another authority alone. Run the install command of such a host again, or wait until "
                                 "it has learnt the new trust (docs/agents.md).",
                                 cut_off, told)});
  } else if (told > 0) {
    lines.push_back(
        {LineVerdict::ok, fmt::format("The {} agents that said what they trust would trust this certificate", told)});
  }
}

}  // namespace

void check_certificate(std::vector<CheckLine>& lines, const Settings& settings, const Clock& clock) {
  if (settings.https_listen == "off") return;
  const bool given = !settings.tls_certificate.empty();
  const std::string file =
      given ? settings.tls_certificate : (fs::path(settings.data_dir) / "tls" / "server.crt").string();
  std::error_code absent;
  if (!given && !fs::exists(file, absent)) return;  // the first start makes it
  auto looked = look(file);
  if (!looked) {
    lines.push_back({LineVerdict::failed, looked.error().message, true});
    return;
  }
  add_end(lines, "The certificate in " + file, looked->facts.front().not_after, clock.now(), true);
  for (const std::string& one : looked->left_out)
    lines.push_back(
        {LineVerdict::warning, fmt::format("In {} the {} cannot be used and is left out.", file, one), true});
  if (!given) {  // what agents pin is the authority's key
    if (const auto authority = look((fs::path(settings.data_dir) / "tls" / "ca.crt").string()))
      looked->facts.insert(looked->facts.end(), authority->facts.begin(), authority->facts.end());
  }
  ask_server(lines, settings, *looked, clock.now());
}

}  // namespace connlog
