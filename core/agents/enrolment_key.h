// Enrolment keys: a host that has one can make itself an agent of the workspace. Plain data and the interface of the
// store. A key is shown once ("enrol_" and 64 hexadecimal digits); only its digest is kept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/transaction.h"
#include "core/crypto/token.h"

namespace connlog {

inline constexpr std::string_view kEnrolmentPrefix = "enrol_";
inline constexpr std::int64_t kEnrolmentUsesMax = 10'000;
inline constexpr std::int64_t kEnrolmentDaysMax = 365;

struct EnrolmentKey {
  EnrolmentKeyId id;
  WorkspaceId workspace;
  std::string name;  // 1–80 characters
  TokenDigest token_digest{};
  std::string token_hint;
  std::vector<std::string> addresses;  // address ranges that may use the key; none: any address
  std::vector<std::string> tags;       // given to each agent
  TeamId team;                         // given to each agent; nil: none
  std::int64_t uses_max = 1;
  std::int64_t uses = 0;
  Instant created_at;
  std::string created_by;
  Instant expires_at;
  Instant revoked_at;
  Instant last_used_at;
  std::string last_used_address;
};

struct Enrolment {  // one use of a key
  WorkspaceId workspace;
  EnrolmentKeyId key;
  TokenDigest request_digest{};
  AgentId agent;
  Instant at;
  std::string address;
};

struct EnrolledAgent {  // an enrolment as people see it
  EnrolmentKeyId key;
  AgentId agent;
  std::string name;
  Instant at;
  std::string address;
};

class EnrolmentStore {
 public:
  virtual ~EnrolmentStore() = default;
  virtual Result<std::optional<EnrolmentKey>> find_by_digest(Snapshot&, const TokenDigest&) const = 0;
  virtual Result<std::vector<EnrolmentKey>> of_workspace(Snapshot&, WorkspaceId) const = 0;  // newest first
  virtual Result<void> insert(Transaction&, const EnrolmentKey&) = 0;
  virtual Result<void> update(Transaction&, const EnrolmentKey&) = 0;  // uses, last use, revoked_at
  virtual Result<std::optional<Enrolment>> find(Snapshot&, WorkspaceId, EnrolmentKeyId, const TokenDigest&) const = 0;
  virtual Result<void> insert(Transaction&, const Enrolment&) = 0;
  // The newest agents that were made with keys of the workspace and are not removed.
  virtual Result<std::vector<EnrolledAgent>> agents(Snapshot&, WorkspaceId, int limit) const = 0;
  virtual Result<std::int64_t> remove_revoked_before(Transaction&, Instant before, int limit) = 0;
};

}  // namespace connlog
