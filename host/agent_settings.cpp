#include "host/agent_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "core/wire/platform_url.h"
#include "core/wire/protocol.h"
#include "core/crypto/token.h"

namespace connlog {
namespace {

constexpr std::size_t kFileBytesMax = 256 * 1024;
constexpr std::string_view kEnrolmentKeyPrefix = "enrol_";

struct FileText {
  std::optional<std::string> text;
  int error = 0;  // errno
};

FileText read_small_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return {.text = std::nullopt, .error = errno};
  std::string text(kFileBytesMax + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return {.text = std::nullopt, .error = EIO};
  if (text.size() > kFileBytesMax) return {.text = std::nullopt, .error = EFBIG};
  return {.text = std::move(text), .error = 0};
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// The environment takes precedence over the file. An empty variable counts as absent, except the two booleans (their
// values must be exact).
struct Variables {
  const std::map<std::string, std::string>& environment;
  std::map<std::string, std::string> file;

  const std::string* find(const std::string& name) const {
    if (const auto found = environment.find(name); found != environment.end()) return &found->second;
    if (const auto found = file.find(name); found != file.end()) return &found->second;
    return nullptr;
  }
  std::string text(const std::string& name) const {
    const std::string* value = find(name);
    if (value == nullptr || !value->empty()) return value == nullptr ? "" : *value;
    const auto found = file.find(name);
    return found == file.end() ? "" : found->second;
  }
};

Result<bool> exact_boolean(const Variables& variables, const std::string& name) {
  const std::string* value = variables.find(name);
  if (value == nullptr || *value == "false") return false;
  if (*value == "true") return true;
  return invalid(name, fmt::format("{} must be exactly true or false.", name));
}

Result<std::string> token_text(const AgentOptions& options, const Variables& variables) {
  if (!options.token.empty() && !options.token_file.empty()) {
    return invalid("token", "Give the token by --token or by --token-file, not by both.");
  }
  if (!options.token.empty()) return options.token;
  if (!options.token_file.empty()) {
    const FileText file = read_small_file(options.token_file);
    if (!file.text)
      return invalid("token-file", fmt::format("The token file {} cannot be read: {}.", options.token_file,
                                               std::strerror(file.error)));
    return std::string(trimmed(*file.text));
  }
  return std::string(trimmed(variables.text("CONNLOG_TOKEN")));
}

// The enrolment key is never read from agent.conf: a key is used once and not kept on the host.
Result<std::string> key_text(const AgentOptions& options) {
  if (!options.key_file.empty() && !options.key_variable.empty())
    return invalid("key-file", "Give the enrolment key by --key-file or by --key-env, not by both.");
  if (!options.key_file.empty()) {
    const FileText file = read_small_file(options.key_file == "-" ? "/dev/stdin" : options.key_file);
    if (!file.text)
      return invalid("key-file",
                     fmt::format("The key file {} cannot be read: {}.", options.key_file, std::strerror(file.error)));
    return std::string(trimmed(*file.text));
  }
  const std::string variable = options.key_variable.empty() ? "CONNLOG_ENROLMENT_KEY" : options.key_variable;
  const auto found = options.environment.find(variable);
  if (found == options.environment.end() || trimmed(found->second).empty()) {
    if (options.key_variable.empty()) return std::string();
    return invalid("key-env", fmt::format("The variable {} is not set.", options.key_variable));
  }
  return std::string(trimmed(found->second));
}

Result<void> load_enrolment(const AgentOptions& options, const Variables& variables, AgentSettings& settings) {
  std::string key = TRY(key_text(options));
  if (key.empty()) return {};
  if (!is_token_shaped(kEnrolmentKeyPrefix, key)) {
    return invalid(
        "key-file",
        "The enrolment key is not one: it is enrol_ followed by 64 hexadecimal digits. Copy it again from the "
        "appliance.");
  }
  settings.enrolment_key = Secret(std::move(key));
  settings.name = options.name.empty() ? variables.text("CONNLOG_AGENT_NAME") : options.name;
  return {};
}

Result<void> load_trust(const AgentOptions& options, const Variables& variables, AgentSettings& settings) {
  // An option on the command line replaces pin and file, so that a pin can be tried on an installation that has a file,
  // and the reverse.
  const bool typed = !options.ca_pin.empty() || !options.ca_file.empty();
  std::string pin = typed ? options.ca_pin : variables.text("CONNLOG_CA_PIN");
  settings.ca_file = typed ? options.ca_file : variables.text("CONNLOG_CA_FILE");
  if (!pin.empty() && pin != "system" && !settings.ca_file.empty()) {
    return invalid("ca-pin",
                   "Give the authority by --ca-pin or by --ca-file (CONNLOG_CA_PIN, CONNLOG_CA_FILE), not by both.");
  }
  for (char& c : pin) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  if (pin == "system") pin.clear();  // as the install script says it: replaces a pin in agent.conf
  if (!pin.empty() && (pin.size() != 64 || pin.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    return invalid("ca-pin",
                   "--ca-pin takes 64 hexadecimal digits, as the appliance shows them beside the install command.");
  }
  settings.ca_pin = pin;
  if (!settings.ca_file.empty()) {
    const FileText file = read_small_file(settings.ca_file);
    if (!file.text)
      return invalid("ca-file", fmt::format("The authority's file {} cannot be read: {}.", settings.ca_file,
                                            std::strerror(file.error)));
    settings.ca_pem = *file.text;
  }
  return {};
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto word = trimmed(list.substr(0, comma));
    if (!word.empty()) words.emplace_back(word);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

}  // namespace

Result<std::map<std::string, std::string>> parse_agent_conf(std::string_view text) {
  std::map<std::string, std::string> values;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    const auto wrong = [&](std::string_view why) {
      return invalid("agent.conf", fmt::format("{}, line {}: {}", kAgentConfPath, number, why));
    };
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) return wrong("not of the form KEY=\"value\".");
    const std::string key(line.substr(0, equals));
    std::string_view raw = line.substr(equals + 1);
    std::string value;
    if (raw.starts_with('"')) {
      raw.remove_prefix(1);
      bool closed = false;
      for (std::size_t i = 0; i < raw.size() && !closed; ++i) {
        if (raw[i] == '\\' && i + 1 < raw.size()) {
          value += raw[++i];
        } else if (raw[i] == '"') {
          closed = true;
          if (i + 1 != raw.size()) return wrong("something stands behind the closing quote.");
        } else {
          value += raw[i];
        }
      }
      if (!closed) return wrong("the quote is not closed.");
    } else {
      value = raw;
    }
    if (has_control_character(value)) return wrong("the value has a control character in it.");
    values[key] = value;
  }
  return values;
}

std::string render_agent_conf(const AgentSettings& settings) {
  std::string out = "# Written by `connlog agent install`; read by connlog-agent.service.\n";
  const auto put = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    out += key;
    out += "=\"";
    for (const char c : value) {
      if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';  // as systemd.exec(5) unquotes them
      out += c;
    }
    out += "\"\n";
  };
  put("CONNLOG_PLATFORM_URL", settings.base);
  put("CONNLOG_TOKEN", settings.token.reveal());
  put("CONNLOG_CA_PIN", settings.ca_pin);
  put("CONNLOG_CA_FILE", settings.ca_file);
  if (settings.expose_system_info) put("CONNLOG_EXPOSE_SYSTEM_INFO", "true");
  if (settings.allow_plain_http) put("CONNLOG_ALLOW_PLAIN_HTTP", "true");
  put("CONNLOG_ALLOWED_ENDPOINT_DOMAINS", joined(settings.allowed_domains));
  put("CONNLOG_OUTBOUND_PROXY", settings.outbound_proxy);
  put("CONNLOG_OUTBOUND_CA_BUNDLE", settings.outbound_ca_bundle);
  return out;
}

Result<AgentSettings> load_agent_settings(const AgentOptions& options, Credential credential) {
  Variables variables{.environment = options.environment, .file = {}};
  const FileText conf = read_small_file(options.root + std::string(kAgentConfPath));
  if (conf.text) variables.file = TRY(parse_agent_conf(*conf.text));

  AgentSettings settings;
  settings.expose_system_info = TRY(exact_boolean(variables, "CONNLOG_EXPOSE_SYSTEM_INFO"));
  settings.expose_system_info = settings.expose_system_info || options.expose_system_info;
  settings.allow_plain_http = TRY(exact_boolean(variables, "CONNLOG_ALLOW_PLAIN_HTTP"));

  // If the file is there but this user may not read it, the error says so. With "no token" alone the user would think
  // that the file is missing.
  const std::string unreadable =
      conf.error == EACCES
          ? fmt::format(" ({} holds the settings of the installed service; only root may read it.)", kAgentConfPath)
          : "";
  const std::string server = options.server.empty() ? variables.text("CONNLOG_PLATFORM_URL") : options.server;
  if (server.empty()) {
    return invalid("server", "No server is named. Give --server https://… or set CONNLOG_PLATFORM_URL." + unreadable);
  }
  settings.base = TRY(platform_base(server, settings.allow_plain_http ? PlainHttp::allowed : PlainHttp::loopback_only));

  if (credential == Credential::may_enrol) TRY(load_enrolment(options, variables, settings));
  const bool may_enrol = !settings.enrolment_key.empty();
  const auto given = options.environment.find("CONNLOG_TOKEN");
  const bool token_given = !options.token.empty() || !options.token_file.empty() ||
                           (given != options.environment.end() && !given->second.empty());
  if (may_enrol && token_given)
    return invalid("token",
                   "Give a token or an enrolment key, not both: with the key the host gets a token of its own.");
  std::string token = TRY(token_text(options, variables));
  if (may_enrol) {
    // A token of another server must not be sent to this one.
    const auto written = variables.file.find("CONNLOG_PLATFORM_URL");
    const auto base = written == variables.file.end() ? Result<std::string>(std::string())
                                                      : platform_base(written->second, PlainHttp::allowed);
    if (!base || *base != settings.base) token.clear();
  }
  if (token.empty() && !may_enrol) {
    return invalid(
        "token",
        "No token is given. Set CONNLOG_TOKEN, or give --token-file, with the token that the appliance showed." +
            unreadable);
  }
  if (!token.empty() && !is_token_shaped(wire::kTokenPrefix, token)) {
    return invalid(
        "token",
        "The token is not one: it is agent_ followed by 64 hexadecimal digits. Copy it again from the appliance.");
  }
  settings.token = Secret(std::move(token));
  TRY(load_trust(options, variables, settings));

  settings.allowed_domains = words_of(variables.text("CONNLOG_ALLOWED_ENDPOINT_DOMAINS"));
  settings.outbound_proxy = variables.text("CONNLOG_OUTBOUND_PROXY");
  settings.outbound_ca_bundle = variables.text("CONNLOG_OUTBOUND_CA_BUNDLE");
  settings.state_directory = variables.text("CONNLOG_STATE_DIR");
  if (settings.state_directory.empty()) settings.state_directory = variables.text("STATE_DIRECTORY");
  settings.runtime_directory = variables.text("RUNTIME_DIRECTORY");
  return settings;
}

}  // namespace connlog
