#include "core/config/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/net/address_range.h"
#include "core/net/http_url.h"

#define TOML_EXCEPTIONS 0  // errors come back as values
#include <toml++/toml.hpp>

namespace connlog {
namespace {

constexpr std::size_t kTrustedProxiesMax = 64;
constexpr std::size_t kPublicNamesMax = 32;
constexpr std::size_t kCheckWitnessesMax = 3;

constexpr Option kOptions[] = {
    {"data_dir", &Settings::data_dir, "./connlog-data", "", 0, 0,
     "Where the database, its keys, certificates and agent executables live."},
    {"http_listen", &Settings::http_listen, "127.0.0.1:8080", "", 0, 0,
     "Address and port of plain http, or off. Beyond loopback it needs allow_plain_http."},
    {"https_listen", &Settings::https_listen, "0.0.0.0:8443", "", 0, 0, "Address and port of https, or off."},
    {"allow_plain_http", &Settings::allow_plain_http, "false", "", 0, 0,
     "Allow http_listen beyond loopback: passwords and agent tokens then cross the network unencrypted."},
    {"public_url", &Settings::public_url, "", "", 0, 0,
     "The address people and agents use, such as https://monitor.example.org:8443. Links in mails, install commands and "
     "the Host check come from it. Empty: made from this machine's name and the https port."},
    {"public_names", &Settings::public_names, "[]", "", 0, 0,
     "Further names and addresses under which this appliance is reached, such as [\"monitor\", \"monitor.lan\"]: the Host "
     "check accepts them, and connlog's own certificate carries them."},
    {"tls_certificate", &Settings::tls_certificate, "", "", 0, 0,
     "PEM file with your certificate and its chain. Empty: connlog makes its own authority and certificate. Reloaded when it changes."},
    {"tls_key", &Settings::tls_key, "", "", 0, 0, "PEM file with the certificate's private key."},
    {"workers", &Settings::workers, "4", "threads", 2, 64,
     "Threads that answer requests and do TLS handshakes. At least two, so that hashing a password leaves one free."},
    {"max_connections", &Settings::max_connections, "12000", "connections", 16, 100'000,
     "Open connections at most; more are turned away."},
    {"log_level", &Settings::log_level, "info", "", 0, 0,
     "What is written to standard error: debug, info, warning or error."},
    {"commit_window_ms", &Settings::commit_window_ms, "-1", "milliseconds", -1, 2'000,
     "How long readings may wait for others before they are written together; what people do is written at once. "
     "-1: 1000 on SD cards and eMMC, 0 elsewhere."},
    {"session_idle_minutes", &Settings::session_idle_minutes, "720", "minutes", 5, 43'200,
     "A session ends after so long without use."},
    {"session_absolute_hours", &Settings::session_absolute_hours, "720", "hours", 1, 8'760,
     "A session ends after so long in any case."},
    {"password_memory_mib", &Settings::password_memory_mib, "64", "MiB", 16, 1'024,
     "Memory for hashing one password (argon2id); two may be hashed at once. Raise it where there is room: each stored "
     "password follows at the next login of its owner."},
    {"password_operations", &Settings::password_operations, "2", "passes", 1, 20,
     "Passes over that memory (argon2id). More take longer, for an attacker too."},
    {"reading_log_days", &Settings::reading_log_days, "31", "days", 1, 3'650, "How long single readings are kept."},
    {"trusted_proxies", &Settings::trusted_proxies, "[]", "", 0, 0,
     "Reverse proxies in front of connlog, as addresses or networks. Only their X-Forwarded-For and X-Forwarded-Proto (else "
     "Forwarded) are believed; from anybody else those headers change nothing."},
    {"outbound_proxy", &Settings::outbound_proxy, "", "", 0, 0,
     "Proxy for webhooks, such as http://proxy.example.org:3128. Proxies from the environment are ignored."},
    {"outbound_loopback", &Settings::outbound_loopback, "[]", "", 0, 0,
     "Services on this machine that webhooks may reach, as host:port. Everything else on loopback is refused."},
    {"outbound_ca_bundle", &Settings::outbound_ca_bundle, "", "", 0, 0,
     "PEM file with the authorities to trust for outbound TLS. Empty: the system's."},
    {"check_witnesses", &Settings::check_witnesses, "[]", "", 0, 0,
     "Up to three addresses beyond the gateway that nearly always answer (ping, or TCP port 53, 80 or 443), such as "
     "[\"9.9.9.9\", \"2620:fe::fe\"]. When a check hears nothing, they are asked: if none answers, the fault is the way "
     "out, and checks become unknown instead of down. Empty: the gateway alone is asked."},
    {"backup_directories", &Settings::backup_directories, "[]", "", 0, 0,
     "Directories that take backups, as absolute paths. Prepare each with `connlog backup init`."},
};

Error wrong(const std::string& where, std::string_view key, const std::string& what) {
  return invalid(std::string(key), fmt::format("{}: {}: {}", where, key, what));
}

Result<void> set_integer(Settings& settings, const Option& option, std::int64_t Settings::*field, std::int64_t value,
                         const std::string& where) {
  if (value < option.lowest || value > option.highest) {
    return wrong(where, option.name,
                 fmt::format("{} is outside {} to {} {}.", value, option.lowest, option.highest, option.unit));
  }
  settings.*field = value;
  return {};
}

// Sets a value from its text in the environment or on the command line.
Result<void> set_from_text(Settings& settings, const Option& option, const std::string& text,
                           const std::string& where) {
  if (text.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    return wrong(where, option.name, "line breaks and NUL are not allowed.");
  }
  if (const auto* field = std::get_if<std::string Settings::*>(&option.field)) {
    settings.*(*field) = text;
  } else if (const auto* flag = std::get_if<bool Settings::*>(&option.field)) {
    if (text != "true" && text != "false")
      return wrong(where, option.name, fmt::format("\"{}\" is neither true nor false.", text));
    settings.*(*flag) = text == "true";
  } else if (const auto* number = std::get_if<std::int64_t Settings::*>(&option.field)) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) {
      return wrong(where, option.name, fmt::format("\"{}\" is not a whole number.", text));
    }
    TRY(set_integer(settings, option, *number, value, where));
  } else if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&option.field)) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t comma = std::min(text.find(',', from), text.size());
      if (comma > from) parts.push_back(text.substr(from, comma - from));
      from = comma + 1;
    }
    settings.*(*list) = std::move(parts);
  }
  return {};
}

