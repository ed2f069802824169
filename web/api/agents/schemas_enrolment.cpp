// The schemas of enrolment keys, and of what a host that enrols itself sends and gets.
#include "web/api/schema_parts.h"
#include "web/api/schemas.h"

namespace connlog::web {

using nlohmann::json;
using namespace schema;

json enrolment_schemas() {
  const json ranges = list(described(text(1, 49), "A range such as 192.0.2.0/24. None: from anywhere."));
  const json tags = list(text(1, 40));
  return {
      {"EnrolledAgent", object({{"id", id()}, {"name", text()}, {"enrolled_at", time()}, {"address", text()}})},
      {"EnrolmentKey",
       object({{"id", id()},
               {"name", text()},
               {"hint", described(text(), "The first and last characters of the key.")},
               {"addresses", ranges},
               {"tags", tags},
               {"team_id", or_null(id())},
               {"uses", integer()},
               {"uses_max", integer()},
               {"live", described(flag(), "Neither expired nor used up.")},
               {"created_at", time()},
               {"created_by", text()},
               {"expires_at", time()},
               {"last_used_at", or_null(time())},
               {"last_used_address", text()},
               {"agents", described(list(reference("EnrolledAgent")), "The newest that are still there.")}})},
      {"EnrolmentKeyList", page_of("EnrolmentKey")},
      {"NewEnrolmentKey", object({{"name", text(1, 80)},
                                  optional("uses", described(integer(1, 10'000), "How many hosts; else 1.")),
                                  optional("days", described(integer(1, 365), "Until it expires; else 7.")),
                                  optional("addresses", ranges),
                                  optional("tags", tags),
                                  optional("team_id", or_null(id())),
                                  {"authorised", described(flag(), "You may monitor the systems that will use it.")}})},
      {"EnrolmentKeyWithToken", object({{"key", reference("EnrolmentKey")},
                                        {"token", described(text(), "Shown this once.")},
                                        {"install_command", text()},
                                        {"enrol_command", text()}})},
      {"AgentEnrolment",
       object(
           {{"request_id", described(text(32, 64), "Hexadecimal, made up by the host and kept until it was answered.")},
            {"name", text(1, 80)}})},
      {"EnrolledAnswer", object({{"ok", flag()}, {"agent_id", id()}, {"name", text()}, {"token", text()}})},
  };
}

}  // namespace connlog::web
