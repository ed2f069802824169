// Every setting of the server: one table with name, default, unit, range and help. The command line (--help), the
// environment (CONNLOG_<NAME>), the file (connlog.toml) and the commented sample all come from it; nothing else reads
// settings. An unknown key or a wrong value refuses the start and names its line.
// Precedence: command line, environment, file, default. Loaded once, before any thread starts; then only read.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace connlog {

struct Settings {
  std::string data_dir;
  std::string http_listen;
  std::string https_listen;
  bool allow_plain_http = false;
  std::string public_url;  // without a slash at the end; empty: made from the host's name and the https port
  std::vector<std::string> public_names;  // further names and addresses
  std::string tls_certificate;
  std::string tls_key;
  std::int64_t workers = 0;
  std::int64_t max_connections = 0;
  std::string log_level;
  std::int64_t commit_window_ms = 0;  // -1: by the kind of disk
  std::int64_t session_idle_minutes = 0;
  std::int64_t session_absolute_hours = 0;
  std::int64_t password_memory_mib = 0;
  std::int64_t password_operations = 0;
  std::int64_t reading_log_days = 0;
  std::vector<std::string> trusted_proxies;  // addresses and networks
  std::string outbound_proxy;
  std::vector<std::string> outbound_loopback;
  std::string outbound_ca_bundle;
  std::vector<std::string> check_witnesses;  // addresses
  std::vector<std::string> backup_directories;  // absolute
  std::string settings_file;                    // where they were read; empty: from no file. No option of its own
};

struct Option {
  using Field = std::variant<std::string Settings::*, std::int64_t Settings::*, bool Settings::*,
                             std::vector<std::string> Settings::*>;

  std::string_view name;  // in connlog.toml; --with-hyphens on the command line; CONNLOG_UPPER_CASE in the environment
  Field field;
  std::string_view default_text;         // as written in connlog.toml
  std::string_view unit;                 // "", "minutes", …
  std::int64_t lowest = 0, highest = 0;  // integers only
  std::string_view help;                 // one sentence, for people
};

std::span<const Option> options();

std::string environment_name(const Option&);   // CONNLOG_HTTP_LISTEN
std::string command_line_name(const Option&);  // --http-listen

// Where values come from, strongest first. Texts are written as in the environment: lists with commas, booleans
// true/false.
struct SettingSources {
  std::map<std::string, std::string> command_line;  // by option name
  std::map<std::string, std::string> environment;   // whole environment, by variable name
  std::string file_name;                            // shown in errors; empty: no file
  std::string file_text;
};

// Errors name the source (file and line, variable or flag), the key, and what is allowed.
Result<Settings> load_settings(const SettingSources& sources);

// A commented connlog.toml with every option at its default.
std::string sample_file();

// "127.0.0.1:8080", "[::]:8443" or "off". False: not of that form.
struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};
bool parse_listen(std::string_view text, ListenAddress& out);

}  // namespace connlog
