#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/words.h"
#include "core/config/settings.h"
#include "core/crypto/master_key.h"

namespace connlog {
namespace {

template <ClosedSet Enum>
std::vector<std::string> words_as_texts() {
  std::vector<std::string> texts;
  for (const Word& word : words_of<Enum>()) texts.emplace_back(word.text);
  return texts;
}

void add_settings(CLI::App& app, CommandLine& line) {
  app.add_option("--config", line.config_file, "Settings file. Default: connlog.toml in the data directory.")
      ->type_name("FILE");
  for (const Option& option : options()) {
    std::string help(option.help);
    if (!option.default_text.empty() && option.default_text != "[]")
      help += fmt::format(" Default: {}.", option.default_text);
    app.add_option_function<std::string>(
           command_line_name(option),
           [&line, name = std::string(option.name)](const std::string& text) { line.settings[name] = text; }, help)
        ->type_name(option.unit.empty() ? "VALUE" : std::string(option.unit));
  }
}

void add_agent_options(CLI::App& app, CommandLine& line) {
  app.add_option("--server", line.server,
                 "Address of the appliance, such as https://monitor.example.org:8443. Or CONNLOG_PLATFORM_URL.")
      ->type_name("URL");
  app.add_option(
         "--token", line.token,
         "The agent's token. Others on this host can read command lines: CONNLOG_TOKEN or --token-file is better.")
      ->type_name("TOKEN");
  app.add_option("--token-file", line.token_file, "File that holds the token.")->type_name("FILE");
  app.add_option("--ca-pin", line.ca_pin,
                 "SHA-256 of the public key of the appliance's authority, 64 hex digits. Or CONNLOG_CA_PIN.")
      ->type_name("HEX");
  app.add_option("--ca-file", line.ca_file, "PEM file with the authority to trust instead.")->type_name("FILE");
  app.add_flag("--expose-system-info", line.expose_system_info, "Share the host's name, system and architecture.");
}

void add_enrolment_options(CLI::App& app, CommandLine& line) {
  app.add_option("--key-file", line.enrolment_key_file,
                 "File that holds an enrolment key; - is standard input. Or CONNLOG_ENROLMENT_KEY.")
      ->type_name("FILE");
  app.add_option("--key-env", line.enrolment_key_variable, "Another variable that holds the enrolment key.")
      ->type_name("VARIABLE");
  app.add_option("--name", line.agent_name, "Name to enrol under. Or CONNLOG_AGENT_NAME. Default: the host's name.")
      ->type_name("NAME");
}

// The commands and what each is as data. `serve` needs no entry: it is the default.
using Commands = std::vector<std::pair<const CLI::App*, CommandLine::Command>>;
using Command = CommandLine::Command;

void add_appliance_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* serve = app.add_subcommand("serve", "Run the appliance (the default).");
  add_settings(*serve, line);
  serve->add_flag("--accept-damaged-copy", line.accept_damage,
                  "Open a database that looks like a torn copy as it is. What is missing in it stays missing.");
  serve->add_flag("--sample-config", line.sample_config, "Print a commented connlog.toml with every setting, and end.");

  CLI::App* check =
      app.add_subcommand("check", "Look at settings, keys, certificates and the database, and say what is unsafe.");
  check->add_flag("--production", line.production,
                  "Judge everything that a real installation needs: exit code 1 danger, 3 warnings alone.");
  check->add_flag("--json", line.as_json, "Print the findings as JSON.");
  add_settings(*check, line);

