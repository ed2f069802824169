// Makes, lists and revokes enrolment keys, and makes agents of hosts that use one.
//
// Each request of a host is counted as one use. If the answer got lost, the same request gets the same agent and the
// same token again, for at most a day and only until the agent reports. The token is derived from the request under a
// key of the appliance, so that it can be given again without being stored. Every method that takes a transaction runs
// inside the caller's. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/actor.h"
#include "core/agents/enrolment_key.h"
#include "core/people/limits.h"
#include "core/people/team.h"
#include "core/people/workspace.h"
#include "core/agents/agent_service.h"
#include "core/audit/audit.h"
#include "core/crypto/keyring.h"

namespace connlog {

struct NewEnrolmentKey {
  std::string name;
  std::int64_t uses = 1;  // 1–10000
  std::int64_t days = 7;  // 1–365
  std::vector<std::string> addresses;
  std::vector<std::string> tags;
  TeamId team;              // nil: none
  bool authorised = false;  // "I may monitor the systems that will use it": must be true, and is audited
};

struct EnrolmentKeyWithToken {
  EnrolmentKey key;
  Secret token;  // shown once
};

struct EnrolmentRequest {
  std::string request_id;  // what the host made up: 32–64 hexadecimal digits
  std::string name;        // for the agent
  std::string machine_id;  // as in heartbeats; empty: unknown
  std::string address;
};

enum class EnrolmentVerdict {
  welcome,
  unknown,  // no such key
  revoked,
  expired,
  used_up,
  wrong_address,
  answered,  // this request was answered, and its agent has reported since or it was too long ago
  workspace_disabled,
};
std::string_view to_text(EnrolmentVerdict verdict);

struct EnrolmentOutcome {
  EnrolmentVerdict verdict = EnrolmentVerdict::unknown;
  std::optional<AgentWithToken> made;  // with `welcome`
  bool repeated = false;               // an answer that was given before
};

class EnrolmentKeys {
 public:
  static constexpr seconds kRepeatFor{86'400};

  struct Parts {
    EnrolmentStore& keys;
    WorkspaceStore& workspaces;
    TeamStore& teams;
    AgentStore& agents;
    SubjectStore& subjects;
    AgentService& agent_service;
    AuditLog& audit;
    const Limits& limits;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit EnrolmentKeys(const Parts& parts);

  Result<EnrolmentKeyWithToken> add(Transaction&, const Actor&, const NewEnrolmentKey&);
  Result<std::vector<EnrolmentKey>> list(Snapshot&, WorkspaceId) const;  // without revoked ones
  Result<std::vector<EnrolledAgent>> agents(Snapshot& snapshot, WorkspaceId workspace, int limit) const {
    return parts_.keys.agents(snapshot, workspace, limit);
  }
  Result<void> revoke(Transaction&, const Actor&, EnrolmentKeyId);

  // The verdict on this key, as far as a read can tell. Called first, so that an unknown key costs no transaction. A
  // repeated request may be welcome although the key is expired or used up.
  Result<EnrolmentVerdict> look(Snapshot&, std::string_view token, const std::string& address) const;
  // Makes the agent, or says why not. A refusal of a known key is written as a security event; it is no error, so that
  // the transaction commits and the event is kept. Errors: invalid_input for the request's fields, conflict if the
  // workspace takes no more agents.
  Result<EnrolmentOutcome> enrol(Transaction&, std::string_view token, const EnrolmentRequest&);

  bool is_live(const EnrolmentKey& key) const;
  Result<void> remove_old(Transaction&);  // maintenance: keys that were revoked half a year ago

 private:
  Result<EnrolmentVerdict> judge(Snapshot&, const EnrolmentKey&, const std::string& address) const;
  EnrolmentVerdict has_run_out(const EnrolmentKey&) const;
  Result<EnrolmentOutcome> repeat(Transaction&, const EnrolmentKey&, const Enrolment& earlier) const;
  Secret token_for(const EnrolmentKey&, const TokenDigest& request) const;

  Parts parts_;
  Key digest_key_, token_key_;
};

}  // namespace connlog
