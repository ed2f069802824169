// How a host that was given an enrolment key becomes an agent: it asks the appliance, gets a token of its own, and
// forgets the key (docs/agent-protocol.md §17; our extension, which genuine agents do not know).
//
// The request id is made up before the first attempt and kept in a file until the token is stored, so that asking again
// after a lost answer, in this run or in the next, gives the same agent and uses the key once. Main thread only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/agent_settings.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/net/http_client.h"

namespace connlog {

inline constexpr std::string_view kEnrolmentRequestPath = "/etc/connlog/enrolment.request";

struct EnrolmentSurroundings {
  std::string root;  // prefix of the host's paths
  Random& random;
  std::function<HttpOutcome(const HttpRequest&)> perform;
  std::function<void(milliseconds)> sleep;
  std::function<void(const std::string& line)> say;
};

// Asks until there is an answer, five times at most. Errors say what to do. After an error the request id is
// kept for another run, unless the server says that the request was answered and the agent has reported.
Result<Secret> enrol(const AgentSettings& settings, const Secret& key, const std::string& name,
                     const std::string& machine_id, const EnrolmentSurroundings& surroundings);
// Called after the token was stored.
void forget_enrolment_request(const std::string& root);

}  // namespace connlog