  CLI::App* once = app.add_subcommand(
      "check-once", "Make one check of a service from here, as a monitor would. Exit code 0 up, 1 down, 2 degraded, "
                    "3 unknown.");
  once->add_option("kind", line.check_kind, "The kind of check: http, tcp, ping, dns, tls, ntp.")->required();
  once->add_option("fields", line.check_fields,
                   "Its fields as NAME=VALUE (docs/checks.md lists them). NAME=@FILE reads the value from a file: for "
                   "certificates and secrets, as others on this host can read command lines.")
      ->type_name("NAME=VALUE");
  once->add_option("--time-limit", line.check_limit_ms, "When it is given up. Default: 10000.")
      ->type_name("MS")
      ->check(CLI::Range(100, 60'000));
  once->add_option("--certificate-days", line.check_certificate_days,
                   "Fewer days left are degraded; 0: not looked at. Default: 14.")
      ->type_name("DAYS")
      ->check(CLI::Range(0, 365));
  once->add_flag("--invert", line.check_inverted, "It must not answer.");
  once->add_flag("--json", line.as_json, "Print the result as JSON.");
  add_settings(*once, line);

  CLI::App* version = app.add_subcommand("version", "Print the version.");
  version->add_flag("--sbom", line.sbom, "Print the parts this executable is made of, as JSON.");

  CLI::App* openapi = app.add_subcommand("openapi", "Print the OpenAPI document of the API, without an appliance.");
  openapi->add_option("--url", line.url, "The address that the document gives for the API.")->type_name("URL");
  commands.insert(commands.end(), {{check, Command::check},
                                   {once, Command::check_once},
                                   {version, Command::version},
                                   {openapi, Command::openapi}});
}

void add_user_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* user = app.add_subcommand("user", "People of the appliance.");
  user->require_subcommand(1);
  CLI::App* reset = user->add_subcommand("reset-password",
                                         "Give somebody who is locked out a new password; ends all their sessions.");
  reset->add_option("mail", line.mail, "The person's mail address.")->required();
  reset->add_flag("--password-stdin", line.password_from_stdin,
                  "Read the new password from standard input instead of making one.");
  add_settings(*reset, line);
  commands.emplace_back(reset, Command::reset_password);
}

void add_key_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* key = app.add_subcommand("key", "The keys that protect the database and the secrets in it.");
  key->require_subcommand(1);
  CLI::App* key_export = key->add_subcommand(
      "export",
      "Print the raw database key for the sqlcipher shell. Whoever has it and the file has everything; audited.");
  key_export->add_flag("--yes", line.yes, "Do not ask.");
  add_settings(*key_export, line);
  CLI::App* key_rotate = key->add_subcommand(
      "rotate", "A new master key, and every stored secret sealed anew. Sessions and tokens stay valid.");
  key_rotate
      ->add_option(
          "--to", line.to_form,
          "Where the master key shall come from: file, passphrase, or credential (of systemd). Default: as it is.")
      ->check(CLI::IsMember(words_as_texts<MasterKeyForm>()));
  key_rotate
      ->add_option(
          "--key-file", line.key_file,
          "With credential: the new file that the key is written to, for LoadCredential=connlog-master-key:FILE.")
      ->type_name("FILE");
  key_rotate
      ->add_option("--passphrase-file", line.passphrase_file,
                   "With passphrase: take the new one from this file (- for standard input) instead of asking.")
      ->type_name("FILE");
  add_settings(*key_rotate, line);
  CLI::App* key_rekey = key->add_subcommand(
      "rekey", "Encrypt the database under a new key, by a copy that takes its place. connlog must not serve meanwhile.");
  key_rekey->add_flag("--yes", line.yes, "Do not ask.");
  key_rekey->add_flag("--no-backup", line.no_backup, "Do not make a backup before.");
  add_settings(*key_rekey, line);
  CLI::App* key_recover =
      key->add_subcommand("recover", "A new master key in place of a lost one, by the recovery key.");
  key_recover
      ->add_option("--recovery-key-file", line.recovery_key_file,
                   "Take the recovery key's words from this file (- for standard input) instead of asking.")
      ->type_name("FILE");
  add_settings(*key_recover, line);
  commands.insert(commands.end(), {{key_export, Command::key_export},
                                   {key_rotate, Command::key_rotate},
                                   {key_rekey, Command::key_rekey},
                                   {key_recover, Command::key_recover}});
}

void add_audit_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* audit = app.add_subcommand("audit", "The trails: who did what, chained so that tampering shows.");
  audit->require_subcommand(1);
  CLI::App* audit_verify = audit->add_subcommand(
      "verify",
      "Compute every chain anew and compare it with the anchor. Exit code 0: nothing found, 1: not verified, 3: found.");
  audit_verify
      ->add_option("--head", line.head,
                   "A head kept outside: what X-Connlog-Audit-Head of a mail says, or `head` of a syslog line.")
      ->type_name("TEXT");
  audit_verify->add_flag("--json", line.as_json, "Print the report as JSON.");
  add_settings(*audit_verify, line);
  CLI::App* audit_accept = audit->add_subcommand(
      "accept",
      "Accept the trails as they are and write a new anchor, after a restore or once what was found is understood.");
  audit_accept->add_option("--reason", line.reason, "Why; it stands in the trail.")->required()->type_name("TEXT");
  add_settings(*audit_accept, line);
  commands.insert(commands.end(), {{audit_verify, Command::audit_verify}, {audit_accept, Command::audit_accept}});
}

void add_opening_options(CLI::App& app, CommandLine& line) {
  CLI::Option* words =
      app.add_option("--recovery-key-file", line.recovery_key_file,
                     "Take the recovery key's words from this file (- for standard input) instead of asking.");
  words->type_name("FILE");
  app.add_option("--passphrase-file", line.passphrase_file, "Likewise, the backup passphrase.")
      ->type_name("FILE")
      ->excludes(words);
  app.add_option("--signer", line.signer, "The fingerprint of the signing key, as the recovery sheet shows it.")
      ->type_name("TEXT");
}

