// The settings of the agent program: from its command line, its environment, and /etc/connlog/agent.conf, in this order
// of precedence. They are read once, before anything is sent; an error says in one sentence what is wrong. Also the
// form of agent.conf itself: a systemd EnvironmentFile of KEY="value" lines, 0600. Main thread only.
//
// Variables: CONNLOG_TOKEN, CONNLOG_PLATFORM_URL, CONNLOG_CA_PIN, CONNLOG_CA_FILE, CONNLOG_EXPOSE_SYSTEM_INFO (exactly
// true or false), CONNLOG_ENROLMENT_KEY, CONNLOG_AGENT_NAME, CONNLOG_ALLOW_PLAIN_HTTP (exactly true or false),
// CONNLOG_ALLOWED_ENDPOINT_DOMAINS, CONNLOG_OUTBOUND_PROXY, CONNLOG_OUTBOUND_CA_BUNDLE, CONNLOG_STATE_DIR.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace connlog {

struct AgentOptions {
  // As typed; empty means "from the environment or agent.conf".
  std::string server, token, token_file, ca_pin, ca_file;
  std::string key_file, key_variable;  // of an enrolment key; file "-" is standard input
  std::string name;                    // to enrol under; empty: the host's
  bool expose_system_info = false;
  std::map<std::string, std::string> environment;  // the whole process environment
  std::string root;  // prefix of every path of the host; empty except in tests and builds of images
};

struct AgentSettings {
  std::string base;  // platform_base()
  Secret token;
  std::string ca_pin;   // 64 lower-case hex digits, or empty
  std::string ca_file;  // or empty; never both
  std::string ca_pem;   // what ca_file held
  bool expose_system_info = false;
  bool allow_plain_http = false;
  std::vector<std::string> allowed_domains;
  std::string outbound_proxy, outbound_ca_bundle;
  Secret enrolment_key = {};      // empty: none was given
  std::string name = {};          // to enrol under; empty: the host's
  std::string state_directory;    // for the delivery diagnostics; empty: none are kept
  std::string runtime_directory;  // set by systemd: the agent runs as a service and may ask for its own removal
};

inline constexpr std::string_view kAgentConfPath = "/etc/connlog/agent.conf";
inline constexpr std::string_view kAgentCaPath = "/etc/connlog/ca.pem";
inline constexpr std::string_view kAgentStatePath = "/var/lib/connlog";
inline constexpr std::string_view kDeliveryLogName = "heartbeat-telemetry.jsonl";
inline constexpr std::string_view kUninstallMarkerName = ".uninstall_requested";

// Errors are invalid_input (wrong usage) and carry no secret. A token or an enrolment key whose shape is wrong is
// refused here. `may_enrol`: an enrolment key is accepted too. With a key, the token is the one in agent.conf if that
// is for the same server, else empty.
enum class Credential { token, may_enrol };
Result<AgentSettings> load_agent_settings(const AgentOptions& options, Credential credential = Credential::token);

// KEY="value" lines and comments; backslash escapes of quotes and backslashes; control characters are refused.
Result<std::map<std::string, std::string>> parse_agent_conf(std::string_view text);
// The file that `install` writes: everything that load_agent_settings reads, and nothing that is at its default.
std::string render_agent_conf(const AgentSettings& settings);

}  // namespace connlog