Result<void> set_from_toml(Settings& settings, const Option& option, const toml::node& node, const std::string& where) {
  if (const auto* field = std::get_if<std::string Settings::*>(&option.field)) {
    if (!node.is_string()) return wrong(where, option.name, "must be a text in quotes.");
    TRY(set_from_text(settings, option, **node.as_string(), where));
    static_cast<void>(field);
  } else if (const auto* flag = std::get_if<bool Settings::*>(&option.field)) {
    if (!node.is_boolean()) return wrong(where, option.name, "must be true or false.");
    settings.*(*flag) = **node.as_boolean();
  } else if (const auto* number = std::get_if<std::int64_t Settings::*>(&option.field)) {
    if (!node.is_integer()) return wrong(where, option.name, "must be a whole number.");
    TRY(set_integer(settings, option, *number, **node.as_integer(), where));
  } else if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&option.field)) {
    if (!node.is_array()) return wrong(where, option.name, "must be a list of texts, such as [\"127.0.0.1:9000\"].");
    std::vector<std::string> parts;
    for (const toml::node& item : *node.as_array()) {
      if (!item.is_string()) return wrong(where, option.name, "must be a list of texts.");
      parts.push_back(**item.as_string());
    }
    settings.*(*list) = std::move(parts);
  }
  return {};
}

Result<void> apply_file(Settings& settings, const SettingSources& sources) {
  const toml::parse_result parsed = toml::parse(sources.file_text, sources.file_name);
  if (!parsed) {
    return invalid("", fmt::format("{}:{}: this is not TOML: {}.", sources.file_name,
                                   parsed.error().source().begin.line, parsed.error().description()));
  }
  for (const auto& [key, node] : parsed.table()) {
    const std::string where = fmt::format("{}:{}", sources.file_name, key.source().begin.line);
    const auto option = std::ranges::find(kOptions, key.str(), &Option::name);
    if (option == std::end(kOptions)) {
      return wrong(where, key.str(), "there is no such setting. `connlog serve --sample-config` lists all.");
    }
    TRY(set_from_toml(settings, *option, node, where));
  }
  return {};
}

