#include "core/agents/install_script.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/wire/platform_url.h"
#include "core/base/embedded.h"

namespace connlog {
namespace {

// Inside single quotes a POSIX shell takes every character literally except the single quote.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out += '\'';
}

bool consists_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 && consists_of(text, "0123456789abcdef");
}

// Base64 of 32 bytes: 43 characters and one "=".
bool is_base64_digest(std::string_view text) {
  return text.size() == 44 && text.back() == '=' &&
         consists_of(text.substr(0, 43), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

Error wrong(std::string_view what) {
  return {.code = ErrorCode::unavailable, .message = fmt::format("The install script cannot be made: {}.", what)};
}

std::string base_of(const InstallScriptFacts& facts) {
  std::string base = facts.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

Result<std::string> render_install_script(const InstallScriptFacts& facts) {
  const auto url = parse_platform_url(facts.public_url);
  if (!url) return wrong("the setting public_url is not an address");
  if (!facts.server_pin.empty() && !is_base64_digest(facts.server_pin)) return wrong("the server's pin is not one");
  if (!facts.ca_pin.empty() && !is_hex_digest(facts.ca_pin)) return wrong("the authority's pin is not one");
  for (const auto& [target, sha256] : facts.sha256) {
    if (!is_hex_digest(sha256)) return wrong("a checksum is not one");
  }
  // Plain http has no key to pin; a pin there would make curl refuse, and agents must not believe that one was checked.
  const bool https = url->https;
  const auto sha256_of = [&](const char* target) {
    const auto found = facts.sha256.find(target);
    return shell_quoted(found == facts.sha256.end() ? std::string_view() : found->second);
  };
  std::string script(embedded_text("packaging/install.sh.in"));
  if (script.empty()) return wrong("its template is missing");
  // The address is also put into a comment of the script, unquoted. It holds no line break: parse_platform_url refuses
  // those.
  replace_all(script, "@SERVER_URL_TEXT@", base_of(facts));
  replace_all(script, "@SERVER_URL@", shell_quoted(base_of(facts)));
  replace_all(script, "@SERVER_PIN@", shell_quoted(https ? std::string_view(facts.server_pin) : std::string_view()));
  replace_all(script, "@CA_PIN@", shell_quoted(https ? std::string_view(facts.ca_pin) : std::string_view()));
  replace_all(script, "@SHA256_X86_64@", sha256_of("x86_64"));
  replace_all(script, "@SHA256_AARCH64@", sha256_of("aarch64"));
  replace_all(script, "@SHA256_ARMV7@", sha256_of("armv7"));
  return script;
}

namespace {

std::string install_with(const InstallScriptFacts& facts, std::string_view variable, std::string_view secret) {
  const bool pinned = !facts.server_pin.empty() && facts.public_url.starts_with("https://");
  return fmt::format("curl {} {}/install.sh | sudo {}={} sh -s -- --install",
                     pinned ? fmt::format("-fsSk --pinnedpubkey 'sha256//{}'", facts.server_pin) : std::string("-fsS"),
                     base_of(facts), variable, secret);
}

}  // namespace

std::string install_command(const InstallScriptFacts& facts, std::string_view token) {
  return install_with(facts, "CONNLOG_TOKEN", token);
}

std::string enrolment_install_command(const InstallScriptFacts& facts, std::string_view key) {
  return install_with(facts, "CONNLOG_ENROLMENT_KEY", key);
}

std::string enrol_command(const InstallScriptFacts& facts, std::string_view key) {
  const bool pinned = !facts.ca_pin.empty() && facts.public_url.starts_with("https://");
  return fmt::format("sudo CONNLOG_ENROLMENT_KEY={} connlog agent enrol --server {}{}", key, base_of(facts),
                     pinned ? " --ca-pin " + facts.ca_pin : std::string());
}

std::string run_command(const InstallScriptFacts& facts, std::string_view token) {
  const bool pinned = !facts.ca_pin.empty() && facts.public_url.starts_with("https://");
  return fmt::format("CONNLOG_TOKEN={} connlog agent run --server {}{}", token, base_of(facts),
                     pinned ? " --ca-pin " + facts.ca_pin : std::string());
}

}  // namespace connlog
