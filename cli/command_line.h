// What the person typed, as data. Settings of the server come from the options table (core/config/settings.h), so that
// the flags, --help and the sample file cannot drift apart. Exit codes: 0 done, 1 refused or failed, 2 wrong usage,
// 3 only from `audit verify`: something was found. `check-once` has its own: 0 up, 1 down, 2 degraded, 3 unknown. Main
// thread only.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace connlog {

struct CommandLine {
  enum class Command {
    serve,
    check,
    check_once,
    version,
    openapi,
    reset_password,
    key_export,
    key_rotate,
    audit_verify,
    audit_accept,
    backup_create,
    backup_verify,
    backup_list,
    backup_init,
    backup_drill,
    restore,
    restore_finish,
    key_rekey,
    key_recover,
    agent_run,
    agent_install,
    agent_enrol,
    agent_status,
    agent_maintenance,
    agent_uninstall
  };

  Command command = Command::serve;
  std::map<std::string, std::string> settings;  // by option name; serve, check, user
  std::string config_file;                      // empty: <data_dir>/connlog.toml when it exists
  bool yes = false;                             // key export: without asking
  std::string to_form;                          // key rotate: file, passphrase, credential; empty: unchanged
  std::string key_file;                         // key rotate: where the new master key is written for the credential
  std::string passphrase_file;                  // key rotate, restore, verify, drill: "-" is standard input
  std::string head;                             // audit verify: a head kept outside, from a mail or a syslog line
  std::string reason;                           // audit accept, agent maintenance
  bool as_json = false;                         // audit verify, check, backup list, backup verify
  bool production = false;                      // check: judge what a real installation needs, too
  std::string output;                           // backup create: a file or directory, "-" for standard output
  bool without_history = false;                 // backup create
  std::string archive;                          // backup verify, drill, restore: a file, "-" for standard input, or an id
  std::string directory;                        // backup init
  std::string recovery_key_file;                // restore, verify, drill, recover: "-" for standard input
  std::string signer;                           // restore, verify, drill: the fingerprint of the sheet
  bool accept_signer = false;                   // restore
  bool no_backup = false;                       // key rekey
  bool accept_damage = false;                   // serve: open a torn copy of the database as it is
  bool sample_config = false;                   // serve: print the commented sample and end
  std::string check_kind;                       // check-once
  std::vector<std::string> check_fields;        // check-once: "name=value", "name=@file"
  int check_limit_ms = 10'000;                  // check-once
  int check_certificate_days = 14;              // check-once
  bool check_inverted = false;                  // check-once
  bool sbom = false;                            // version
  std::string url = "https://connlog.example.org";  // openapi
  std::string mail;                                 // user reset-password
  bool password_from_stdin = false;

  // agent …: empty means "from the environment or /etc/connlog/agent.conf"
  std::string server, token, token_file, ca_pin, ca_file;
  std::string enrolment_key_file, enrolment_key_variable, agent_name;
  bool expose_system_info = false;
  std::string maintenance_duration;  // agent maintenance: "30m", "1h30m"
  bool maintenance_end = false;      // agent maintenance
};

// Prints help or a usage error itself and then gives the exit code.
std::variant<CommandLine, int> parse_command_line(int argc, char** argv);

}  // namespace connlog