bool is_loopback(const std::string& address) {
  return address.rfind("127.", 0) == 0 || address == "::1" || address == "localhost";
}

std::string where_of(const SettingSources& sources, const Option& option) {
  if (sources.command_line.contains(std::string(option.name))) return command_line_name(option);
  if (sources.environment.contains(environment_name(option))) return environment_name(option);
  if (sources.file_name.empty()) return "settings";
  const toml::parse_result parsed = toml::parse(sources.file_text, sources.file_name);
  if (!parsed) return sources.file_name;
  for (const auto& [key, node] : parsed.table()) {
    if (key.str() == option.name) return fmt::format("{}:{}", sources.file_name, key.source().begin.line);
  }
  return sources.file_name;
}

// The host of "name", "name:8443", "[::1]:8443". Empty: it is none of these.
std::string_view host_of_authority(std::string_view text) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return {};
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    has_port = !port.empty();
    if (has_port && !port.starts_with(':')) return {};
    if (host.find(':') == std::string_view::npos) return {};
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
    has_port = true;
  }
  if (has_port) {
    port.remove_prefix(1);
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (problem != std::errc() || end != port.data() + port.size() || number == 0 || number > 65'535) return {};
  }
  return is_host(host) ? host : std::string_view();
}

// What is wrong with the public address, or nothing.
std::string wrong_public_url(const std::string& url) {
  const bool scheme = url.starts_with("https://") || url.starts_with("http://");
  const std::string rest = scheme ? url.substr(url.find("//") + 2) : "";
  const std::size_t slash = rest.find('/');
  if (scheme && slash != std::string::npos && slash > 0 && !host_of_authority(rest.substr(0, slash)).empty()) {
    return fmt::format(
        "\"{}\" has a path ({}). connlog is reached under a host name (and port) of its own; it cannot live below a path "
        "of another site. Give it a name, or a port, in the proxy.",
        url, rest.substr(slash));
  }
  if (!scheme || host_of_authority(rest).empty()) {
    return fmt::format(
        "\"{}\" is not https://name or https://name:port, without a path. A name with other letters than a to z is written "
        "as it is in DNS (xn--…).",
        url);
  }
  return {};
}

Result<void> check_names(const Settings& settings, const std::string& where) {
  if (settings.public_names.size() > kPublicNamesMax)
    return wrong(where, "public_names", fmt::format("At most {} names may be listed.", kPublicNamesMax));
  for (const std::string& name : settings.public_names) {
    if (is_host(name)) continue;
    return wrong(
        where, "public_names",
        fmt::format("\"{}\" is no host name or address. Give each as it stands in the browser's address, without "
                    "https:// and without a port.",
                    name));
  }
  return {};
}

Result<void> check_witnesses(const Settings& settings, const std::string& where) {
  if (settings.check_witnesses.size() > kCheckWitnessesMax)
    return wrong(where, "check_witnesses", fmt::format("At most {} addresses may be listed.", kCheckWitnessesMax));
  for (const std::string& text : settings.check_witnesses) {
    IpAddress address;
    if (!text.starts_with('[') && parse_ip(text, address)) continue;
    return wrong(where, "check_witnesses",
                 fmt::format("\"{}\" is no address, such as 9.9.9.9 or 2620:fe::fe. A name would need a name server.", text));
  }
  return {};
}

