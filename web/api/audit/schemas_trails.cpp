// The schemas of the three trails.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

json trail_schemas() {
  return {
      {"TrailEntry",
       object({{"id", described(text(), "The number in its trail; \"first-…\" in the log before there were three.")},
               {"trail", one_of({"workspace", "security", "appliance"})},
               {"sequence", integer()},
               {"at", time()},
               {"actor_kind", one_of({"user", "agent", "system", "command_line", "api_key"})},
               {"actor_id", or_null(id())},
               {"actor_name", text()},
               {"address", text()},
               {"user_id", described(or_null(id()), "Whom it concerns.")},
               {"workspace_id", or_null(id())},
               {"act", text()},
               {"sentence", described(text(), "The act in words: \"added an agent\".")},
               {"subject", text()},
               {"details", text()}})},
      {"TrailPage", object({{"items", list(reference("TrailEntry"))},
                            {"next", described(or_null(text()),
                                               "Pass it as `after`. A page may be short, or empty, and "
                                               "still have a next one: the search goes on there.")},
                            {"all", described(flag(), "False: only one's own.")}})},
      {"TrailCheck", object({optional("head", described(text(0, 1'000),
                                                        "A head kept outside: of a mail or a syslog "
                                                        "line."))})},
      {"TrailReport",
       object({{"sound", flag()},
               {"rows", integer()},
               {"head", text()},
               {"anchored_at", or_null(time())},
               {"findings", list(object({{"kind", one_of({"changed", "missing", "cut", "rewritten", "checkpoint",
                                                          "anchor_missing", "anchor_not_ours"})},
                                         {"trail", text()},
                                         {"sequence", integer()},
                                         {"sentence", text()}}))}})},
      {"SyslogSettings", object({{"enabled", flag()},
                                 {"host", text()},
                                 {"port", integer()},
                                 {"tls", flag()},
                                 {"ca_pem", text()},
                                 {"trails", list(one_of({"workspace", "security", "appliance"}))},
                                 {"state", one_of({"off", "connecting", "connected", "waiting"})},
                                 {"last_error", text()},
                                 {"last_error_at", or_null(time())},
                                 {"last_sent_at", or_null(time())},
                                 {"backlog", described(integer(), "Rows that wait.")}})},
      {"SyslogSettingsChange", object({{"enabled", flag()},
                                       {"host", text(0, 253)},
                                       {"port", integer(1, 65'535)},
                                       {"tls", flag()},
                                       optional("ca_pem", text(0, 32'768)),
                                       {"trails", list(one_of({"workspace", "security", "appliance"}))}})},
  };
}

}  // namespace connlog::web