void add_backup_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* backup = app.add_subcommand("backup", "Backups of the appliance: make, check, list, try.");
  backup->require_subcommand(1);
  CLI::App* create = backup->add_subcommand("create", "Make a backup now, also while connlog serves.");
  create->add_option("--output", line.output, "A file, or - for standard output. Default: every destination.")
      ->type_name("FILE");
  create->add_flag("--without-history", line.without_history, "Leave the readings out: small, for every day.");
  add_settings(*create, line);
  CLI::App* verify = backup->add_subcommand(
      "verify", "Read a backup to its end. Without a key it can only be found complete, with one genuine.");
  verify->add_option("backup", line.archive, "A file, - for standard input, or the id of a backup in the list.")
      ->required();
  verify->add_flag("--json", line.as_json, "Print the report as JSON.");
  add_opening_options(*verify, line);
  add_settings(*verify, line);
  CLI::App* list = backup->add_subcommand("list", "The backups and where they are.");
  list->add_flag("--json", line.as_json, "Print the list as JSON.");
  add_settings(*list, line);
  CLI::App* init = backup->add_subcommand(
      "init", "Prepare a directory of backup_directories: a marker, so that an absent disk is noticed.");
  init->add_option("directory", line.directory, "The directory.")->required();
  add_settings(*init, line);
  CLI::App* drill = backup->add_subcommand("drill", "Restore a backup beside, compare, and remove it again.");
  drill->add_option("backup", line.archive, "A file, or the id of a backup in the list. Default: the newest.");
  add_opening_options(*drill, line);
  add_settings(*drill, line);

  CLI::App* restore = app.add_subcommand("restore", "Put a backup in place of what is in the data directory.");
  restore->add_option("backup", line.archive, "A file, or - for standard input.");
  restore->add_flag("--yes", line.yes, "Do not ask before the data are replaced.");
  restore->add_flag("--accept-signer", line.accept_signer,
                    "Take a backup of another appliance, or one that is older than the last known.");
  add_opening_options(*restore, line);
  add_settings(*restore, line);
  CLI::App* finish = restore->add_subcommand("finish", "End the recovery: from here on people are told again.");
  finish->add_flag("--yes", line.yes, "Do not ask.");
  add_settings(*finish, line);
  commands.insert(commands.end(), {{create, Command::backup_create},
                                   {verify, Command::backup_verify},
                                   {list, Command::backup_list},
                                   {init, Command::backup_init},
                                   {drill, Command::backup_drill},
                                   {restore, Command::restore},
                                   {finish, Command::restore_finish}});
}

void add_agent_commands(CLI::App& app, CommandLine& line, Commands& commands) {
  CLI::App* agent = app.add_subcommand("agent", "The agent that runs on monitored hosts.");
  agent->require_subcommand(1);
  CLI::App* agent_run = agent->add_subcommand("run", "Send heartbeats in the foreground.");
  add_agent_options(*agent_run, line);
  CLI::App* agent_install =
      agent->add_subcommand("install", "Set the agent up as a service that starts with this host.");
  add_agent_options(*agent_install, line);
  add_enrolment_options(*agent_install, line);
  CLI::App* agent_enrol = agent->add_subcommand(
      "enrol", "Get a token of this host's own with an enrolment key and store it, without setting up a service.");
  add_agent_options(*agent_enrol, line);
  add_enrolment_options(*agent_enrol, line);
  CLI::App* agent_status =
      agent->add_subcommand("status", "Say whether the agent runs and what its last heartbeats met.");
  CLI::App* agent_maintenance = agent->add_subcommand(
      "maintenance", "Ask for quiet about this host for a while, at most four hours a day. It is measured all the same.");
  add_agent_options(*agent_maintenance, line);
  CLI::Option* duration =
      agent_maintenance->add_option("duration", line.maintenance_duration, "For how long: 30m, 2h, 1h30m.")
          ->type_name("DURATION");
  agent_maintenance->add_option("--reason", line.reason, "Why: people whom this host's alerts reach read it.")
      ->type_name("TEXT");
  CLI::Option* end = agent_maintenance->add_flag("--end", line.maintenance_end, "End what this host asked for.");
  end->excludes(duration);
  agent_maintenance->callback([&line] {
    if (line.maintenance_duration.empty() && !line.maintenance_end)
      throw CLI::ValidationError("duration", "say for how long (30m, 2h, 1h30m), or --end");
  });
  CLI::App* agent_uninstall = agent->add_subcommand("uninstall", "Remove the service, its settings and its data.");
  commands.insert(commands.end(), {{agent_run, Command::agent_run},
                                   {agent_enrol, Command::agent_enrol},
                                   {agent_install, Command::agent_install},
                                   {agent_status, Command::agent_status},
                                   {agent_maintenance, Command::agent_maintenance},
                                   {agent_uninstall, Command::agent_uninstall}});
}

}  // namespace

std::variant<CommandLine, int> parse_command_line(int argc, char** argv) {
  CommandLine line;
  Commands commands;
  CLI::App app("connlog: infrastructure monitoring on your own premises. Without a command it serves.", "connlog");
  app.require_subcommand(0, 1);
  add_settings(app, line);
  add_appliance_commands(app, line, commands);
  add_user_commands(app, line, commands);
  add_key_commands(app, line, commands);
  add_audit_commands(app, line, commands);
  add_backup_commands(app, line, commands);
  add_agent_commands(app, line, commands);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  }

  for (const auto& [app_of_command, command] : commands) {
    if (app_of_command->parsed()) line.command = command;
  }
  return line;
}

}  // namespace connlog