Result<void> check_whole(const Settings& settings, const SettingSources& sources) {
  const auto where = [&](std::string_view name) {
    return where_of(sources, *std::ranges::find(kOptions, name, &Option::name));
  };
  ListenAddress http, https;
  if (!parse_listen(settings.http_listen, http)) {
    return wrong(where("http_listen"), "http_listen",
                 fmt::format("\"{}\" is not address:port or off.", settings.http_listen));
  }
  if (!parse_listen(settings.https_listen, https)) {
    return wrong(where("https_listen"), "https_listen",
                 fmt::format("\"{}\" is not address:port or off.", settings.https_listen));
  }
  if (settings.http_listen == "off" && settings.https_listen == "off") {
    return wrong(where("https_listen"), "https_listen",
                 "http_listen and https_listen are both off: nobody could reach connlog.");
  }
  if (settings.http_listen != "off" && !is_loopback(http.address) && !settings.allow_plain_http) {
    return wrong(
        where("http_listen"), "http_listen",
        fmt::format(
            "{} is not loopback: passwords and tokens would cross the network unencrypted. Use https_listen, or set "
            "allow_plain_http = true when something else protects the way.",
            settings.http_listen));
  }
  if (settings.tls_certificate.empty() != settings.tls_key.empty()) {
    return wrong(where("tls_certificate"), "tls_certificate",
                 "tls_certificate and tls_key belong together: give both or neither.");
  }
  if (settings.log_level != "debug" && settings.log_level != "info" && settings.log_level != "warning" &&
      settings.log_level != "error") {
    return wrong(where("log_level"), "log_level",
                 fmt::format("\"{}\" is none of debug, info, warning, error.", settings.log_level));
  }
  if (!settings.public_url.empty()) {
    if (const std::string why = wrong_public_url(settings.public_url); !why.empty())
      return wrong(where("public_url"), "public_url", why);
  }
  TRY(check_names(settings, where("public_names")));
  if (const auto proxies = checked_ranges("trusted_proxies", settings.trusted_proxies, kTrustedProxiesMax); !proxies) {
    return wrong(where("trusted_proxies"), "trusted_proxies", proxies.error().message);
  }
  TRY(check_witnesses(settings, where("check_witnesses")));
  if (settings.data_dir.empty()) return wrong(where("data_dir"), "data_dir", "must name a directory.");
  return {};
}

}  // namespace

std::span<const Option> options() {
  return kOptions;
}

std::string environment_name(const Option& option) {
  std::string name = "CONNLOG_";
  for (const char c : option.name) name += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string command_line_name(const Option& option) {
  std::string name = "--";
  for (const char c : option.name) name += c == '_' ? '-' : c;
  return name;
}

Result<Settings> load_settings(const SettingSources& sources) {
  Settings settings;
  for (const Option& option : kOptions) {
    const std::string text(option.default_text == "[]" ? std::string_view() : option.default_text);
    TRY(set_from_text(settings, option, text, "default"));
  }
  if (!sources.file_name.empty()) TRY(apply_file(settings, sources));
  settings.settings_file = sources.file_name;
  for (const Option& option : kOptions) {
    const std::string variable = environment_name(option);
    if (const auto found = sources.environment.find(variable); found != sources.environment.end()) {
      TRY(set_from_text(settings, option, found->second, variable));
    }
  }
  for (const Option& option : kOptions) {
    if (const auto found = sources.command_line.find(std::string(option.name)); found != sources.command_line.end()) {
      TRY(set_from_text(settings, option, found->second, command_line_name(option)));
    }
  }
  // A slash at the end says nothing.
  std::string& url = settings.public_url;
  if (url.size() > 9 && url.ends_with('/') && !url.ends_with("//")) url.pop_back();
  TRY(check_whole(settings, sources));
  return settings;
}

std::string sample_file() {
  std::string text =
      "# Settings of connlog. Every line shows the default; remove the # in front of what you change.\n"
      "# Each can also be given as an environment variable (CONNLOG_…) or on the command line.\n";
  for (const Option& option : kOptions) {
    text += "\n# ";
    text += option.help;
    text += '\n';
    const bool quoted = std::holds_alternative<std::string Settings::*>(option.field);
    if (!option.unit.empty()) text += fmt::format("# In {}, {} to {}.\n", option.unit, option.lowest, option.highest);
    text += fmt::format("# {} = {}{}{}\n", option.name, quoted ? "\"" : "", option.default_text, quoted ? "\"" : "");
  }
  return text;
}

bool parse_listen(std::string_view text, ListenAddress& out) {
  if (text == "off") {
    out = {};
    return true;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  std::string_view address = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (address.front() == '[') {
    if (address.back() != ']' || address.size() < 4) return false;
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return false;
  }
  unsigned port = 0;
  const auto [end, problem] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (problem != std::errc() || end != port_text.data() + port_text.size() || port > 65'535) return false;
  out.address = std::string(address);
  out.port = static_cast<std::uint16_t>(port);
  return true;
}

}  // namespace connlog
